/** Lower bound of the time of any bring-up of the same network, from the measurements of one bring-up. */
import type { CoreV1Api } from "@kubernetes/client-node";
import type { PodTimes } from "./pod-watch";

/** All in milliseconds. */
export interface LowerBound {
  /** Longest time from the creation of a peer's or orderer's pod to its readiness. */
  podStart: number;
  /** Time from the first orderer with the channel to the leader's election. */
  election: number;
  /** Time of consecutive blocks: one for both approvals, one for the commit, one for the first transaction. */
  blocks: number;
  total: number;
}

const blocksToWaitFor = 3;

/** @param batchTimeout the channel's: longest wait of an orderer for more transactions before it cuts a block. */
export async function lowerBound(
  core: CoreV1Api,
  network: string,
  pods: PodTimes[],
  batchTimeout: number,
): Promise<LowerBound> {
  const podStart = Math.max(...pods.map(({ created, ready }) => ready - created));
  const election = await electionTime(core, `${network}-orderer`, pods);
  const blocks = blocksToWaitFor * batchTimeout;
  return { podStart, election, blocks, total: podStart + election + blocks };
}

/** Time in the orderers' logs from the first start of the channel's raft node to the first report of a leader. */
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
