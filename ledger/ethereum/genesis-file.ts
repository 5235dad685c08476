/** Content of a genesis file, in the form that every client reads. */
import type { GenesisAccount } from "./alloc";
import type { Json } from "./json";

/** The rules of the chain. Other keys than `chainId` are fork activations and keys of the client. */
export interface GenesisConfig {
  chainId: number;
  [key: string]: Json;
}

/** Content of genesis.json. Numbers are quantities (`0x...`), which every client reads alike. */
export interface Genesis {
  config: GenesisConfig;
  nonce: string;
  /** Seconds since 1970. */
  timestamp: string;
  gasLimit: string;
  difficulty: string;
  mixHash: string;
  coinbase: string;
  extraData: string;
  /** Wei. Set only when London is active in block 0. */
  baseFeePerGas?: string;
  alloc: Record<string, GenesisAccount>;
}
