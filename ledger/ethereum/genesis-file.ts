/** Content of a genesis file, as every client reads it. */
import type { GenesisAccount } from "./alloc";
import type { Json } from "./json";

/** The rules of the chain. Keys beside `chainId` are fork activations and the client's own. */
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
  /** Wei. Only where London is active in block 0. */
  baseFeePerGas?: string;
  alloc: Record<string, GenesisAccount>;
}
