import * as grpc from "@grpc/grpc-js";
import { CommitStatusError, EndorseError, GatewayError } from "@hyperledger/fabric-gateway";

function properties(code: grpc.status, message: string, nodeMessage?: string) {
  const cause = Object.assign(new Error(message), { code, details: message, metadata: new grpc.Metadata() });
  const details = nodeMessage ? [{ address: "peer0.org2:7051", mspId: "Org2MSP", message: nodeMessage }] : [];
  return { code, details, cause, message, transactionId: "tx1" };
}

/** What the gateway API throws when an endorsement fails. */
export function endorseError(code: grpc.status, message: string, nodeMessage?: string): EndorseError {
  return new EndorseError(properties(code, message, nodeMessage));
}

/** What it throws when an orderer does not take a transaction. It is a subclass that the API does not export. */
export function submitError(code: grpc.status, message = "no orderers could process it"): GatewayError {
  return Object.assign(new GatewayError(properties(code, message)), { name: "SubmitError" });
}

/** What it throws when the commit status does not come. */
export function commitStatusError(code: grpc.status): CommitStatusError {
  return new CommitStatusError(properties(code, "no status"));
}
