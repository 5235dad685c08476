/** Stack file key `network.ethereum.options`: further options of the client. */
import { clientFacts, type Client } from "../../ledger/ethereum/clients";
import { defaultFork } from "../../ledger/ethereum/genesis-settings";
import { problem, type Problem } from "../../lib/problem";
import type { Loose } from "../kit/json-schema";
import { error, warning, type Rule } from "../kit/rule";
import { runs } from "./client";
import type { ExistingChain } from "./existing-genesis";
import type { GenesisConfig } from "./genesis";

/** Values that the rules about options read. */
export interface LooseOptions {
  file: { join?: object | undefined };
  existing?: ExistingChain | undefined;
  config: {
    client?: Client | undefined;
    version?: string | undefined;
    options?: Record<string, unknown> | undefined;
    genesis?: Loose<GenesisConfig> | undefined;
  };
}

const path = "network.ethereum.options";

function known({ config: { client, version, options } }: LooseOptions): Problem[] {
  if (client === undefined || version === undefined || !runs(client, version)) return [];
  return clientFacts[client].options.validateNames(Object.keys(options ?? {}), version, path);
}

/**
 * Options that the program sets itself: a second value would override it, most often to open an interface that must
 * stay closed.
 */
const ownNames =
  /^(--)?(http|ws|rpc|graphql|metrics|datadir|data-path|genesis-file|nodekey|node-private-key|keystore|unlock|password|networkid|network-id|port|p2p|nat|mine(?!r\.gaslimit$)|static-nodes|bootnodes|nodiscover|ethstats|config|host-allowlist|allow-insecure|authrpc|X?dns)/;

/** Options with the same prefixes that only limit the cost of calls. */
const limits =
  /^(--)?rpc[.-](gas-?cap|tx-?feecap|evmtimeout|allow-unprotected-txs|filter-timeout-seconds|(max|batch)-[a-z-]+|http-max-active-connections|ws-max-(active-connections|active-subscriptions|frame-size))$/;

function own({ config: { options } }: LooseOptions): Problem[] {
  const taken = Object.keys(options ?? {}).filter((name) => ownNames.test(name) && !limits.test(name));
  const must = "be an option that the program does not set itself";
  return taken.map((name) => problem({ path: `${path}.${name}`, given: name, must }));
}

function values(network: LooseOptions): Problem[] {
  const { client, options } = network.config;
  if (client === undefined) return [];
  const written = Object.entries(options ?? {}).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
  return (
    clientFacts[client].options.validateValues?.(Object.fromEntries(written), chainOf(network, client), path) ?? []
  );
}

/**
 * Values of the chain that decide whether an option fits. Another stack's chain is unknown here, and may have a gas
 * price.
 */
function chainOf({ file, existing, config: { genesis } }: LooseOptions, client: Client) {
  const freeGas = file.join === undefined && genesis?.freeGas === true;
  if (existing?.genesis !== undefined) {
    return { freeGas, fork: existing.genesis.config.zeroBaseFee === true ? "london" : "berlin" } as const;
  }
  return { freeGas, fork: genesis?.fork ?? defaultFork(client, freeGas) };
}

function advice({ config: { client, version, options } }: LooseOptions): Problem[] {
  if (client === undefined || version === undefined || Object.keys(options ?? {}).length === 0) return [];
  return clientFacts[client].options.warn(version, path);
}

export const optionRules: readonly Rule<LooseOptions>[] = [error(known), error(own), error(values), warning(advice)];
