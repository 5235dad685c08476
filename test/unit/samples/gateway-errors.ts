import * as grpc from "@grpc/grpc-js";
import { CommitStatusError, EndorseError, GatewayError } from "@hyperledger/fabric-gateway";

function properties(code: grpc.status, message: string, nodeMessage?: string) {
  const cause = Object.assign(new Error(message), { code, details: message, metadata: new grpc.Metadata() });
  const details = nodeMessage ? [{ address: "peer0.org2:7051", mspId: "Org2MSP", message: nodeMessage }] : [];
  return { code, details, cause, message, transactionId: "tx1" };
}

/** Error of the gateway API after a failed endorsement. */
export function endorseError(code: grpc.status, message: string, nodeMessage?: string): EndorseError {
  return new EndorseError(properties(code, message, nodeMessage));
}

/** Error of the gateway API after a refused submission. It is a subclass that the API does not export. */
export function submitError(code: grpc.status, message = "no orderers could process it"): GatewayError {
  return Object.assign(new GatewayError(properties(code, message)), { name: "SubmitError" });
}

/** Error of the gateway API when the commit status does not come. */
export function commitStatusError(code: grpc.status): CommitStatusError {
  return new CommitStatusError(properties(code, "no status"));
}
