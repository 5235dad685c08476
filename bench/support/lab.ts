/** What benchmarks share: the cluster, the networks on it, and the care that nothing of them stays. */
import { readRecord } from "../../local-cluster/record";
import { runLocalCluster } from "../../tools/cli/local-cluster";
import { ClusterClient } from "./cluster-client";
import { HandNetwork } from "./hand-network";
import { ProgramNetwork } from "./program-network";
import type { Table } from "./table";

export interface BenchOptions {
  /** How often each bring-up is repeated. */
  rounds: number;
  /** Of load, for each number of clients. */
  seconds: number;
  clients: number[];
}

/** What a benchmark found out: for people, and for programs (saved as JSON). */
export interface Findings {
  tables: Table[];
  figures: unknown;
}

export type Benchmark = (lab: Lab) => Promise<Findings>;

/** The networks that are compared, on one cluster. At most one of them is up at a time. */
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

  /** Starts the cluster if there is none, and clears away what a killed bench has left. */
  async open(): Promise<Networks> {
    return (this.networks ??= this.start());
  }

  /** Leaves the machine as it was found. */
  async close(): Promise<void> {
    if (this.networks !== undefined) await this.closeNetworks(await this.networks);
    if (this.hasStartedCluster) await runLocalCluster("down");
  }

  private async start(): Promise<Networks> {
    if (readRecord() === undefined) {
      await runLocalCluster("up");
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
