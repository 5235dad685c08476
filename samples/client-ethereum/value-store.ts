import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ContractFactory, Interface, type JsonRpcProvider, type TransactionReceipt, type Wallet } from "ethers";
import { eventually } from "./patience";

/** Written by samples/contract/compile.ts. */
const { abi, bytecode } = JSON.parse(readFileSync(join(__dirname, "..", "contract", "value-store.json"), "utf8")) as {
  abi: object[];
  bytecode: string;
};

const contract = new Interface(JSON.stringify(abi));

/** Enough for each transaction of the sample contract; unused gas is not paid. */
const GAS_LIMIT = 500_000n;

/** A transaction in a block. */
export type Mined = TransactionReceipt;

/** How transactions are paid for. */
export interface Payment {
  freeGas: boolean;
}

/** Deploys the contract; its address is in the receipt. */
export async function deploy(wallet: Wallet, payment: Payment): Promise<Mined & { contractAddress: string }> {
  const { data } = await new ContractFactory(contract, bytecode, wallet).getDeployTransaction();
  const mined = await send(wallet, { data }, payment);
  if (mined.contractAddress === null) throw new Error(`transaction ${mined.hash} deployed no contract`);
  return mined as Mined & { contractAddress: string };
}

/** Stores `value` in the contract at `address`. */
export function store(wallet: Wallet, address: string, value: bigint, payment: Payment): Promise<Mined> {
  return send(wallet, { to: address, data: contract.encodeFunctionData("store", [value]) }, payment);
}

/** The number that a node has in the contract at `address`. */
export async function read(provider: JsonRpcProvider, address: string): Promise<bigint> {
  const answer = await provider.call({ to: address, data: contract.encodeFunctionData("value") });
  return contract.decodeFunctionResult("value", answer)[0] as bigint;
}

/**
 * Signs, sends and waits for the receipt. Without gas price the transaction is of the oldest type: the newer ones pay a
 * priority fee unless told otherwise.
 */
async function send(wallet: Wallet, call: { to?: string; data: string }, { freeGas }: Payment): Promise<Mined> {
  const price = freeGas ? { type: 0, gasPrice: 0n } : {};
  const sent = await wallet.sendTransaction({ ...call, ...price, gasLimit: GAS_LIMIT });
  const provider = wallet.provider as JsonRpcProvider;
  const receipt = await eventually(`transaction ${sent.hash} to be mined`, async () => {
    return (await provider.getTransactionReceipt(sent.hash)) ?? undefined;
  });
  if (receipt.status !== 1) {
    throw new Error(`transaction ${sent.hash} was mined in block ${receipt.blockNumber}, but failed`);
  }
  return receipt;
}
