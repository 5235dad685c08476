/** Client of an Ethereum network: program and release of its nodes, their images and resources. */
import type { z } from "zod";
import { clientFacts, clientNames, type Client } from "../../ledger/ethereum/clients";
import type { ClientFacts } from "../../ledger/ethereum/clients/client-facts";
import { validateClientVersion, warnClientVersion } from "../../ledger/ethereum/client-version";
import type { Problem } from "../../lib/problem";
import { choice, image, map, text, textMap } from "../kit/fields";
import type { Loose } from "../kit/json-schema";
import { error, warning, type Rule } from "../kit/rule";
import { impossibleTolerations, placement, placements } from "../shared/placement";
import {
  aboveLimits,
  imagePullSecrets,
  logFormat,
  onNetworkStorage,
  pullPolicy,
  resources,
  unpinned,
  volume,
} from "../shared/workload";

const defaultReleases = Object.values<ClientFacts>(clientFacts)
  .map(({ title, releases }) => `${releases.default} of ${title}`)
  .join(", ");

const nodeResources = map({
  validator: resources({ cpu: "1", memory: "4Gi", cpuLimit: "4", memoryLimit: "6Gi" }).describe("Each validator."),
  rpc: resources({ cpu: "1", memory: "4Gi", cpuLimit: "4", memoryLimit: "6Gi" }).describe("Each RPC node."),
  bootnode: resources({ cpu: "50m", memory: "64Mi", cpuLimit: "1", memoryLimit: "256Mi" }).describe("Each bootnode."),
  ethstats: resources({ cpu: "50m", memory: "96Mi", cpuLimit: "1", memoryLimit: "256Mi" }).describe("The dashboard."),
})
  .prefault({})
  .describe("Requests and limits per kind of node.");

const placed = placements({
  validator: placement("validators"),
  rpc: placement("RPC nodes"),
  bootnode: placement("bootnodes"),
  ethstats: placement("dashboards"),
});

const storage = map({
  validator: volume("50Gi").describe("Chain of each validator."),
  rpc: volume(
    "100Gi",
    "Fixed in a living network, since Kubernetes refuses another size; docs/operations.md explains how these volumes grow.",
  ).describe("Chain of each RPC node."),
})
  .prefault({})
  .describe("Volumes of the nodes.");

export const clientFields = {
  client: choice(clientNames)
    .default("besu")
    .describe("Program of the nodes. Besu alone is maintained; geth 1.13 has Clique."),
  version: text(/^v?[0-9]+\.[0-9]+\.[0-9]+$/, 'a release in quotes, for example "26.9.0"')
    .optional()
    .describe(`Release of the client. Default: the release with which this project is tested: ${defaultReleases}.`),
  image: image().optional().describe("Image of the client. Default: the published image of that release."),
  bootnodeImage: image().optional().describe("Image with geth's program `bootnode`. Default: the published image."),
  pullPolicy,
  imagePullSecrets: imagePullSecrets("in the network's namespace"),
  options: textMap()
    .default({})
    .describe("Further options of the client on every node, by name without `--`; an empty text for a switch."),
  logFormat: logFormat("validators and RPC nodes"),
  resources: nodeResources,
  placement: placed,
  storage,
};

/** Values that the rules about the client read. */
export interface LooseClient {
  config: {
    /** Client; undefined if the file names none or an unknown one. */
    client?: Client | undefined;
    version?: string | undefined;
    image?: string | undefined;
    bootnodeImage?: string | undefined;
    ethstats?: { image?: string | undefined } | undefined;
    resources?: Loose<z.infer<typeof nodeResources>> | undefined;
    placement?: Loose<z.infer<typeof placed>> | undefined;
    storage?: Loose<z.infer<typeof storage>> | undefined;
  };
}

/** Fills in release and images. Images follow only from a supported release. */
export function resolveClient(file: LooseClient["config"]) {
  const { client } = file;
  const version = (file.version ?? (client && clientFacts[client].releases.default))?.replace(/^v/, "");
  if (client === undefined || version === undefined || !runs(client, version)) return { client, version };
  return {
    client,
    version,
    image: file.image ?? clientFacts[client].image(version),
    bootnodeImage: file.bootnodeImage ?? `docker.io/ethereum/client-go:alltools-v${version}`,
  };
}

/** Whether this project supports a release. */
export function runs(client: Client, version: string): boolean {
  return validateClientVersion(client, version, "").length === 0;
}

const base = "network.ethereum";

function versionRuns({ config: { client, version } }: LooseClient): Problem[] {
  return client === undefined || version === undefined ? [] : validateClientVersion(client, version, `${base}.version`);
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

/** A chain's database takes a file lock and relies on fsync; see the same rule for ledgers of Fabric. */
function chainsOnBlockStorage({ config }: LooseClient): Problem[] {
  const reason = "over network file systems the lock on a database can be lost or outlive its node";
  return onNetworkStorage(config.storage, `${base}.storage`, reason);
}

function releaseAdvice({ config: { client, version } }: LooseClient): Problem[] {
  return client === undefined || version === undefined ? [] : warnClientVersion(client, version, `${base}.version`);
}

export const clientRules: readonly Rule<LooseClient>[] = [
  error(versionRuns),
  error(imagesPinned),
  error(requestsWithinLimits),
  error(({ config }) => impossibleTolerations(config.placement, `${base}.placement`)),
  error(chainsOnBlockStorage),
  warning(releaseAdvice),
];
