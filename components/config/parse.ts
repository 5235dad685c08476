/** From the sections of a stack file to one typed configuration, or to everything that is wrong with it. */
import type { z } from "zod";
import type { Check, LooseConfig, ReadFile } from "./check";
import { ethereumChecks } from "./checks-ethereum";
import { fabricChecks } from "./checks-fabric";
import { platformChecks } from "./checks-platform";
import { takeOverGenesis } from "./existing-genesis";
import { endorsementPolicies } from "./checks-policy";
import { clusterSchema, type ClusterConfig } from "./cluster";
import { networkSchema, type NetworkConfig } from "./network";
import type { Problem } from "./problem";
import { loosen } from "./schema-tree";
import { shapeProblems } from "./shape";
import { storageSchema, type StorageConfig } from "./storage";
import { warningChecks } from "./warnings";

/** The configuration of one stack, complete. */
export interface Config {
  cluster: ClusterConfig;
  storage: StorageConfig;
  network: NetworkConfig;
}

/** Sections as the stack file has them; a missing one is undefined. */
export interface RawConfig {
  cluster?: unknown;
  storage?: unknown;
  network?: unknown;
}

export type ParseResult =
  { config: Config; problems: []; warnings: Problem[] } | { config?: undefined; problems: Problem[] };

/** Schemas of the sections, by key. */
export const sections = { cluster: clusterSchema, storage: storageSchema, network: networkSchema } as const;

const checks: readonly Check[] = [...fabricChecks, ...ethereumChecks, ...platformChecks, endorsementPolicies];

/**
 * Checks everything and reports everything: shape problems, then those between values that the shape does not know.
 *
 * @param readFile how to read the files that it names
 */
export function parseConfig(raw: RawConfig, readFile: ReadFile): ParseResult {
  const shape = (Object.keys(sections) as (keyof typeof sections)[]).flatMap((section) =>
    shapeProblems(section, sections[section], raw[section]),
  );
  const loose = loosenAll(raw, readFile);
  const known = new Set(shape.map((problem) => problem.path));
  const crossing = checks.flatMap((check) => check(loose)).filter((problem) => !known.has(problem.path));
  const problems = [...shape, ...crossing].sort((a, b) => a.path.localeCompare(b.path, "en", { numeric: true }));
  if (problems.length > 0) return { problems };
  return { config: complete(raw, readFile), problems: [], warnings: warningChecks.flatMap((check) => check(loose)) };
}

function loosenAll(raw: RawConfig, readFile: ReadFile): LooseConfig {
  const loosened = (section: keyof typeof sections) => loosen(sections[section], raw[section]);
  return {
    readFile,
    cluster: loosened("cluster") as LooseConfig["cluster"],
    storage: loosened("storage") as LooseConfig["storage"],
    network: loosened("network") as LooseConfig["network"],
  };
}

/** Fills in what depends on the cluster: a local one is for trying things out, any other keeps keys and data. */
function complete(raw: RawConfig, readFile: ReadFile): Config {
  const cluster = clusterSchema.parse(raw.cluster);
  const storage = storageSchema.parse(raw.storage);
  const network = networkSchema.parse(raw.network);
  const isDisposable = cluster.vendor === "local";
  return {
    cluster,
    storage: { ...storage, reclaimPolicy: storage.reclaimPolicy ?? (isDisposable ? "Delete" : "Retain") },
    network: completeNetwork(network, !isDisposable, readFile),
  };
}

function completeNetwork(network: z.infer<typeof networkSchema>, protect: boolean, readFile: ReadFile): NetworkConfig {
  if (network.type === "fabric") {
    return { ...network, fabric: { ...network.fabric, protect: network.fabric.protect ?? protect } };
  }
  const { genesisFile, ...ethereum } = network.ethereum;
  const file = genesisFile === undefined ? undefined : readFile(genesisFile);
  const taken = file !== undefined && "text" in file ? takeOverGenesis(file.text, ethereum) : {};
  return { ...network, ethereum: { ...ethereum, ...taken, protect: ethereum.protect ?? protect } };
}
