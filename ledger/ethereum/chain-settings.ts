import type { AllocSettings } from "./alloc";
import type { Consensus } from "./consensus";
import type { Fork } from "./fork";

/** Settings of a new chain that do not depend on the client. */
export interface ChainSettings {
  /** Default: QBFT for Besu and GoQuorum, Clique for geth. */
  consensus?: Consensus;
  /** 1 to 4503599627370476. */
  chainId: number;
  /** Addresses of the first validators, in any order. Votes add and remove later ones. */
  validators: string[];
  /** Newest protocol upgrade, active from block 0. Default: cancun of Besu, berlin of GoQuorum, london of geth (berlin without gas price). */
  fork?: Fork;
  /** Transactions need no ether. Default: true where the client takes such transactions, which geth does not. */
  freeGas?: boolean;
  /** Base fee of block 0 in wei, when gas has a price. Default 1 gwei. */
  baseFeePerGas?: string | number;
  /** Gas of one block. Default 100,000,000, which a client executes in about a second. */
  gasLimit?: string | number;
  /** Seconds from block to block. Default 5. */
  blockPeriodSeconds?: number;
  /** Seconds until validators give up on a proposer (QBFT, IBFT2). Default twice the block period. */
  requestTimeoutSeconds?: number;
  /** Seconds between empty blocks (QBFT, IBFT2). Default 0: the block period. */
  emptyBlockPeriodSeconds?: number;
  /** Blocks after which pending votes are dropped. Default 30000. */
  epochLength?: number;
  /** Largest contract in bytes. Default: Ethereum's 24576 (EIP-170), the only value of geth. GoQuorum counts in KiB. */
  contractSizeLimitBytes?: number;
  /** Largest transaction of GoQuorum in KiB, 32 to 128. Default 128, the fixed limit of other clients. */
  transactionSizeLimitKiB?: number;
  /** Time of block 0, seconds since 1970. Default 0, so that equal settings give equal chains. */
  timestampSeconds?: number;
  /** Address -> account. Default none. */
  alloc?: Record<string, AllocSettings>;
}

/** Settings with all defaults. */
export type ResolvedChainSettings = Required<
  Omit<ChainSettings, "gasLimit" | "baseFeePerGas" | "contractSizeLimitBytes">
> & { gasLimit: bigint; baseFeePerGas: bigint; contractSizeLimitBytes?: number };
