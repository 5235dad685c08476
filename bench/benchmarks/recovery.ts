import { openStack } from "../../samples/client/stack";
import { chaincodeOf } from "../../samples/client/chaincode";
import { runLoad } from "../../samples/client/load";
import { startHost, stopHost } from "../../local-cluster/host/host";
import { defaultCluster } from "../../local-cluster/settings";
import { Cluster, isReady } from "../../test/e2e/support/kubernetes";
import { readStackFile, TestStack, type StackFile } from "../../test/e2e/support/pulumi";
import { batchTimeout, chaincodeName, channelName } from "../support/network";
import type { Findings, Lab } from "../support/lab";
import { inSeconds, median, type Table } from "../support/table";

const stackName = "bench-recovery";
const network = "bench-rec";

/** Stack file of each consensus, and the time after which its orderers miss a leader (docs/timeouts.md), in milliseconds. */
const consensuses = [
  { name: "raft", stack: "local-fabric", electionMs: 2500 },
  { name: "BFT", stack: "local-bft", electionMs: 4000 },
] as const;

/**
 * Transactions that begin in a second. Clients that wait for one transaction before they begin another would all wait for
 * those that a lost leader took with it, and measure how long a client waits before it sends a transaction again.
 */
const rate = 10;
/** Seconds of load around a fault: longer than the longest recovery that is seen. */
const podSeconds = 15;
const machineSeconds = 60;

interface PodFault {
  fault: string;
  selector: string;
  namespace: string;
  /** Default: the pod's own. */
  graceSeconds?: number;
}

const orderers = { selector: "fabric.component=orderer", namespace: `${network}-orderer` };
const peers = { selector: "fabric.component=peer" };

const podFaults: readonly PodFault[] = [
  { fault: "orderer deleted", ...orderers },
  { fault: "orderer killed", ...orderers, graceSeconds: 0 },
  { fault: "peer of the gateway's organisation deleted", ...peers, namespace: `${network}-org1` },
  { fault: "peer of the other organisation deleted", ...peers, namespace: `${network}-org2` },
  { fault: "chaincode deleted", selector: "fabric.component=chaincode", namespace: `${network}-org1` },
];

/** One fault under load. */
interface Pause {
  consensus: string;
  fault: string;
  /** Pod or machine. */
  victim: string;
  /** Longest time between two acknowledged commits, in milliseconds. */
  pause: number;
  committed: number;
  errors: number;
}

/**
 * Longest pause between two commits that clients of one gateway see, for each kind of fault. Each orderer, peer and machine
 * is the victim in turn, so that the leader is among them.
 */
export async function recovery(lab: Lab): Promise<Findings> {
  const { program, hand, cluster: client } = await lab.open();
  await Promise.all([program.down(), hand.down()]);
  const cluster = new Cluster(client.config.exportConfig());
  const pauses: Pause[] = [];
  for (const { name, stack: file } of consensuses) {
    const stack = new TestStack(stackName, stackFile(file));
    await stack.select();
    try {
      await stack.up();
      pauses.push(...(await measure(lab, cluster, name)));
    } finally {
      await stack.destroy();
      await stack.remove();
    }
  }
  return { tables: [table(pauses)], figures: pauses };
}

