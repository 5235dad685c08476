import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { JsonRpcProvider, Wallet } from "ethers";
import { buildGenesis } from "../../ledger/ethereum/genesis";
import { deriveAccount } from "../../ledger/ethereum/key";
import { defaultCluster, defaultName } from "../../local-cluster/settings";
import { drawKey } from "../../provider/ethereum/resources/account";
import { eventually } from "../../samples/client-ethereum/patience";
import { openStack } from "../../samples/client-ethereum/stack";
import { deploy } from "../../samples/client-ethereum/value-store";
import type { NetworkSection } from "../../test/e2e/support/ethereum";
import { LoopbackEthereum } from "../../test/support/loopback-ethereum";
import { Cluster } from "../../test/e2e/support/kubernetes";
import { readStackFile, TestStack, type StackFile } from "../../test/e2e/support/pulumi";
import { runLocalCluster } from "../../tools/cli/local-cluster";
import { projectRoot } from "../../tools/paths";
import { loadWithTransfers, untilInStep, type LoadResult } from "../support/ethereum-load";
import { EventLog, type ResourceEvent } from "../support/event-log";
import type { Findings, Lab } from "../support/lab";
import { asRatio, inSeconds, median, type Table } from "../support/table";

const stackName = "bench-ethereum";
const network = "bench-eth";
const chainId = 98099;
const blockPeriodSeconds = 1;
/** Transfers of a load, enough for one machine to seal for some seconds. */
const transfers = 3000;
const validatorCounts = [4, 20, 100];

interface BringUp {
  milestones: { name: string; at: number }[];
  total: number;
  /** Slowest StatefulSet, and one block: no transaction can be mined earlier. */
  bound: number;
}

/** A QBFT network of GoQuorum, with four validators and two RPC nodes: bring-up, load, and recovery from a loss. */
export async function ethereum(lab: Lab): Promise<Findings> {
  const { program, hand } = await lab.open();
  await Promise.all([program.down(), hand.down()]);
  // A cluster that somebody started for Fabric lacks the images.
  await runLocalCluster(defaultName, "up");
  const programTimes = await measurePrograms(lab);
  const bringUps: BringUp[] = [];
  const stack = new TestStack(stackName, stackFile(4));
  await stack.select();
  try {
    for (let round = 0; round < lab.options.rounds; round += 1) {
      if (round > 0) await stack.destroy();
      bringUps.push(await measureBringUp(stack));
      lab.say(`ethereum: up ${inSeconds(bringUps.at(-1)?.total ?? NaN)}`);
    }
    const loads = { "this project, RPC Service": await onStack((url) => loadWithTransfers(url, chainId, transfers)) };
    const recovery = await measureRecovery();
    const plain = await measurePlain();
    const figures = { bringUps, loads: { ...loads, "plain processes": plain }, recovery, programTimes };
    return {
      tables: [bringUpTable(bringUps), loadTable(figures.loads), recoveryTable(recovery), programTable(programTimes)],
      figures,
    };
  } finally {
    await stack.destroy();
    await stack.remove();
  }
}

async function measureBringUp(stack: TestStack): Promise<BringUp> {
  const log = openLog();
  const start = performance.now();
  const { exit, text } = await stack.startUp("--event-log", log.file).outcome;
  const ended = performance.now() - start;
  await log.close();
  if (exit !== 0) throw new Error(`pulumi up ended with ${exit}:\n${text}`);
  const client = await openStack(stackName);
  try {
    const provider = await client.rpc();
    await deploy(new Wallet(Wallet.createRandom().privateKey, provider), { freeGas: true });
  } finally {
    await client.close();
  }
  const total = performance.now() - start;
  const events = log.events.map((event) => ({ ...event, at: event.at - start }));
  const milestones = [...engineMilestones(events), { name: "pulumi up has ended", at: ended }];
  milestones.push({ name: "first transaction mined", at: total });
  return { milestones, total, bound: slowestNode(events) + blockPeriodSeconds * 1000 };
}

