/** Client of an Ethereum network: program and release of its nodes, and what they run on. */
import type { z } from "zod";
import { clientFacts, type Client } from "../../ledger/ethereum/client";
import { validateClientOptions, warnClientOptions } from "../../ledger/ethereum/client-options";
import { defaultClientVersion, validateClientVersion, warnClientVersion } from "../../ledger/ethereum/client-version";
import { problem, type Problem } from "../../ledger/problem";
import { choice, image, map, text, textMap } from "../kit/fields";
import type { Loose } from "../kit/json-schema";
import { error, warning, type Rule } from "../kit/rule";
import { aboveLimits, onNetworkStorage, pullPolicy, resources, unpinned, volume } from "../shared/workload";

/** Published images, by client. */
const repositories: Record<Client, (version: string) => string> = {
  besu: (version) => `docker.io/hyperledger/besu:${version}`,
  goquorum: (version) => `docker.io/quorumengineering/quorum:${version}`,
  geth: (version) => `docker.io/ethereum/client-go:v${version}`,
};

const nodeResources = map({
  validator: resources({ cpu: "1", memory: "4Gi", cpuLimit: "4", memoryLimit: "6Gi" }).describe("Each validator."),
  rpc: resources({ cpu: "1", memory: "4Gi", cpuLimit: "4", memoryLimit: "6Gi" }).describe("Each RPC node."),
  bootnode: resources({ cpu: "50m", memory: "64Mi", cpuLimit: "1", memoryLimit: "256Mi" }).describe("Each bootnode."),
  ethstats: resources({ cpu: "50m", memory: "96Mi", cpuLimit: "1", memoryLimit: "256Mi" }).describe("The dashboard."),
})
  .prefault({})
  .describe("Requests and limits per kind of node.");

const storage = map({
  validator: volume("50Gi").describe("The chain on each validator."),
  rpc: volume("100Gi").describe("The chain on each RPC node."),
})
  .prefault({})
  .describe("Volumes of the nodes.");

export const clientFields = {
  client: choice(["besu", "goquorum", "geth"])
    .default("besu")
    .describe("Program of the nodes. Besu is the only one that is maintained; geth 1.13 seals by Clique."),
  version: text(/^v?[0-9]+\.[0-9]+\.[0-9]+$/, 'a release in quotes, for example "26.9.0"')
    .optional()
    .describe("Release of the client. Default: the one this project was tried with."),
  image: image().optional().describe("Default: the client's published image of that release."),
  bootnodeImage: image().optional().describe("Image with geth's program `bootnode`. Default: the published one."),
  pullPolicy,
  options: textMap()
    .default({})
    .describe("Further options of the client on every node, by name without `--`; an empty text for a switch."),
  resources: nodeResources,
  storage,
};

/** What the rules about the client read. */
export interface LooseClient {
  config: {
    /** Undefined where the file names none that is known. */
    client?: Client | undefined;
    version?: string | undefined;
    image?: string | undefined;
    bootnodeImage?: string | undefined;
    ethstats?: { image?: string | undefined } | undefined;
    options?: Record<string, unknown> | undefined;
    resources?: Loose<z.infer<typeof nodeResources>> | undefined;
    storage?: Loose<z.infer<typeof storage>> | undefined;
  };
}

/** geth takes a gas price of 0 for its default of 1 gwei (`eth/backend.go`), and drops what pays less. */
export function canBeFree(client: Client | undefined): boolean {
  return client !== "geth";
}

/** Fills in release and images. Of a release that does not run they do not follow. */
export function resolveClient(file: LooseClient["config"]) {
  const client = file.client !== undefined && file.client in clientFacts ? file.client : undefined;
  const version = (file.version ?? (client && defaultClientVersion[client]))?.replace(/^v/, "");
  if (client === undefined || version === undefined || !runs(client, version)) return { client, version };
  return {
    client,
    version,
    image: file.image ?? repositories[client](version),
    bootnodeImage: file.bootnodeImage ?? `docker.io/ethereum/client-go:alltools-v${version}`,
  };
}

function runs(client: Client, version: string): boolean {
  return validateClientVersion(client, version, "").length === 0;
}

const base = "network.ethereum";

function versionRuns({ config: { client, version } }: LooseClient): Problem[] {
  return client === undefined || version === undefined ? [] : validateClientVersion(client, version, `${base}.version`);
}

function optionsKnown({ config: { client, version, options } }: LooseClient): Problem[] {
  if (client === undefined || version === undefined || !runs(client, version)) return [];
  return validateClientOptions({ client, version, options: Object.keys(options ?? {}) }, `${base}.options`);
}

/** What the program sets itself: a second value would undo it, most often to open what shall be closed. */
const ownOptionNames =
  /^(--)?(http|ws|rpc|graphql|metrics|datadir|data-path|genesis-file|nodekey|node-private-key|keystore|unlock|password|networkid|network-id|port|p2p|nat|mine|static-nodes|bootnodes|nodiscover|ethstats|config|host-allowlist|allow-insecure|authrpc|X?dns)/;

/** What begins like those, but only limits what a call may cost. */
const callLimits =
  /^(--)?rpc[.-](gas-?cap|tx-?feecap|evmtimeout|allow-unprotected-txs|filter-timeout-seconds|(max|batch)-[a-z-]+)$/;

function ownOptions({ config: { options } }: LooseClient): Problem[] {
  const taken = Object.keys(options ?? {}).filter((name) => ownOptionNames.test(name) && !callLimits.test(name));
  const must = "be an option that the program does not set itself";
  return taken.map((name) => problem({ path: `${base}.options.${name}`, given: name, must }));
}

function imagesPinned({ config: { image: nodes, bootnodeImage, ethstats } }: LooseClient): Problem[] {
  const images = { image: nodes, bootnodeImage, "ethstats.image": ethstats?.image };
  return unpinned(Object.entries(images).map(([key, value]) => ({ value, path: `${base}.${key}` })));
}

function requestsWithinLimits({ config }: LooseClient): Problem[] {
  return Object.entries(config.resources ?? {}).flatMap(([kind, amounts]) =>
    aboveLimits(amounts, `${base}.resources.${kind}`),
  );
}

/** A chain's database takes a file lock and counts on fsync; see the same rule for ledgers of Fabric. */
function chainsOnBlockStorage({ config }: LooseClient): Problem[] {
  const reason = "over network file systems the lock on a database can be lost or outlive its node";
  return onNetworkStorage(config.storage, `${base}.storage`, reason);
}

function releaseAdvice({ config: { client, version } }: LooseClient): Problem[] {
  return client === undefined || version === undefined ? [] : warnClientVersion(client, version, `${base}.version`);
}

function optionAdvice({ config: { client, version, options } }: LooseClient): Problem[] {
  if (client === undefined || version === undefined || Object.keys(options ?? {}).length === 0) return [];
  return warnClientOptions({ client, version }, `${base}.options`);
}

export const clientRules: readonly Rule<LooseClient>[] = [
  error(versionRuns),
  error(optionsKnown),
  error(ownOptions),
  error(imagesPinned),
  error(requestsWithinLimits),
  error(chainsOnBlockStorage),
  warning(releaseAdvice),
  warning(optionAdvice),
];
