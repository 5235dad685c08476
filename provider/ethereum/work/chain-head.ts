/** The newest blocks of a chain: how far it is, and how long the next one may take. */
import type { ChainHead } from "../../../ledger/ethereum/genesis-change";
import type { JsonRpcNode } from "../clients/json-rpc";

/** A chain stands still after this time, or after this many times the longest of its last pauses. */
export const standstillMs = 600_000;
const standstillBlocks = 3;

/** Blocks whose pauses are looked at: on an idle chain they are longer than those under load. */
const lastBlocks = 5n;

/** Number of its newest block. */
export async function heightOf(rpc: JsonRpcNode): Promise<bigint> {
  return BigInt(await rpc.call<string>("eth_blockNumber"));
}

export async function headOf(rpc: JsonRpcNode): Promise<ChainHead> {
  const { number, timestamp } = await rpc.call<{ number: string; timestamp: string }>(
    "eth_getBlockByNumber",
    "latest",
    false,
  );
  return { number: BigInt(number), timestamp: BigInt(timestamp) };
}

/** Milliseconds without a block after which a chain stands still: ten minutes, or more where its blocks take long. */
export async function blockPatience(rpc: JsonRpcNode): Promise<number> {
  const height = await heightOf(rpc);
  // Block 0 has the time of its genesis file, years before block 1.
  const first = height > lastBlocks ? height - lastBlocks : 1n;
  const numbers = Array.from({ length: Math.max(0, Number(height - first) + 1) }, (_, index) => first + BigInt(index));
  const times = await Promise.all(numbers.map((number) => timeOf(rpc, number)));
  const pauses = times.slice(1).map((time, index) => Number(time - times[index]!) * 1000);
  return Math.max(standstillMs, standstillBlocks * Math.max(0, ...pauses));
}

/** Seconds since 1970 at which a block was sealed. */
async function timeOf(rpc: JsonRpcNode, block: bigint): Promise<bigint> {
  const number = `0x${block.toString(16)}`;
  return BigInt((await rpc.call<{ timestamp: string }>("eth_getBlockByNumber", number, false)).timestamp);
}
