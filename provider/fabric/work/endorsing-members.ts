/** Members of a channel that approve and endorse a chaincode definition. */
import type { CommitReadiness } from "../../../ledger/fabric/lifecycle";

/** Members of which more have to approve: none when those that did are a majority, which the channel's policy asks for. */
export function membersToApprove(readiness: readonly CommitReadiness[]): string[] {
  const lacking = readiness.filter(({ approved }) => !approved).map(({ mspId }) => mspId);
  return (readiness.length - lacking.length) * 2 > readiness.length ? [] : lacking;
}

/**
 * Members, those of this stack included, whose endorsements the peer's gateway has to collect. Undefined when this stack's
 * are a majority by themselves.
 *
 * @param tries former tries of the same commit: each takes other companies in turn, since all peers of one may be silent
 */
export function othersToEndorse(
  readiness: readonly CommitReadiness[],
  own: readonly string[],
  tries: number,
): string[] | undefined {
  const majority = Math.floor(readiness.length / 2) + 1;
  if (own.length >= majority) return undefined;
  const others = readiness.filter(({ mspId, approved }) => approved && !own.includes(mspId)).map(({ mspId }) => mspId);
  const first = tries % Math.max(others.length, 1);
  const inTurn = [...others.slice(first), ...others.slice(0, first)];
  return [...own, ...inTurn.slice(0, majority - own.length)];
}
