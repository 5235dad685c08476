/** Answers of the nodes behind a peer's gateway, which come with its own answer. */
import type { ServiceError } from "@grpc/grpc-js";
import { gateway, google } from "@hyperledger/fabric-protos";
import { printable } from "../../../ledger/fabric/consortium/printable";

/** Where gRPC has details: https://github.com/grpc/grpc/blob/master/doc/statuscodes.md, as a google.rpc.Status. */
const detailsKey = "grpc-status-details-bin";

/** One sentence for each node, for example `Org2MSP, peer0.org2:7051: chaincode response 500, ...`. Nodes may be others' own. */
export function gatewayDetails({ metadata }: ServiceError): string[] {
  return metadata
    .get(detailsKey)
    .flatMap((value) => google.rpc.Status.deserializeBinary(Buffer.from(value)).getDetailsList())
    .map((detail) => gateway.ErrorDetail.deserializeBinary(detail.getValue_asU8()))
    .map((detail) => printable(`${detail.getMspId()}, ${detail.getAddress()}: ${detail.getMessage()}`));
}
