import type { Client } from "../../../ledger/ethereum/clients";
import { besu } from "./besu";
import type { EthereumClient } from "./client";
import { geth } from "./geth";
import { goquorum } from "./goquorum";

/** Every client by the name the stack file uses. */
export const clients: Record<Client, EthereumClient> = { besu, goquorum, geth };
