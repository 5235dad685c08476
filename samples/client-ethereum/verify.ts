/**
 * Proves that a deployed network transacts: deploys the sample contract through the RPC Service, stores a number in it,
 * and reads it back from every RPC node and every validator.
 *
 *     node -r ts-node/register samples/client-ethereum/verify.ts --stack local-ethereum
 *
 * Prints its steps and exits with 0, or prints one sentence and exits with 1. Where gas has a price, the stack's faucet
 * pays, or the account whose private key is in KEY.
 */
import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { Wallet, type JsonRpcProvider } from "ethers";
import { alignColumns } from "../stack/columns";
import { sourceOf, sourceOptions } from "../stack/outputs";
import { eventually } from "./patience";
import { openStack, type NodeOutput, type Stack } from "./stack";
import { deploy, read, store, type Mined } from "./value-store";

/** Answer of one node. */
interface Reading {
  node: string;
  kind: "rpc" | "validator";
  blockNumber: number;
  value: bigint;
}

export interface Verification {
  sender: string;
  contract: string;
  deployed: Mined;
  stored: Mined;
  value: bigint;
  readings: Reading[];
}

/** Runs the proof. @throws when a transaction fails or a node's answer differs from the written number. */
export async function verify(stack: Stack, key = stack.outputs.faucet?.privateKey): Promise<Verification> {
  const { freeGas, rpc, validators } = stack.outputs.ethereum;
  const provider = await stack.rpc();
  const wallet = key === undefined ? new Wallet(Wallet.createRandom().privateKey, provider) : new Wallet(key, provider);
  const deployed = await deploy(wallet, { freeGas });
  const contract = deployed.contractAddress;
  const value = BigInt(randomInt(1, 2 ** 40));
  const stored = await store(wallet, contract, value, { freeGas });
  const readings = await Promise.all([
    ...rpc.nodes.map((node) => readNode(stack, "rpc", node, stored, contract, value)),
    ...validators.map((node) => readNode(stack, "validator", node, stored, contract, value)),
  ]);
  return { sender: wallet.address, contract, deployed, stored, value, readings };
}

/** Waits until the node has the transaction in a block, and checks the number there. */
async function readNode(
  stack: Stack,
  kind: Reading["kind"],
  node: NodeOutput,
  stored: Mined,
  contract: string,
  expected: bigint,
): Promise<Reading> {
  const provider = await stack.node(node);
  const blockNumber = await eventually(`${node.name} to have transaction ${stored.hash}`, () =>
    blockOf(provider, stored),
  );
  const value = await read(provider, contract);
  if (value !== expected) {
    throw new Error(`${node.name} has ${value} in contract ${contract}, where ${expected} was stored`);
  }
  return { node: node.name, kind, blockNumber, value };
}

async function blockOf(provider: JsonRpcProvider, { hash }: Mined): Promise<number | undefined> {
  return (await provider.getTransactionReceipt(hash))?.blockNumber;
}

function report(stack: Stack, { sender, contract, deployed, stored, readings }: Verification): string {
  const { network, client, chainId } = stack.outputs.ethereum;
  const cells = [
    ["node", "kind", "block", "value"],
    ...readings.map(({ node, kind, blockNumber, value }) => [node, kind, String(blockNumber), String(value)]),
  ];
  return [
    `network ${network} (${client}), chain ${chainId}`,
    `contract ${contract}, by account ${sender} through ${stack.outputs.ethereum.rpc.httpUrl}`,
    `  deploy  transaction ${deployed.hash}  block ${deployed.blockNumber}`,
    `  store   transaction ${stored.hash}  block ${stored.blockNumber}`,
    "",
    ...alignColumns(cells),
    "",
    `${readings.length} nodes agree.`,
  ].join("\n");
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: sourceOptions("local-ethereum") });
  const stack = await openStack(sourceOf(values));
  try {
    console.log(report(stack, await verify(stack, process.env.KEY)));
  } finally {
    await stack.close();
  }
}

if (require.main === module) {
  main().catch((error: unknown) => {
    console.error(`verification failed: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  });
}
