import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { paths, projectRoot } from "../paths";
import { defaultName } from "../../local-cluster/settings";
import { UserError } from "../../lib/user-error";
import { workloadFacts, type WorkloadFacts } from "../../lib/workloads";
import type { Group } from "../installer/tool";

/** Facts about a stack that commands need before Pulumi runs. The program reads and checks everything else. */
export interface StackFile {
  name: string;
  /** `cluster.vendor` of the file, unchecked: `local`, `aks`. */
  vendor: unknown;
  /** Whether it is on a cluster that this project starts on this machine. */
  isLocal: boolean;
  /** Name of that cluster. */
  localCluster: string;
  /** Facts about its kind of network. Default: Fabric's. */
  workload: WorkloadFacts;
  /** `network.type`, for messages. */
  type: string;
  /** Whether it opens the metrics of its network to a namespace. */
  hasMonitoring: boolean;
  /** Whether the local cluster takes snapshots of its volumes. */
  hasSnapshots: boolean;
  /** Whether the local cluster measures its pods, for an autoscaler of the network. */
  hasMetrics: boolean;
  /** Groups of tools that its images are made of. */
  imageTools: readonly Group[];
}

/** Name of the Pulumi project, which is also the namespace of its configuration keys. */
export function projectName(): string {
  const project = parse(readFileSync(join(projectRoot, "Pulumi.yaml"), "utf8")) as { name: string };
  return project.name;
}

export function stackFileName(stack: string): string {
  return `Pulumi.${stack}.yaml`;
}

/** @throws UserError when the stack file is missing or not YAML */
export function readStackFile(name: string, folder: string = paths.stacks): StackFile {
  const file = join(folder, stackFileName(name));
  if (!existsSync(file)) {
    const known = stackNames(folder);
    throw new UserError(`There is no stack ${name}: ${file} is missing. Stacks: ${known.join(", ") || "none"}.`);
  }
  let content: unknown;
  try {
    // Merge keys (`<<: *common`), which Pulumi's own parser accepts, too.
    content = parse(readFileSync(file, "utf8"), { merge: true });
  } catch (error) {
    throw new UserError(`${file} is not YAML: ${(error as Error).message}`);
  }
  const project = projectName();
  const section = (key: string) => field(field(content, "config"), `${project}:${key}`);
  const vendor = field(section("cluster"), "vendor");
  const network = section("network");
  const type = String(field(network, "type"));
  const workload = workloadFacts(type);
  return {
    name,
    vendor,
    isLocal: vendor === "local",
    localCluster: localClusterName(field(section("cluster"), "name")),
    type,
    workload,
    hasMonitoring: field(field(network, type), "monitoring") !== undefined,
    hasSnapshots: vendor === "local" && field(section("cluster"), "snapshots") === true,
    hasMetrics: vendor === "local" && hasAutoscaler(network),
    imageTools: hasRouter(network) ? [workload.tools, "router"] : [workload.tools],
  };
}

/** @param name `cluster.name` of the file, unchecked */
function localClusterName(name: unknown): string {
  return typeof name === "string" ? name : defaultName;
}

/** Whether an organisation of a Fabric network has a router. */
function hasRouter(network: unknown): boolean {
  const fabric = field(network, "fabric");
  const organizations = [field(fabric, "ordererOrganizations"), field(fabric, "peerOrganizations")].flat();
  return organizations.some((organization) => field(field(organization, "exposure"), "type") === "router");
}

/** Whether the RPC nodes of an Ethereum network follow the load. */
function hasAutoscaler(network: unknown): boolean {
  return field(field(field(network, "ethereum"), "rpc"), "autoscaling") !== undefined;
}

/**
 * Runs the program's checks of a stack file, before anything is installed or started for it.
 *
 * @throws UserError with every problem
 */
export async function checkStackFile(name: string, folder: string = paths.stacks): Promise<void> {
  readStackFile(name, folder);
  // Loaded by the commands alone that are about to change something.
  const { checkFile } = await import("../../config/check-file.ts");
  const problems = checkFile(projectName(), join(folder, stackFileName(name)));
  if (problems !== "") throw new UserError(problems);
}

/** Names of all stacks with a file. */
export function stackNames(folder: string = paths.stacks): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? [])
    .sort();
}

function field(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}
