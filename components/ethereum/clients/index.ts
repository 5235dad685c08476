import type { Client } from "../../../ledger/ethereum/clients";
import { besu } from "./besu";
import type { EthereumClient } from "./client";
import { geth } from "./geth";
import { goquorum } from "./goquorum";

/** Every client, by its name in the stack file. */
export const clients: Record<Client, EthereumClient> = { besu, goquorum, geth };
