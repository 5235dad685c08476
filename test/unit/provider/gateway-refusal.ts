import { Metadata, status, type ServiceError } from "@grpc/grpc-js";
import { gateway, google } from "@hyperledger/fabric-protos";
import { Any } from "google-protobuf/google/protobuf/any_pb";

/** A refusal of a gateway, with the answers of the peers that it asked. */
export function refusal(...answers: { mspId: string; address: string; message: string }[]): ServiceError {
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
