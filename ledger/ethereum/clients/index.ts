/** The Ethereum clients that can seal blocks of a private network. */
import { besu } from "./besu";
import type { ClientFacts } from "./client-facts";
import { geth } from "./geth";
import { goquorum } from "./goquorum";

/** Every client, by its name in the stack file. */
export const clientFacts = { besu, goquorum, geth } satisfies Record<string, ClientFacts>;

/** Name of a client in the stack file. */
export type Client = keyof typeof clientFacts;

export const clientNames = Object.keys(clientFacts) as [Client, ...Client[]];
