/** From the sections of a stack file to one typed configuration, or to everything that is wrong with it. */
import type { z } from "zod";
import { allowReplacementSchema } from "./allow-replacement";
import type { Check, LooseConfig, ReadFile } from "./check";
import { clusterChecks } from "./checks-cluster";
import { ethereumChecks } from "./checks-ethereum";
import { fabricChecks } from "./checks-fabric";
import { platformChecks } from "./checks-platform";
import { takeOverGenesis } from "./existing-genesis";
import { endorsementPolicies } from "./checks-policy";
import { clusterSchema, type ClusterConfig } from "./cluster";
import { networkSchema, type NetworkConfig } from "./network";
import type { Problem } from "../ledger/problem";
import { loosen } from "./schema-tree";
import { shapeProblems } from "./shape";
import { storageSchema, type StorageConfig } from "./storage";
import { warningChecks } from "./warnings";

/** The configuration of one stack, complete. */
export interface Config {
  cluster: ClusterConfig;
  storage: StorageConfig;
  network: NetworkConfig;
  /** Resources that the preview report lets be replaced or deleted, as `Kind/name`. */
  allowReplacement: string[];
}

/** Sections as the stack file has them; a missing one is undefined. */
export interface RawConfig {
  cluster?: unknown;
  storage?: unknown;
  network?: unknown;
  allowReplacement?: unknown;
}

export type ParseResult =
  { config: Config; problems: []; warnings: Problem[] } | { config?: undefined; problems: Problem[] };

/** Schemas of the sections, by key. */
export const sections = {
  cluster: clusterSchema,
  storage: storageSchema,
  network: networkSchema,
  allowReplacement: allowReplacementSchema,
} as const;

const checks: readonly Check[] = [
  ...fabricChecks,
  ...ethereumChecks,
  ...clusterChecks,
  ...platformChecks,
  endorsementPolicies,
];

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
  const problems = distinct([...shape, ...crossing]).sort((a, b) =>
    a.path.localeCompare(b.path, "en", { numeric: true }),
  );
  if (problems.length > 0) return { problems };
  return { config: complete(raw, readFile), problems: [], warnings: warningChecks.flatMap((check) => check(loose)) };
}

/** A number may break two rules with one message. */
function distinct(problems: readonly Problem[]): Problem[] {
  const texts = problems.map(({ path, message }) => `${path}: ${message}`);
  return problems.filter((_, index) => texts.indexOf(texts[index] ?? "") === index);
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

/**
 * Fills in what depends on another section: a local or development cluster is for trying things out, any other keeps
 * keys and data.
 */
function complete(raw: RawConfig, readFile: ReadFile): Config {
  const cluster = clusterSchema.parse(raw.cluster);
  const storage = storageSchema.parse(raw.storage);
  const network = networkSchema.parse(raw.network);
  const protect = "protect" in cluster ? cluster.protect : cluster.vendor !== "local";
  return {
    cluster: completeCluster(cluster, storage),
    storage: { ...storage, reclaimPolicy: storage.reclaimPolicy ?? (isDisposable(cluster) ? "Delete" : "Retain") },
    network: completeNetwork(network, protect, readFile),
    allowReplacement: allowReplacementSchema.parse(raw.allowReplacement),
  };
}

/** `protect: false` alone does not: it is also the first step to take a production stack down in good order. */
function isDisposable(cluster: z.infer<typeof clusterSchema>): boolean {
  return cluster.vendor === "local" || ("environment" in cluster && cluster.environment === "development");
}

/** A driver or class of the stack file's own needs no file system of the vendor's. */
function completeCluster(cluster: z.infer<typeof clusterSchema>, { file }: z.infer<typeof storageSchema>) {
  if (cluster.vendor === "existing" || cluster.vendor === "local") return cluster;
  return {
    ...cluster,
    fileSystem: file !== undefined && file.className === undefined && file.provisioner === undefined,
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
