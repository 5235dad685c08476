/** Load on an Ethereum network with free gas. Transfers are signed in advance, so that only the network is measured. */
import { setTimeout as pause } from "node:timers/promises";
import { JsonRpcProvider, Wallet } from "ethers";
import { eventually } from "../../samples/client-ethereum/patience";

/** Transactions of one request: a client with many transactions sends them in batches. */
const batch = 50;
const senderCount = 16;

export interface LoadResult {
  transactions: number;
  perSecond: number;
  /** Mean and longest seconds between blocks during the load, from the blocks' own times. */
  meanInterval: number;
  longestInterval: number;
}

/** Submits `count` transfers at `url` and waits until all of them are in blocks. */
export async function loadWithTransfers(url: string, chainId: number, count: number): Promise<LoadResult> {
  const signed = await signTransfers(chainId, count);
  const provider = new JsonRpcProvider(url, chainId, { staticNetwork: true, cacheTimeout: -1 });
  try {
    const first = await provider.getBlockNumber();
    const start = performance.now();
    await Promise.all(signed.map((raws) => handIn(url, raws)));
    const last = await untilMined(provider, first, count);
    const seconds = (performance.now() - start) / 1000;
    const times = await blockTimes(provider, first + 1, last);
    const intervals = times.slice(1).map((time, index) => time - (times[index] ?? time));
    const sum = intervals.reduce((total, interval) => total + interval, 0);
    return {
      transactions: count,
      perSecond: count / seconds,
      meanInterval: sum / Math.max(1, intervals.length),
      longestInterval: Math.max(0, ...intervals),
    };
  } finally {
    provider.destroy();
  }
}

/** Raw transactions by sender, in the order of their nonces. */
async function signTransfers(chainId: number, count: number): Promise<string[][]> {
  const each = Math.ceil(count / senderCount);
  const senders = Array.from({ length: senderCount }, () => new Wallet(Wallet.createRandom().privateKey));
  return Promise.all(
    senders.map((sender, index) => {
      const own = Math.min(each, count - index * each);
      return Promise.all(
        Array.from({ length: Math.max(0, own) }, (_, nonce) =>
          sender.signTransaction({ chainId, nonce, to: sender.address, type: 0, gasPrice: 0n, gasLimit: 21_000n }),
        ),
      );
    }),
  );
}

async function handIn(url: string, raws: string[]): Promise<void> {
  for (let from = 0; from < raws.length; from += batch) {
    const body = raws.slice(from, from + batch).map((raw, id) => {
      return { jsonrpc: "2.0", id, method: "eth_sendRawTransaction", params: [raw] };
    });
    const headers = { "content-type": "application/json" };
    const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
    const answers = (await response.json()) as { error?: { message: string } }[];
    const refused = answers.find(({ error }) => error !== undefined);
    if (refused) throw new Error(`a transfer was refused: ${refused.error?.message}`);
  }
}

/** Waits until `count` transactions after block `first` are mined. Resolves with the block of the last one. */
async function untilMined(provider: JsonRpcProvider, first: number, count: number): Promise<number> {
  let [block, mined] = [first, 0];
  return eventually(`${count} transfers to be mined`, async () => {
    for (const head = await provider.getBlockNumber(); block < head && mined < count; block += 1) {
      const next = await provider.getBlock(block + 1);
      mined += next?.transactions.length ?? 0;
    }
    return mined >= count ? block : undefined;
  });
}

async function blockTimes(provider: JsonRpcProvider, from: number, to: number): Promise<number[]> {
  const times: number[] = [];
  for (let number = from; number <= to; number += 1) times.push((await provider.getBlock(number))?.timestamp ?? NaN);
  return times;
}

/** Milliseconds from `start` until `node` answers and has the newest block of `reference`. */
export async function untilInStep(node: JsonRpcProvider, reference: JsonRpcProvider, start: number): Promise<number> {
  await eventually("the node to be in step again", async () => {
    const [own, head] = await Promise.all([node.getBlockNumber(), reference.getBlockNumber()]);
    return own >= head ? true : undefined;
  });
  await pause(0);
  return performance.now() - start;
}
