import { runLoad, type LoadResult } from "../../samples/client/load";
import type { Findings, Lab } from "../support/lab";
import { LoopbackNetwork } from "../support/loopback-network";
import { batchTimeout, type LoadTarget } from "../support/network";
import { processorTime } from "../support/process-watch";
import { ProgramNetwork } from "../support/program-network";
import { inMilliseconds, type Table } from "../support/table";

interface Measurement extends Omit<LoadResult, "created"> {
  network: string;
  clients: number;
  /** Committed transactions for each second of processor time of the network's processes. */
  perCore: number;
}

/** Presets of the stack file that are measured; first the usual values. */
const presets = [undefined, "throughput"] as const;

/** Rate of committed transactions through one gateway connection: our network beside the other networks. */
export async function throughput(lab: Lab): Promise<Findings> {
  const { cluster, program, hand } = await lab.open();
  await hand.down();
  await program.ensureUp();
  const measurements = await load(lab, program);
  await program.down();
  const tuned = new ProgramNetwork(cluster, "throughput");
  try {
    await tuned.removeLeftovers();
    await tuned.ensureUp();
    measurements.push(...(await load(lab, tuned)));
  } finally {
    await tuned.down();
  }
  await hand.ensureUp();
  measurements.push(...(await load(lab, hand)));
  await hand.down();
  for (const preset of presets) {
    const loopback = await LoopbackNetwork.start(preset);
    try {
      measurements.push(...(await load(lab, loopback)));
    } finally {
      await loopback.stop();
    }
  }
  return { tables: [table(measurements)], figures: measurements };
}

async function load({ options, say }: Lab, target: LoadTarget): Promise<Measurement[]> {
  const measurements: Measurement[] = [];
  for (const clients of options.clients) {
    const { created, perCore, ...measured } = await target.withChaincode(async (chaincode) => {
      // The first transactions open the connections between gateway, peers and orderers.
      await runLoad({ chaincode, clients, seconds: 1, resubmit: true });
      const pids = await target.processes();
      const before = processorTime(pids);
      const result = await runLoad({ chaincode, clients, seconds: options.seconds });
      return { ...result, perCore: (result.completed * 1000) / (processorTime(pids) - before) };
    });
    say(`throughput: ${target.name}, ${clients} clients: ${created.length} transactions, ${measured.errors} errors`);
    measurements.push({ network: target.name, clients, perCore, ...measured });
  }
  return measurements;
}

function table(measurements: Measurement[]): Table {
  return {
    title: "Transactions through the gateway of org1, both organisations endorse, commit awaited",
    header: ["network", "clients", "a second", "per core", "p50", "p95", "p99", "errors", "seconds"],
    rows: measurements.map(({ network, clients, transactionsPerSecond, perCore, latency, errors, seconds }) => [
      network,
      String(clients),
      transactionsPerSecond.toFixed(1),
      perCore.toFixed(1),
      ...[latency.p50, latency.p95, latency.p99].map(inMilliseconds),
      String(errors),
      seconds.toFixed(1),
    ]),
    notes: [
      "per core: committed transactions for each second of processor time of all orderers, peers and chaincode together",
      `batch timeout ${batchTimeout} ms, with and without the preset; the clients run on the same machine as the network`,
      "plain processes: no cluster, no network policies, chaincode without TLS",
    ],
  };
}
