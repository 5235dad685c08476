/** Ethereum networks in end-to-end tests. */
import type { JsonRpcProvider } from "ethers";
import { eventually } from "../../../samples/client-ethereum/patience";
import { openStack, type Stack } from "../../../samples/client-ethereum/stack";

/** Label with the kind of a pod. */
export const componentLabel = "ethereum.component";

/** The part of a stack file that tests change. */
export interface NetworkSection {
  type: string;
  name?: string;
  ethereum: {
    genesis?: { blockPeriodSeconds: number; chainId: number };
    /** Alternative to `genesis`. */
    genesisFile?: string;
    join?: { stack: string };
    validators?: { name: string }[];
    p2p?: { namespaces: string[] };
    rpc: {
      replicas: number;
      clientNamespaces?: string[];
      corsOrigins?: string[];
      autoscaling?: { maxReplicas: number };
    };
    resources?: { validator: { limits: { memory: string } }; rpc: { requests: { cpu: string } } };
    monitoring?: { namespace: string };
  };
}

/** Runs `work` as a client of the network, and closes the connections afterwards. */
export async function asClientOf<T>(stackName: string, work: (client: Stack) => Promise<T>): Promise<T> {
  const client = await openStack(stackName);
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

/** Waits until the chain has `count` more blocks than now. */
export async function blocksFollow(provider: JsonRpcProvider, count: number): Promise<void> {
  const start = await provider.getBlockNumber();
  await eventually(`${count} blocks after ${start}`, async () => {
    return (await provider.getBlockNumber()) >= start + count ? true : undefined;
  });
}

/** Longest time between consecutive blocks from block `from` on, in seconds, by the blocks' own times. */
export async function longestPause(provider: JsonRpcProvider, from: number): Promise<number> {
  let [last, longest] = [NaN, 0];
  const to = await provider.getBlockNumber();
  for (let number = from; number <= to; number += 1) {
    const { timestamp } = (await provider.getBlock(number))!;
    longest = Math.max(longest, timestamp - (Number.isNaN(last) ? timestamp : last));
    last = timestamp;
  }
  return longest;
}

/** Waits until the newest block is older than `seconds`, more than in a living chain. Resolves with its number. */
export async function halt(provider: JsonRpcProvider, seconds: number): Promise<number> {
  return eventually("the chain to halt", async () => {
    const newest = await provider.getBlock("latest");
    return newest !== null && Date.now() / 1000 - newest.timestamp > seconds ? newest.number : undefined;
  });
}
