/** The cluster and the networks that benchmarks share, and their removal at the end. */
import { readRecord } from "../../local-cluster/record";
import { defaultCluster, defaultName } from "../../local-cluster/settings";
import { runLocalCluster } from "../../tools/cli/local-cluster";
import { ClusterClient } from "./cluster-client";
import { HandNetwork } from "./hand-network";
import { ProgramNetwork } from "./program-network";
import type { Table } from "./table";

export interface BenchOptions {
  /** Number of repetitions of each bring-up. */
  rounds: number;
  /** Duration of the load, for each number of clients. */
  seconds: number;
  /** Numbers of concurrent clients, each with a load of its own. */
  clients: number[];
  /** Numbers of organisations of the networks of many organisations. */
  organizations: number[];
}

/** Result of a benchmark: tables for people, figures for programs (saved as JSON). */
export interface Findings {
  tables: Table[];
  figures: unknown;
}

export type Benchmark = (lab: Lab) => Promise<Findings>;

/** The compared networks, on one cluster. At most one of them is up at a time. */
export interface Networks {
  cluster: ClusterClient;
  program: ProgramNetwork;
  hand: HandNetwork;
}

export class Lab {
  private networks: Promise<Networks> | undefined;
  private hasStartedCluster = false;

  constructor(
    readonly options: BenchOptions,
    readonly say: (line: string) => void,
  ) {}

  /** Starts the cluster if there is none, and removes the remains of a killed bench. */
  async open(): Promise<Networks> {
    return (this.networks ??= this.start());
  }

  /** Restores the machine's earlier state. */
  async close(): Promise<void> {
    if (this.networks !== undefined) await this.closeNetworks(await this.networks);
    if (this.hasStartedCluster) await runLocalCluster(defaultName, "down");
  }

  private async start(): Promise<Networks> {
    if (readRecord(defaultCluster) === undefined) {
      await runLocalCluster(defaultName, "up");
      this.hasStartedCluster = true;
    }
    const cluster = new ClusterClient();
    const networks = { cluster, program: new ProgramNetwork(cluster), hand: new HandNetwork(cluster) };
    await Promise.all([networks.program.removeLeftovers(), networks.hand.removeLeftovers()]);
    await cluster.createStorageClass();
    return networks;
  }

  private async closeNetworks({ cluster, program, hand }: Networks): Promise<void> {
    await Promise.all([program.down(), hand.down()]);
    await cluster.deleteStorageClass();
  }
}
