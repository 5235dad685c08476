/** Stack file section `network.ethereum.genesis`: the chain, from its first block on. */
import { z } from "zod";
import { forks } from "../ledger/ethereum/client";
import { MAX_CHAIN_ID } from "../ledger/ethereum/genesis-validation";
import { choice, flag, map, textMap, wholeNumber } from "./fields";

/** 31 bits, which is what clients keep of seconds and blocks. */
const maxInt = 2 ** 31 - 1;

/** A number that may be larger than YAML readers keep exactly: digits, `0x` and hexadecimal digits, or a plain number. */
export function quantity(example: string) {
  const right = `a whole number, in quotes where it is large, for example "${example}"`;
  return z
    .union(
      [
        z.string({ error: right }).regex(/^(0x[0-9a-fA-F]+|[0-9]+)$/, { error: right }),
        z.int({ error: right }).nonnegative({ error: right }),
      ],
      { error: right },
    )
    .transform(String);
}

const account = map({
  balance: quantity("1000000000000000000").optional().describe("Wei. One ether is 10^18 of them. Default: 0."),
  nonce: wholeNumber(0, maxInt).optional().describe("Default: 0."),
  code: z.string({ error: "runtime bytecode" }).optional().describe("Runtime bytecode of a contract, `0x...`."),
  storage: textMap().optional().describe("Storage slot to value, both `0x...` and up to 32 bytes."),
});

export const genesis = map({
  chainId: wholeNumber(1, MAX_CHAIN_ID)
    .default(1337)
    .describe("Part of every signature. Choose one that no public network has."),
  consensus: choice(["qbft", "ibft2", "clique"])
    .optional()
    .describe("Protocol of the validators. Default: `qbft` of Besu and GoQuorum, `clique` of geth."),
  fork: choice(forks).optional().describe("Newest protocol upgrade, from block 0 on. Default: the newest that works."),
  freeGas: flag()
    .optional()
    .describe(
      "Transactions need no ether. Default: true; with geth false, since its signers take none without a price.",
    ),
  baseFeePerGas: quantity("1000000000")
    .optional()
    .describe("Base fee of block 0 in wei, where gas has a price and the fork is London or later. Default: 1 gwei."),
  gasLimit: quantity("100000000").default("100000000").describe("Gas of one block."),
  blockPeriodSeconds: wholeNumber(1, maxInt).default(5).describe("Seconds from block to block."),
  requestTimeoutSeconds: wholeNumber(1, maxInt)
    .optional()
    .describe("Seconds until validators give up on a proposer (QBFT, IBFT2). Default: twice the block period."),
  emptyBlockPeriodSeconds: wholeNumber(0, maxInt)
    .optional()
    .describe("Seconds between empty blocks (QBFT, IBFT2). Default: the same as between others."),
  epochLength: wholeNumber(1, maxInt).default(30_000).describe("Blocks after which pending votes are dropped."),
  contractSizeLimitBytes: wholeNumber(1, maxInt)
    .optional()
    .describe("Largest contract. Default: Ethereum's 24576 bytes."),
  transactionSizeLimitKiB: wholeNumber(1, maxInt).optional().describe("Largest transaction (GoQuorum). Default: 128."),
  timestampSeconds: wholeNumber(0, maxInt).default(0).describe("Time of block 0, seconds since 1970."),
  alloc: z
    .record(z.string(), account, { error: "a map of addresses to accounts" })
    .default({})
    .describe("Accounts that exist from block 0 on, by address in quotes."),
});
