import { runLoad, type LoadResult } from "../../samples/client/load";
import type { Findings, Lab } from "../support/lab";
import { LoopbackNetwork } from "../support/loopback-network";
import { batchTimeout, type LoadTarget } from "../support/network";
import { inMilliseconds, type Table } from "../support/table";

interface Measurement extends Omit<LoadResult, "created"> {
  network: string;
  clients: number;
}

/** Rate of committed transactions through one gateway connection: our network beside the other networks. */
export async function throughput(lab: Lab): Promise<Findings> {
  const { program, hand } = await lab.open();
  await hand.down();
  await program.ensureUp();
  const ours = await load(lab, program);
  await program.down();
  await hand.ensureUp();
  const byHand = await load(lab, hand);
  await hand.down();
  const loopback = await LoopbackNetwork.start();
  try {
    const measurements = [...ours, ...byHand, ...(await load(lab, loopback))];
    return { tables: [table(measurements)], figures: measurements };
  } finally {
    await loopback.stop();
  }
}

async function load({ options, say }: Lab, target: LoadTarget): Promise<Measurement[]> {
  const measurements: Measurement[] = [];
  for (const clients of options.clients) {
    const result = await target.withChaincode(async (chaincode) => {
      // The first transactions open the connections between gateway, peers and orderers.
      await runLoad({ chaincode, clients, seconds: 1, resubmit: true });
      return runLoad({ chaincode, clients, seconds: options.seconds });
    });
    const { created, ...measured } = result;
    say(`throughput: ${target.name}, ${clients} clients: ${created.length} transactions, ${result.errors} errors`);
    measurements.push({ network: target.name, clients, ...measured });
  }
  return measurements;
}

function table(measurements: Measurement[]): Table {
  return {
    title: "Transactions through the gateway of org1, both organisations endorse, commit awaited",
    header: ["network", "clients", "a second", "p50", "p95", "p99", "errors", "seconds"],
    rows: measurements.map(({ network, clients, transactionsPerSecond, latency, errors, seconds }) => [
      network,
      String(clients),
      transactionsPerSecond.toFixed(1),
      ...[latency.p50, latency.p95, latency.p99].map(inMilliseconds),
      String(errors),
      seconds.toFixed(1),
    ]),
    notes: [
      `batch timeout ${batchTimeout} ms; the clients run on the same machine as the network`,
      "plain processes: no cluster, no network policies, chaincode without TLS",
    ],
  };
}