/** Longest time from the creation of a StatefulSet to its readiness. */
function slowestNode(events: readonly ResourceEvent[]): number {
  const sets = events.filter(({ type }) => /:StatefulSet$/.test(type));
  const starts = new Map(sets.filter(({ kind }) => kind === "started").map(({ urn, at }) => [urn, at]));
  return Math.max(...sets.filter(({ kind }) => kind === "done").map(({ urn, at }) => at - (starts.get(urn) ?? at)));
}

/** Phases of `pulumi up`. They overlap: each ends when the last of its resources is done. */
const phases: { name: string; type: RegExp }[] = [
  { name: "keys and first block", type: /^ledger:ethereum:(Account|Genesis)$/ },
  { name: "namespace and policies", type: /:(Namespace|NetworkPolicy|ServiceAccount)$/ },
  { name: "Secrets, settings, claims", type: /:(Secret|ConfigMap|PersistentVolumeClaim)$/ },
  { name: "nodes ready", type: /:StatefulSet$/ },
  { name: "validators asked", type: /^ledger:ethereum:ValidatorSet$/ },
];

function engineMilestones(events: readonly ResourceEvent[]): BringUp["milestones"] {
  const ends = phases.map(({ name, type }) => {
    return {
      name,
      at: Math.max(...events.filter((event) => event.kind === "done" && type.test(event.type)).map(({ at }) => at)),
    };
  });
  return [{ name: "program runs", at: events[0]?.at ?? NaN }, ...ends].sort((a, b) => a.at - b.at);
}

async function onStack<T>(work: (url: string) => Promise<T>): Promise<T> {
  const client = await openStack(stackName);
  try {
    return await work(client.outputs.ethereum.rpc.httpUrl);
  } finally {
    await client.close();
  }
}

/** Kills a validator's pod. Measures the time until it has the newest block, and the chain's longest pause in between. */
async function measureRecovery(): Promise<{ back: number; longestPause: number }> {
  const cluster = new Cluster(readFileSync(defaultCluster.paths.kubeconfig, "utf8"));
  const client = await openStack(stackName);
  try {
    const provider = await client.rpc();
    const before = await provider.getBlockNumber();
    const selector = "app.kubernetes.io/instance=validator0";
    const [pod] = await cluster.pods(network, selector);
    if (pod === undefined) throw new Error("there is no validator0");
    const start = performance.now();
    await cluster.replacePod(pod, selector);
    const back = await untilInStep(await client.node({ name: "validator0", pod: "validator0-0" }), provider, start);
    const times = await Promise.all(
      Array.from({ length: (await provider.getBlockNumber()) - before + 1 }, (_, index) =>
        provider.getBlock(before + index),
      ),
    );
    const stamps = times.map((block) => block?.timestamp ?? NaN);
    return { back, longestPause: Math.max(...stamps.slice(1).map((stamp, index) => stamp - (stamps[index] ?? stamp))) };
  } finally {
    await client.close();
  }
}

async function measurePlain(): Promise<LoadResult> {
  const validators = Array.from({ length: 4 }, () => deriveAccount(drawKey()));
  const addresses = validators.map(({ address }) => address);
  const genesis = buildGenesis({ client: "goquorum", chainId, blockPeriodSeconds, validators: addresses });
  const plain = await LoopbackEthereum.start({ client: "goquorum", genesis, validators, rpcNodes: 2 });
  const url = `http://127.0.0.1:${plain.ports[validators.length]!.http}`;
  const provider = new JsonRpcProvider(url, chainId, { staticNetwork: true, cacheTimeout: -1 });
  try {
    await eventually("the first blocks", async () => ((await provider.getBlockNumber()) >= 2 ? true : undefined));
    return await loadWithTransfers(url, chainId, transfers);
  } finally {
    provider.destroy();
    await plain.stop();
  }
}

