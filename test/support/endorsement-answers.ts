/**
 * Answers of peers behind a gateway that did not get enough endorsements. The provider and the sample client, which imports nothing of
 * the project, judge them alike.
 */

/** Each alone: another try may get the endorsement. */
export const unendorsedInTime = {
  silent: "rpc error: code = DeadlineExceeded desc = context deadline exceeded",
  gone: 'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing"',
  closed: "rpc error: code = Canceled desc = grpc: the client connection is closing",
  slow: "chaincode response 500, error in simulation: failed to execute transaction tx: timeout expired while executing transaction",
};

/** A refusal, which stays one where other peers were silent. */
export const refusedByChaincode =
  "chaincode response 500, requested sequence is 1, but new definition must be sequence 2";
