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

export function headOf(rpc: JsonRpcNode): Promise<ChainHead> {
  return block(rpc, "latest");
}

/** Milliseconds without a block after which a chain stands still: ten minutes, or more where its blocks take long. */
export async function blockPatience(rpc: JsonRpcNode): Promise<number> {
  const height = await heightOf(rpc);
  // Block 0 has the time of its genesis file, years before block 1.
  const first = height > lastBlocks ? height - lastBlocks : 1n;
  const numbers = Array.from({ length: Math.max(0, Number(height - first) + 1) }, (_, index) => first + BigInt(index));
  const blocks = await Promise.all(numbers.map((number) => block(rpc, `0x${number.toString(16)}`)));
  const pauses = blocks.slice(1).map(({ timestamp }, index) => Number(timestamp - blocks[index]!.timestamp) * 1000);
  return Math.max(standstillMs, standstillBlocks * Math.max(0, ...pauses));
}

/** @param tag number in hex, or `latest` */
async function block(rpc: JsonRpcNode, tag: string): Promise<ChainHead> {
  const { number, timestamp } = await rpc.call<{ number: string; timestamp: string }>(
    "eth_getBlockByNumber",
    tag,
    false,
  );
  return { number: BigInt(number), timestamp: BigInt(timestamp) };
}
