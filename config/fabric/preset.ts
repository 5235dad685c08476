/**
 * Preset of a Fabric network: values in the place of the usual ones, where the stack file has none. docs/throughput.md
 * has the reason of each.
 */
import type { z } from "zod";
import { choice } from "../kit/fields";
import type { Loose } from "../kit/json-schema";
import { parseQuantity } from "../kit/quantity";
import type { ResourcesConfig } from "../shared/workload";

export const preset = choice(["throughput"])
  .optional()
  .describe(
    "`throughput`: values for the highest rate of transactions, in the place of the usual ones, which spare memory and keep blocks " +
      "small (docs/throughput.md). What this file says takes precedence. A change restarts nodes one at a time and proposes the limits of " +
      "blocks to the channels founded here. Default: the usual values.",
  );

export type Preset = z.infer<typeof preset>;

/** Values of keys that a stack file may leave out. */
interface UsualValues {
  /** `peer.gatewayConcurrency`. */
  gatewayConcurrency: number;
  /** `logging`. */
  logging: string;
  /** `channels[].batch` of a channel that this stack founds. */
  batch: { timeout: string; maxMessageCount: number; absoluteMaxBytes: string; preferredMaxBytes: string };
}

const usual: UsualValues = {
  gatewayConcurrency: 500,
  logging: "info",
  batch: { timeout: "2s", maxMessageCount: 500, absoluteMaxBytes: "10Mi", preferredMaxBytes: "2Mi" },
};

/** Number that Fabric's documentation reports good results with. */
const manyRequests = 20_000;

const throughput: UsualValues = {
  gatewayConcurrency: manyRequests,
  logging: "comm.grpc.server,endorser=warn:info",
  batch: { timeout: "500ms", maxMessageCount: 1000, absoluteMaxBytes: "10Mi", preferredMaxBytes: "4Mi" },
};

/** Values of keys that the stack file leaves out. */
export function usualValues(chosen: Preset): UsualValues {
  return chosen === "throughput" ? throughput : usual;
}

/** Values that decide the settings of a preset. */
interface LoosePeers {
  preset?: Preset;
  resources?: { peer?: Loose<ResourcesConfig> | undefined } | undefined;
  peerOrganizations?: ({ stateDatabase?: string | undefined } | undefined)[] | undefined;
}

/** Settings of core.yaml, by key, below those of the stack file. */
export function presetPeerSettings({
  preset: chosen,
  resources,
  peerOrganizations = [],
}: LoosePeers): Record<string, number> {
  if (chosen !== "throughput") return {};
  const limits = resources?.peer?.limits;
  const hasCouchDb = peerOrganizations.some((organization) => organization?.stateDatabase === "couchdb");
  return {
    "peer.limits.concurrency.endorserService": manyRequests,
    "peer.validatorPoolSize": processors(limits?.cpu),
    ...(hasCouchDb ? { "ledger.state.couchDBConfig.cacheSize": cacheMegabytes(limits?.memory) } : {}),
  };
}

/**
 * Environment of peers and orderers, which are programs in Go.
 *
 * @param limits of the container
 */
export function presetVariables(
  chosen: Preset,
  limits: Pick<ResourcesConfig["limits"], "cpu">,
): { name: string; value: string }[] {
  if (chosen !== "throughput") return [];
  return [
    { name: "GOGC", value: "400" },
    { name: "GOMAXPROCS", value: String(processors(limits.cpu)) },
  ];
}

/** Processors that a container may use at the same time. */
function processors(limit: string | undefined): number {
  return Math.max(1, Math.ceil(parseQuantity(limit ?? "") ?? 1));
}

/** Megabytes of the least cache, which is Fabric's own, and of the steps in which it grows. */
const [leastCache, cacheStep] = [64, 32];
/** Share of a peer's memory. Go does not count the cache: it has to fit into what `goMemoryLimit` leaves free. */
const shareOfMemory = 1 / 16;

function cacheMegabytes(memoryLimit: string | undefined): number {
  const share = ((parseQuantity(memoryLimit ?? "") ?? 0) * shareOfMemory) / 2 ** 20;
  return Math.max(leastCache, Math.floor(share / cacheStep) * cacheStep);
}
