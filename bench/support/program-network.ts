/** The network of this project's program, with measurements of its bring-up. */
import { chaincodeOf, type Chaincode } from "../../samples/client/chaincode";
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { createAsset } from "../../samples/client/assets";
import { openStack, type Stack } from "../../samples/client/stack";
import { follow, readStackFile, TestStack, useTestState, type StackFile } from "../../test/e2e/support/pulumi";
import { forgetCluster } from "../../tools/cli/local-cluster";
import type { Preset } from "../../config/fabric/preset";
import { projectRoot } from "../../tools/paths";
import { storageClass, type ClusterClient } from "./cluster-client";
import { EventLog, type ResourceEvent } from "./event-log";
import { lowerBound } from "./lower-bound";
import { batchTimeout, chaincodeName, channelName, firstAsset, withPreset } from "./network";
import type { BringUp, LoadTarget, Milestone } from "./network";
import { podProcesses } from "./pod-processes";
import { PodWatch, type PodTimes } from "./pod-watch";
import { ProcessWatch, type ProcessUse } from "./process-watch";

const network = "bench";

export interface ProgramBringUp extends BringUp {
  processes: ProcessUse[];
  /** Every event about a resource; `at` is milliseconds since the start. */
  events: ResourceEvent[];
  /** Times are milliseconds since the start. */
  pods: PodTimes[];
}

export class ProgramNetwork implements LoadTarget {
  readonly name: string;
  private isUp = false;
  private last: ProgramBringUp | undefined;
  private readonly stackName: string;
  private readonly stack: TestStack;

  /** @param preset of its stack file. Default: none. */
  constructor(
    private readonly cluster: ClusterClient,
    preset?: Preset,
  ) {
    this.name = withPreset("this project", preset);
    this.stackName = ["bench-fabric", preset].filter(Boolean).join("-");
    this.stack = new TestStack(this.stackName, stackFile(preset));
    useTestState();
    // The engine accepts its option --event-log only when this is set.
    process.env.PULUMI_DEBUG_COMMANDS = "true";
  }

  /** Brings the network up, from an empty stack to the first committed transaction. */
  async up(): Promise<ProgramBringUp> {
    await this.stack.select();
    const { config, core } = this.cluster;
    this.isUp = true;
    const { result, pods } = await PodWatch.during({ config, core, network }, () => this.measure());
    const { start, ...run } = result;
    const bound = await lowerBound(core, network, pods, batchTimeout);
    this.last = { ...run, bound, pods: pods.map((pod) => shiftPod(pod, start)) };
    return this.last;
  }

  /** Measurements of the bring-up, which is done now or was done earlier in this run. */
  async ensureUp(): Promise<ProgramBringUp> {
    return this.isUp && this.last !== undefined ? this.last : this.up();
  }

  /** `pulumi up` or `pulumi preview` without changes: milliseconds of the whole and up to the first resource. */
  async again(command: "up" | "preview"): Promise<{ total: number; started: number }> {
    const log = openLog();
    const start = performance.now();
    const flags = ["--expect-no-changes", "--event-log", log.file];
    const { exit, text } =
      command === "up" ? await this.stack.startUp(...flags).outcome : await this.stack.preview(...flags);
    const total = performance.now() - start;
    await log.close();
    if (exit !== 0) throw new Error(`pulumi ${command} ended with ${exit}:\n${text}`);
    return { total, started: (log.events[0]?.at ?? NaN) - start };
  }

  /**
   * `make up` without changes and without a terminal: milliseconds until the engine starts and of the whole, and lines of
   * output.
   */
  async makeUp(): Promise<{ beforeEngine: number; total: number; lines: number }> {
    const start = performance.now();
    const running = follow(spawn("make", ["up", `STACK=${this.stackName}`], { cwd: projectRoot, stdio: "pipe" }));
    await running.line(new RegExp(`^==> Stack ${this.stackName}: pulumi up$`));
    const beforeEngine = performance.now() - start;
    const { exit, text } = await running.outcome;
    const total = performance.now() - start;
    if (exit !== 0) throw new Error(`make up ended with ${exit}:\n${text}`);
    return { beforeEngine, total, lines: text.trimEnd().split("\n").length };
  }

