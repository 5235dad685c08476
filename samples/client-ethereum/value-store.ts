import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ContractFactory, Interface, type JsonRpcProvider, type TransactionReceipt, type Wallet } from "ethers";
import { eventually } from "./patience";

/** Output of samples/contract/compile.ts. */
const { abi, bytecode } = JSON.parse(readFileSync(join(__dirname, "..", "contract", "value-store.json"), "utf8")) as {
  abi: object[];
  bytecode: string;
};

const contract = new Interface(JSON.stringify(abi));

/** Enough for each transaction of the sample contract; unused gas is not paid. */
const gasLimit = 500_000n;

/** A transaction in a block. */
export type Mined = TransactionReceipt;

/** Payment for transactions. */
export interface Payment {
  freeGas: boolean;
}

/** Deploys the contract. Its address is in the receipt. */
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

/** The number in the contract at `address`, from one node. */
export async function read(provider: JsonRpcProvider, address: string): Promise<bigint> {
  const answer = await provider.call({ to: address, data: contract.encodeFunctionData("value") });
  return contract.decodeFunctionResult("value", answer)[0] as bigint;
}

/**
 * Signs and sends a transaction, and waits for its receipt. Without a gas price the transaction has the oldest type,
 * because newer types pay a priority fee by default.
 */
async function send(wallet: Wallet, call: { to?: string; data: string }, { freeGas }: Payment): Promise<Mined> {
  const price = freeGas ? { type: 0, gasPrice: 0n } : {};
  const sent = await wallet.sendTransaction({ ...call, ...price, gasLimit: gasLimit });
  const provider = wallet.provider as JsonRpcProvider;
  const receipt = await eventually(`transaction ${sent.hash} to be mined`, async () => {
    return (await provider.getTransactionReceipt(sent.hash)) ?? undefined;
  });
  if (receipt.status !== 1) {
    throw new Error(`transaction ${sent.hash} was mined in block ${receipt.blockNumber}, but failed`);
  }
  return receipt;
}
