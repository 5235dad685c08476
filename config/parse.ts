/** Converts the `config` of a stack file to one typed configuration, or to all its problems. */
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

/** Complete configuration of a stack. */
export interface Config {
  cluster: ClusterConfig;
  storage: StorageConfig;
  network: NetworkConfig;
  /** Resources that the preview report allows to be replaced or deleted, as `Kind/name`. */
  allowReplacement: string[];
  /** Changes of single resources, in the order of their application. */
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

/** Sections in the stack file; a missing section is undefined. */
export type RawConfig = { [section in keyof typeof sections]?: unknown };

export type ParseResult =
  { config: Config; problems: []; warnings: Problem[] } | { config?: undefined; problems: Problem[] };

/**
 * Checks everything and reports everything: read, shape, resolve, rules. Rules see values with defaults, and every
 * readable value, so that one mistake hides no other.
 *
 * @param readFile Reader of the files that the sections name.
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

/**
 * Problems of shapes, and those of rules that no shape problem at the same path explains; a number that breaks two
 * rules with one message counts once.
 */
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
 * @param all Values by full key, such as `blockchain-clusters:network`, including values of other projects.
 * @param project Name of the Pulumi project.
 */
export function parseStackConfig(all: Record<string, unknown>, project: string, readFile: ReadFile): ParseResult {
  const values = ownValues(all, project);
  const result = parseConfig(values, readFile);
  const stray = [...strayKeys(values), ...strayPrefixes(all, project)];
  return stray.length === 0 ? result : { problems: [...stray, ...result.problems] };
}

/** Values of this project. */
function ownValues(all: Record<string, unknown>, project: string): Record<string, unknown> {
  const prefix = `${project}:`;
  return Object.fromEntries(
    Object.entries(all)
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => [key.slice(prefix.length), value]),
  );
}

/** Keys that are neither a section nor the kubeconfig of the section `cluster`: most likely typing errors. */
function strayKeys(values: Record<string, unknown>): Problem[] {
  const known = Object.keys(sections);
  const allowed = [...known, kubeconfigKey(values.cluster)];
  return Object.keys(values)
    .filter((key) => !allowed.includes(key))
    .map((key) => unknownKey(key, key, known));
}

/** A known section under another project's name, which Pulumi does not pass to this project. */
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
