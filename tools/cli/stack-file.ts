import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { paths, projectRoot } from "../paths";
import { UserError } from "../../lib/user-error";
import { workloadFacts, type WorkloadFacts } from "../../lib/workloads";

/** What the commands need to know of a stack before Pulumi runs. Everything else is for the program to read and check. */
export interface StackFile {
  name: string;
  /** `cluster.vendor`, as far as the file says one: `local`, `aks`. */
  vendor: unknown;
  /** Whether its cluster is the one that this project starts on this machine. */
  isLocal: boolean;
  /** What its kind of network needs, as far as the file says one. */
  workload: WorkloadFacts;
}

/** Name of the Pulumi project, which is also the namespace of its configuration keys. */
export function projectName(): string {
  const project = parse(readFileSync(join(projectRoot, "Pulumi.yaml"), "utf8")) as { name: string };
  return project.name;
}

/** @throws UserError when there is no such stack file, or it is not YAML */
export function readStackFile(name: string, folder: string = paths.stacks): StackFile {
  const file = join(folder, `Pulumi.${name}.yaml`);
  if (!existsSync(file)) {
    const known = stackNames(folder);
    throw new UserError(`There is no stack ${name}: ${file} is missing. Stacks: ${known.join(", ") || "none"}.`);
  }
  let content: unknown;
  try {
    // Merge keys (`<<: *common`), which Pulumi's own parser knows as well.
    content = parse(readFileSync(file, "utf8"), { merge: true });
  } catch (error) {
    throw new UserError(`${file} is not YAML: ${(error as Error).message}`);
  }
  const section = (key: string) => field(field(content, "config"), `${projectName()}:${key}`);
  const vendor = field(section("cluster"), "vendor");
  return {
    name,
    vendor,
    isLocal: vendor === "local",
    workload: workloadFacts(field(section("network"), "type")),
  };
}

/**
 * Lets the program check its stack file, before anything is installed or started for it.
 *
 * @throws UserError listing everything that is wrong
 */
export function checkStackFile(name: string, folder: string = paths.stacks): void {
  readStackFile(name, folder);
  const program = ["-r", "./tools/runtime/typescript-cache.cjs", "config/check-file.ts"];
  const words = [...program, projectName(), join(folder, `Pulumi.${name}.yaml`)];
  const { status, stdout } = spawnSync(process.execPath, words, {
    cwd: projectRoot,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) throw new UserError(stdout.trim() || "The stack file could not be checked; the reason is above.");
}

/** Names of all stacks that have a file. */
export function stackNames(folder: string = paths.stacks): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? [])
    .sort();
}

function field(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}
