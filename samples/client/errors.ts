import * as grpc from "@grpc/grpc-js";
import { CommitError, CommitStatusError, EndorseError, GatewayError, StatusCode } from "@hyperledger/fabric-gateway";

/**
 * Answers of a gateway while discovery does not know enough peers yet, for example seconds after peers joined the
 * channel or while a peer restarts. Source: `internal/pkg/gateway` of Fabric.
 */
const discoveryNotReady = [
  "no combination of peers can be derived",
  "failed to select a set of endorsers",
  "no peers available to evaluate chaincode",
];

/** Answers of peers while their chaincode server restarts, or is on a lost machine. Source: `core/chaincode` of Fabric. */
const chaincodeNotReady = [
  "could not launch chaincode",
  "chaincode stream terminated",
  "timeout expired while executing transaction",
];

/**
 * What a gateway tells of peers that it did not reach, that did not answer it in time, or whose connection it closed with this call on
 * it since another call got no answer. In the words of gRPC for Go.
 */
const peerNotReached = ["code = Unavailable", "code = DeadlineExceeded", "code = Canceled"];

/** Begin of what a gateway tells of a peer whose chaincode refused. Source: `internal/pkg/gateway/apiutils.go` of Fabric. */
const chaincodeRefused = "chaincode response";

/**
 * Statuses of a gateway that is down, or that waits for a peer that is down. This client never cancels calls: they end
 * with CANCELLED when their connection is lost.
 */
const notReached: unknown[] = [grpc.status.UNAVAILABLE, grpc.status.DEADLINE_EXCEEDED, grpc.status.CANCELLED];

/**
 * Whether the same proposal can succeed a little later, because gateway, peers or chaincode are not ready yet.
 *
 * For endorsing and reading only, which change nothing on the ledger.
 */
export function isTransient(error: unknown): boolean {
  if (error instanceof Error && "code" in error && notReached.includes(error.code)) return true;
  if (!(error instanceof GatewayError)) return false;
  if (error.code === grpc.status.FAILED_PRECONDITION) return mentions(error, discoveryNotReady);
  if (error.code !== grpc.status.ABORTED) return false;
  if (mentions(error, chaincodeNotReady)) return true;
  // Where a chaincode refused as well, the other peers would not have made a difference.
  return mentions(error, peerNotReached) && !mentions(error, [chaincodeRefused]);
}

/**
 * Whether an endorsed transaction may still be committed after an error in sending it.
 *
 * A gateway answers ABORTED in two cases: to a submission that an orderer refused for good, and to a request for a
 * status when its peer stops. Only the second leaves the outcome open.
 */
export function isOutcomeUnknown(error: unknown): boolean {
  if (!(error instanceof GatewayError) || error instanceof EndorseError) return false;
  if (notReached.includes(error.code)) return true;
  return error instanceof CommitStatusError && error.code === grpc.status.ABORTED;
}

/** Answers of BFT channels' orderers to a copy of a transaction. Source: `internal/bft/requestpool.go` of SmartBFT. */
const takenAlready = ["request already exists", "request already processed"];

/** Whether orderers refused a transaction because they already have, or had, an earlier copy. */
export function isKnownToOrderers(error: unknown): boolean {
  return error instanceof GatewayError && mentions(error, takenAlready);
}

/** Whether the chaincode refused with a message that contains `text`. */
export function isRefusal(error: unknown, text: string): boolean {
  return error instanceof GatewayError && mentions(error, [text]);
}

/** Kind of an error, for counts: step and status, for example `SubmitError UNAVAILABLE`. */
export function errorKind(error: unknown): string {
  if (error instanceof GatewayError) return `${error.name} ${grpc.status[error.code] ?? error.code}`;
  if (error instanceof CommitError) return `CommitError ${validationName(error.code)}`;
  return error instanceof Error ? error.name : "unknown";
}

/** An error in one line, with the answers of the nodes behind the gateway. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (!(error instanceof GatewayError)) return error.message;
  const nodes = error.details.map(({ mspId, address, message }) => `${mspId} at ${address}: ${message}`);
  return [error.message, ...nodes].join("; ");
}

/** Name of a transaction validation code, for example `MVCC_READ_CONFLICT`. */
export function validationName(code: CommitError["code"]): string {
  return Object.entries(StatusCode).find(([, value]) => value === code)?.[0] ?? String(code);
}

function mentions(error: GatewayError, texts: string[]): boolean {
  const said = describeError(error);
  return texts.some((text) => said.includes(text));
}