  async down(): Promise<void> {
    if (!this.isUp) return;
    await this.stack.destroy();
    await this.stack.remove();
    forgetCluster(this.stackName);
    this.isUp = false;
  }

  /** Removes the remains of a killed bench. */
  async removeLeftovers(): Promise<void> {
    await this.stack.select();
    await this.stack.cancel().catch(() => undefined);
    await this.stack.destroy();
    await this.stack.remove();
    forgetCluster(this.stackName);
  }

  async withChaincode<T>(work: (chaincode: Chaincode) => Promise<T>): Promise<T> {
    return this.withStack((stack) => onChaincode(stack, work));
  }

  processes(): Promise<number[]> {
    return podProcesses(this.cluster.core, network);
  }

  private async measure() {
    const log = openLog();
    const start = performance.now();
    const running = this.stack.startUp("--event-log", log.file);
    const watch = new ProcessWatch(running.process.pid ?? 0);
    const { exit, text } = await running.outcome;
    const ended = performance.now();
    const processes = watch.stop();
    await log.close();
    if (exit !== 0) throw new Error(`pulumi up ended with ${exit}:\n${text}`);
    const events = log.events.map((event) => ({ ...event, at: event.at - start }));
    const milestones = [...engineMilestones(events), { name: "pulumi up has ended", at: ended - start }];
    await this.withStack(async (stack) => {
      milestones.push({ name: "outputs read by the client", at: performance.now() - start });
      await onChaincode(stack, (chaincode) => createAsset(chaincode, firstAsset));
    });
    const total = performance.now() - start;
    milestones.push({ name: "first transaction committed", at: total });
    return { start, milestones: milestones.sort((a, b) => a.at - b.at), total, processes, events };
  }

  private async withStack<T>(work: (stack: Stack) => Promise<T>): Promise<T> {
    const stack = await openStack(this.stackName);
    try {
      return await work(stack);
    } finally {
      await stack.close();
    }
  }
}

async function onChaincode<T>(stack: Stack, work: (chaincode: Chaincode) => Promise<T>): Promise<T> {
  const { gateway } = await stack.connectGateway("org1");
  return work(chaincodeOf(gateway, channelName, chaincodeName));
}

function openLog(): EventLog {
  const folder = join(projectRoot, ".local", "bench");
  mkdirSync(folder, { recursive: true });
  return new EventLog(join(folder, "events.json"));
}

/** Phases of `pulumi up`. They overlap: each ends when the last of its resources is done. */
const phases: { name: string; type: RegExp }[] = [
  { name: "keys and certificates", type: /^ledger:pki:/ },
  { name: "namespaces and policies", type: /:(Namespace|NetworkPolicy|ServiceAccount)$/ },
  { name: "Secrets, settings, claims", type: /:(Secret|ConfigMap|PersistentVolumeClaim)$/ },
  { name: "chaincode servers ready", type: /:Deployment$/ },
  { name: "nodes ready", type: /:StatefulSet$/ },
  { name: "Services have endpoints", type: /:Service$/ },
  { name: "channel has a leader", type: /^ledger:fabric:Channel$/ },
  { name: "peers joined", type: /^ledger:fabric:ChannelMembership$/ },
  { name: "chaincode committed", type: /^ledger:fabric:Chaincode$/ },
];

function engineMilestones(events: ResourceEvent[]): Milestone[] {
  const ends = phases.map(({ name, type }) => {
    const times = events.filter((event) => event.kind === "done" && type.test(event.type)).map(({ at }) => at);
    return { name, at: Math.max(...times) };
  });
  return [{ name: "program runs", at: events[0]?.at ?? NaN }, ...ends];
}

function shiftPod({ name, created, ready }: PodTimes, start: number): PodTimes {
  return { name, created: created - start, ready: ready - start };
}

/** The local Fabric stack under its own name, on the StorageClass of all compared networks. */
function stackFile(preset: Preset): StackFile {
  const file = readStackFile("local-fabric");
  const section = file.config["blockchain-clusters:network"] as { name?: string; fabric: { preset?: Preset } };
  section.name = network;
  section.fabric.preset = preset;
  file.config["blockchain-clusters:storage"] = { generation: 902, block: { className: storageClass } };
  return file;
}
