/** The time below which no bring-up of the same network can be, from what one bring-up has shown. */
import type { CoreV1Api } from "@kubernetes/client-node";
import type { PodTimes } from "./pod-watch";

/** All in milliseconds. */
export interface LowerBound {
  /** Longest time from a peer's or orderer's pod to its being ready. */
  podStart: number;
  /** From the first orderer that has the channel to the leader. */
  election: number;
  /** Blocks that follow one another: both approvals share one, then the commit, then the first transaction. */
  blocks: number;
  total: number;
}

const BLOCKS = 3;

/** @param batchTimeout of the channel: an orderer waits that long for more transactions before it cuts a block. */
export async function lowerBound(
  core: CoreV1Api,
  network: string,
  pods: PodTimes[],
  batchTimeout: number,
): Promise<LowerBound> {
  const podStart = Math.max(...pods.map(({ created, ready }) => ready - created));
  const election = await electionTime(core, `${network}-orderer`, pods);
  const blocks = BLOCKS * batchTimeout;
  return { podStart, election, blocks, total: podStart + election + blocks };
}

/** From orderers' logs: the first that starts the channel's raft node, the first that reports a leader. */
async function electionTime(core: CoreV1Api, namespace: string, pods: PodTimes[]): Promise<number> {
  const names = pods.map(({ name }) => name.split("/")).filter(([organization]) => organization === "orderer");
  const logs = await Promise.all(
    names.map(([, name = ""]) => core.readNamespacedPodLog({ name, namespace, timestamps: true })),
  );
  const lines = logs.flatMap((log) => log.split("\n"));
  const first = (pattern: RegExp): number =>
    Math.min(...lines.filter((line) => pattern.test(line)).map((line) => Date.parse(line.split(" ")[0] ?? "")));
  return first(/Raft leader changed: 0 -> /) - first(/Starting raft node/i);
}
