/** What rules of an Ethereum network ask of the section, complete or not. */
import { clientFacts, type Client } from "../ledger/ethereum/client";
import { defaultClientVersion } from "../ledger/ethereum/client-version";
import type { GenesisSettings } from "../ledger/ethereum/genesis-settings";
import { entriesOf, type LooseEthereum } from "./check";
import { canBeFree } from "./ethereum";

/** Path of the section. */
export const base = "network.ethereum";

export function clientOf({ client }: LooseEthereum): Client | undefined {
  return client !== undefined && client in clientFacts ? client : undefined;
}

/** Validators that the file asks for; four where it says nothing. */
export function validatorCountOf({ validators, join }: LooseEthereum): number {
  return validators === undefined ? (join === undefined ? 4 : 0) : entriesOf(validators).length;
}

export function versionOf(ethereum: LooseEthereum, client: Client): string {
  return ethereum.version ?? defaultClientVersion[client];
}

/** Settings with as many stand-ins as there are validators: their keys are made later, and none of the rules asks for them. */
export function settingsOf(ethereum: LooseEthereum, client: Client): GenesisSettings {
  const genesis = ethereum.genesis as Omit<GenesisSettings, "client" | "validators"> | undefined;
  const validators = Array.from({ length: validatorCountOf(ethereum) }, (_, index) => {
    return `0x${(index + 1).toString(16).padStart(40, "0")}`;
  });
  return { chainId: 1337, ...genesis, freeGas: genesis?.freeGas ?? canBeFree(client), client, validators };
}
