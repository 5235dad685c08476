/** This project's program, run by the engine on a stand-in cloud. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { paths, projectRoot } from "../../../tools/paths";
import { StandInCloud, standInPlugins } from ".";
import { PulumiProgram } from "../pulumi-program";

/**
 * The program up to its network. An API server without nodes runs no pod, so two objects replace the workload: one with
 * a fixed name, one with a name by Pulumi.
 */
const clusterOnly = `
import * as k8s from "@pulumi/kubernetes";
import { createCluster } from "${projectRoot}/components/clouds";
import { loadConfig } from "${projectRoot}/config";
import { StorageClasses } from "${projectRoot}/components/storage";
const config = loadConfig();
const cluster = createCluster(config.cluster);
const storage = new StorageClasses("storage", { cluster, config: config.storage });
const options = { provider: cluster.provider };
new k8s.core.v1.ConfigMap("settings", { metadata: { name: "settings", namespace: "default" }, data: { a: "b" } }, options);
new k8s.core.v1.Secret("keys", { metadata: { namespace: "default" }, stringData: { key: "s3cret" } }, options);
export const kubeconfig = cluster.kubeconfig;
export const clusterName = cluster.name;
export const block = storage.block;
`;

/** This project's program, for {@link PulumiProgram}. */
export const wholeProgram = `module.exports = require("${projectRoot}/index.ts").program;`;

/** Its project, which the names of sections begin with. */
export const project = "blockchain-clusters";

export type StackConfig = Record<string, Record<string, unknown>>;

/** The `config` of a stack file of this project, by section. */
export function readStackConfig(stack: string): StackConfig {
  const { config } = parse(readFileSync(join(paths.stacks, `Pulumi.${stack}.yaml`), "utf8")) as { config: StackConfig };
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key.slice(`${project}:`.length), value]));
}

export class CloudProgram {
  private constructor(
    readonly standIn: StandInCloud,
    readonly pulumi: PulumiProgram,
    /** Sections of the stack file: `cluster`, `storage`, `network`. */
    private config: StackConfig,
  ) {}

  /**
   * @param part `cluster`: the program up to its network; `whole`: all of it
   * @param clusters administrators' kubeconfigs of the clusters that the cloud can assign
   */
  static async create(part: "cluster" | "whole", config: StackConfig, clusters: string[]): Promise<CloudProgram> {
    const standIn = await StandInCloud.open(clusters);
    const { environment } = standIn;
    const source = part === "cluster" ? clusterOnly : wholeProgram;
    const pulumi = await PulumiProgram.create(source, { project, plugins: standInPlugins, environment });
    const program = new CloudProgram(standIn, pulumi, config);
    program.write();
    return program;
  }

  /** Changes the stack file, as a user does in an editor. */
  edit(change: (config: StackConfig) => void): void {
    change(this.config);
    this.write();
  }

  /** Runs a command that must fail, and returns its output. @throws when the command succeeds */
  async refused(...args: string[]): Promise<string> {
    const { exit, text } = await this.pulumi.start(...args).outcome;
    if (exit === 0) throw new Error(`pulumi ${args.join(" ")} should have failed:\n${text}`);
    return text;
  }

  async remove(): Promise<void> {
    await this.pulumi.remove();
    this.standIn.remove();
  }

  private write(): void {
    writeStackConfig(this.pulumi, this.config);
  }
}

/** Writes the sections of a stack file of this project. */
export function writeStackConfig(pulumi: PulumiProgram, config: StackConfig): void {
  const entries = Object.entries(config).map(([section, value]) => [`${project}:${section}`, value] as const);
  pulumi.setConfig(Object.fromEntries(entries));
}
