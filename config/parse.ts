/** From the `config` of a stack file to one typed configuration, or to everything that is wrong with it. */
import { problem, type Problem } from "../lib/problem";
import { allowReplacementSchema } from "./allow-replacement";
import { checkCluster, clusterSchema, isDisposable, resolveCluster, surroundings, type ClusterConfig } from "./cluster";
import type { ReadFile } from "./kit/read-file";
import { check, type Severity } from "./kit/rule";
import { readShape, unknownKey } from "./kit/shape";
import { networkSchema, resolveNetwork, type NetworkConfig } from "./network";
import { transformRules, transformsSchema, type LooseTransforms, type TransformConfig } from "./transforms";
import { resolveStorage, storageRules, storageSchema, usesVendorFileSystem, type StorageConfig } from "./storage";
import { isRecord } from "../lib/values";

/** The configuration of one stack, complete. */
export interface Config {
  cluster: ClusterConfig;
  storage: StorageConfig;
  network: NetworkConfig;
  /** Resources that the preview report lets be replaced or deleted, as `Kind/name`. */
  allowReplacement: string[];
  /** Changes to single resources, in the order in which they apply. */
  transforms: TransformConfig[];
}

/** Schemas of the sections, by key. */
export const sections = {
  cluster: clusterSchema,
  storage: storageSchema,
  network: networkSchema,
  allowReplacement: allowReplacementSchema,
  transforms: transformsSchema,
} as const;

/** Sections as the stack file has them; a missing one is undefined. */
export type RawConfig = { [section in keyof typeof sections]?: unknown };

export type ParseResult =
  { config: Config; problems: []; warnings: Problem[] } | { config?: undefined; problems: Problem[] };

/**
 * Checks everything and reports everything: read, shape, resolve, rules. Rules see values with defaults filled in, and
 * as many of them as could be read, so that one mistake hides no other.
 *
 * @param readFile how to read the files that it names
 */
export function parseConfig(raw: RawConfig, readFile: ReadFile): ParseResult {
  const read = {
    cluster: readShape("cluster", clusterSchema, raw.cluster),
    storage: readShape("storage", storageSchema, raw.storage),
    network: readShape("network", networkSchema, raw.network),
    allowReplacement: readShape("allowReplacement", allowReplacementSchema, raw.allowReplacement),
    transforms: readShape("transforms", transformsSchema, raw.transforms),
  };
  const cluster = resolveCluster(read.cluster.value, { fileSystem: usesVendorFileSystem(read.storage.value) });
  const storage = resolveStorage(read.storage.value, { isDisposable: isDisposable(cluster) });
  const around = { ...surroundings(cluster), readFile };
  const network = resolveNetwork(read.network.value, around);
  const find = (severity: Severity) => [
    ...network.find(severity),
    ...checkCluster(severity, cluster, around),
    ...check(storageRules, severity, storage, around),
    ...check<LooseTransforms>(transformRules, severity, read.transforms.value, around),
  ];

  const shape = Object.values(read).flatMap(({ problems }) => problems);
  const problems = inOrder(withoutRepetition(shape, find("error")));
  if (problems.length > 0) return { problems };
  // Without problems no part is missing.
  const config = {
    cluster,
    storage,
    network: network.config,
    allowReplacement: read.allowReplacement.value,
    transforms: read.transforms.value,
  } as Config;
  return { config, problems: [], warnings: find("warning") };
}

/** A value of a wrong shape is wrong once, whatever rules make of it, and a number may break two rules with one message. */
function withoutRepetition(shape: readonly Problem[], crossing: readonly Problem[]): Problem[] {
  const known = new Set(shape.map(({ path }) => path));
  const all = [...shape, ...crossing.filter(({ path }) => !known.has(path))];
  return [...new Map(all.map((problem) => [`${problem.path}: ${problem.message}`, problem])).values()];
}

function inOrder(problems: readonly Problem[]): Problem[] {
  return problems.toSorted((a, b) => a.path.localeCompare(b.path, "en", { numeric: true }));
}

/**
 * Parses a stack's configuration.
 *
 * @param all values by full key, such as `blockchain-clusters:network`, those of other projects among them
 * @param project name of the Pulumi project
 */
export function parseStackConfig(all: Record<string, unknown>, project: string, readFile: ReadFile): ParseResult {
  const values = ownValues(all, project);
  const result = parseConfig(values, readFile);
  const stray = [...strayKeys(values), ...strayPrefixes(all, project)];
  return stray.length === 0 ? result : { problems: [...stray, ...result.problems] };
}

/** The stack's values of this project. */
function ownValues(all: Record<string, unknown>, project: string): Record<string, unknown> {
  const prefix = `${project}:`;
  return Object.fromEntries(
    Object.entries(all)
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => [key.slice(prefix.length), value]),
  );
}

/** Keys that are neither a section nor the kubeconfig that the section `cluster` names: most likely misspelt. */
function strayKeys(values: Record<string, unknown>): Problem[] {
  const known = Object.keys(sections);
  const allowed = [...known, kubeconfigKey(values.cluster)];
  return Object.keys(values)
    .filter((key) => !allowed.includes(key))
    .map((key) => unknownKey(key, key, known));
}

/** A section that is there under another name than the project's, which Pulumi takes for somebody else's. */
function strayPrefixes(all: Record<string, unknown>, project: string): Problem[] {
  return Object.keys(all).flatMap((path) => {
    const section = path.split(":").at(-1) ?? "";
    const isOurs = path.startsWith(`${project}:`) || !(section in sections) || `${project}:${section}` in all;
    return isOurs ? [] : [problem({ path, must: `be "${project}:${section}"`, because: "no other key is read" })];
  });
}

function kubeconfigKey(cluster: unknown): string {
  const source = isRecord(cluster) ? cluster.kubeconfig : undefined;
  return isRecord(source) && typeof source.key === "string" ? source.key : "kubeconfig";
}