interface ProgramTime {
  validators: number;
  resources: number;
  /** Milliseconds of the whole preview, and up to the program's last resource. */
  total: number;
  last: number;
}

/** `pulumi preview` of networks that do not exist: the time of the program and the engine alone. */
async function measurePrograms({ say }: Lab): Promise<ProgramTime[]> {
  const times: ProgramTime[] = [];
  for (const validators of validatorCounts) {
    const stack = new TestStack(stackName, stackFile(validators));
    await stack.select();
    const log = openLog();
    const start = performance.now();
    const { exit, text } = await stack.preview("--event-log", log.file);
    const total = performance.now() - start;
    await log.close();
    await stack.remove();
    if (exit !== 0) throw new Error(`pulumi preview ended with ${exit}:\n${text}`);
    const started = log.events.filter(({ kind }) => kind === "started");
    times.push({ validators, resources: started.length, total, last: (started.at(-1)?.at ?? NaN) - start });
    say(`ethereum: preview of ${validators} validators ${inSeconds(total)}`);
  }
  return times;
}

function openLog(): EventLog {
  const folder = join(projectRoot, ".local", "bench");
  mkdirSync(folder, { recursive: true });
  return new EventLog(join(folder, "events.json"));
}

/** The local Ethereum stack under its own name, with a number of validators. */
function stackFile(validators: number): StackFile {
  const file = readStackFile("local-ethereum");
  const section = file.config["blockchain-clusters:network"] as NetworkSection;
  section.name = network;
  section.ethereum.genesis = { chainId, blockPeriodSeconds };
  section.ethereum.validators = Array.from({ length: validators }, (_, index) => ({ name: `validator${index}` }));
  file.config["blockchain-clusters:storage"] = { generation: 905 };
  return file;
}

function bringUpTable(runs: BringUp[]): Table {
  const names = runs[0]?.milestones.map(({ name }) => name) ?? [];
  const at = (name: string): number =>
    median(runs.map(({ milestones }) => milestones.find((each) => each.name === name)?.at ?? NaN));
  const [total, bound] = [median(runs.map((run) => run.total)), median(runs.map((run) => run.bound))];
  return {
    title: "Ethereum: from nothing to the first mined transaction, medians",
    header: ["milestone", "reached after"],
    rows: names.map((name) => [name, inSeconds(at(name))]),
    notes: [
      `lower bound ${inSeconds(bound)} (slowest node's start and one block), ${asRatio(total, bound)}; rounds: ${runs.length}`,
    ],
  };
}

function loadTable(loads: Record<string, LoadResult>): Table {
  return {
    title: `Ethereum: ${transfers} signed transfers, until the last is mined`,
    header: ["network", "a second", "block interval", "longest", "configured"],
    rows: Object.entries(loads).map(([name, { perSecond, meanInterval, longestInterval }]) => [
      name,
      perSecond.toFixed(1),
      `${meanInterval.toFixed(2)} s`,
      `${longestInterval} s`,
      `${blockPeriodSeconds} s`,
    ]),
    notes: ["4 validators and 2 RPC nodes of GoQuorum on one machine, with the client; gas of a block: 100,000,000"],
  };
}

function recoveryTable({ back, longestPause }: { back: number; longestPause: number }): Table {
  return {
    title: "Ethereum: the pod of one of four validators is killed",
    header: ["back in step after", "longest pause of the chain"],
    rows: [[inSeconds(back), `${longestPause} s`]],
    notes: ["a round whose proposer is missing takes the request timeout, here 2 s"],
  };
}

function programTable(times: ProgramTime[]): Table {
  return {
    title: "Ethereum: pulumi preview of a network that is not there",
    header: ["validators", "resources", "time", "until the last resource"],
    rows: times.map(({ validators, resources, total, last }) => [
      String(validators),
      String(resources),
      inSeconds(total),
      inSeconds(last),
    ]),
  };
}