async function measure(lab: Lab, cluster: Cluster, consensus: string): Promise<Pause[]> {
  const calm = await underLoad(podSeconds, async () => undefined);
  const pauses: Pause[] = [{ consensus, fault: "none", victim: "", ...calm }];
  const take = async (fault: string, victim: string, seconds: number, strike: () => Promise<void>): Promise<void> => {
    const pause = { consensus, fault, victim, ...(await underLoad(seconds, strike)) };
    lab.say(`recovery: ${consensus}, ${fault}, ${victim}: ${inSeconds(pause.pause)}`);
    pauses.push(pause);
  };
  for (const { fault, selector, namespace, graceSeconds } of podFaults) {
    const names = (await cluster.pods(namespace, selector)).map(({ metadata }) => metadata?.name ?? "");
    for (const name of names.sort()) {
      await take(fault, name, podSeconds, async () => {
        await cluster.core.deleteNamespacedPod({ namespace, name, gracePeriodSeconds: graceSeconds });
      });
      await cluster.untilPods(namespace, selector, `all pods of ${namespace}`, (pods) => {
        return pods.length === names.length && pods.every((pod) => isReady(pod) && !pod.metadata?.deletionTimestamp);
      });
    }
  }
  const places = (await cluster.pods(orderers.namespace, orderers.selector)).map(({ spec }) => spec?.nodeName ?? "");
  const machines = new Set(places);
  for (const machine of [...machines].sort()) {
    // Two of four BFT orderers share a machine, and without both nothing is ordered.
    if (places.filter((place) => place === machine).length > 1) continue;
    await take("machine without power", machine, machineSeconds, () => stopHost(defaultCluster, machine));
    await startHost(defaultCluster, machine);
    await everythingReady(cluster);
  }
  return pauses;
}

async function everythingReady(cluster: Cluster): Promise<void> {
  for (const organization of ["orderer", "org1", "org2"]) {
    const name = `${network}-${organization}`;
    await cluster.untilPods(name, "", `ready pods of ${name}`, (pods) =>
      pods.every((pod) => isReady(pod) && !pod.metadata?.deletionTimestamp),
    );
  }
}

/** Strikes a second after the load began, which by then has its connections. */
async function underLoad(
  seconds: number,
  strike: () => Promise<void>,
): Promise<Pick<Pause, "pause" | "committed" | "errors">> {
  const stack = await openStack(stackName);
  try {
    const { gateway } = await stack.connectGateway("org1");
    const chaincode = chaincodeOf(gateway, channelName, chaincodeName);
    await runLoad({ chaincode, rate, seconds: 1, resubmit: true });
    const [{ longestGapSeconds, completed, errors }] = await Promise.all([
      runLoad({ chaincode, rate, seconds, resubmit: true }),
      strike(),
    ]);
    return { pause: longestGapSeconds * 1000, committed: completed, errors };
  } finally {
    await stack.close();
  }
}

function table(pauses: readonly Pause[]): Table {
  const kinds = [...new Set(pauses.map(({ fault }) => fault))];
  return {
    title: "Longest pause between two commits that clients see, by what fails under load",
    header: ["consensus", "what fails", "cases", "median", "longest", "an election at most", "errors"],
    rows: consensuses.flatMap(({ name, electionMs }) =>
      kinds.map((fault) => {
        const cases = pauses.filter((pause) => pause.consensus === name && pause.fault === fault);
        const times = cases.map(({ pause }) => pause);
        const errors = cases.reduce((sum, pause) => sum + pause.errors, 0);
        return [
          name,
          fault,
          String(cases.length),
          inSeconds(median(times)),
          inSeconds(Math.max(...times)),
          inSeconds(electionMs),
          String(errors),
        ];
      }),
    ),
    notes: [
      `${rate} transactions a second through one gateway connection, each sent again until it is committed; batch timeout ${batchTimeout} ms`,
      "each orderer, peer, chaincode pod or machine with one orderer fails in turn; the next when all are ready again",
      "an election at most: from the last word of the leader until its followers stand for election, or change the view",
    ],
  };
}

/** The local stack file with two peers and two chaincode pods per organisation, so that no machine has all of one. */
function stackFile(name: string): StackFile {
  const file = readStackFile(name);
  const section = file.config["blockchain-clusters:network"] as NetworkSection;
  section.name = network;
  for (const organization of section.fabric.peerOrganizations) organization.peers = 2;
  for (const entry of section.fabric.channels.flatMap(({ chaincodes }) => chaincodes)) entry.replicas = 2;
  file.config["blockchain-clusters:storage"] = { generation: 909 };
  return file;
}

interface NetworkSection {
  name?: string;
  fabric: { peerOrganizations: { peers: number }[]; channels: { chaincodes: { replicas: number }[] }[] };
}
