import assert from "node:assert/strict";
import { Metadata, status, type ServiceError } from "@grpc/grpc-js";
import { gateway, google } from "@hyperledger/fabric-protos";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { gatewayDetails } from "../../../provider/fabric/clients/gateway-details";

/** A refusal of a gateway, with the answers of the peers that it asked. */
function refusal(...answers: { mspId: string; address: string; message: string }[]): ServiceError {
  const rpcStatus = new google.rpc.Status();
  for (const { mspId, address, message } of answers) {
    const detail = new gateway.ErrorDetail();
    detail.setMspId(mspId);
    detail.setAddress(address);
    detail.setMessage(message);
    const any = new Any();
    any.pack(detail.serializeBinary(), "gateway.ErrorDetail");
    rpcStatus.addDetails(any);
  }
  const metadata = new Metadata();
  if (answers.length > 0) metadata.set("grpc-status-details-bin", Buffer.from(rpcStatus.serializeBinary()));
  return Object.assign(new Error("aborted"), { code: status.ABORTED, details: "see attached details", metadata });
}

describe("what nodes behind a gateway answered", () => {
  it("is told node by node, in characters that no terminal obeys, since the nodes may be others' own", () => {
    const message = "chaincode response 500, requested sequence is 1, but new definition must be sequence 2\u001b[2J";
    assert.deepEqual(gatewayDetails(refusal({ mspId: "Org2MSP", address: "peer0.org2:7051", message })), [
      "Org2MSP, peer0.org2:7051: chaincode response 500, requested sequence is 1, but new definition must be sequence 2\\u{1b}[2J",
    ]);
  });

  it("is nothing where the node itself refused", () => {
    assert.deepEqual(gatewayDetails(refusal()), []);
  });
});
