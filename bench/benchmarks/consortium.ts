import { readFileSync } from "node:fs";
import { recordedCluster } from "../../local-cluster/clusters";
import { clusterPaths, localCluster, slots } from "../../local-cluster/settings";
import { chaincodeOf } from "../../samples/client/chaincode";
import { connectGateway } from "../../samples/client/gateway";
import { runLoad } from "../../samples/client/load";
import type { Organization, Stack } from "../../samples/client/stack";
import { Cluster } from "../../test/e2e/support/kubernetes";
import { asClientOf } from "../../tools/consortium/client";
import { removeEverything, startCluster } from "../../tools/consortium/clusters";
import { companyNames, type CompanyName } from "../../tools/consortium/companies";
import { openCompanies, type Companies, type Company } from "../../tools/consortium/company";
import { proposalsIn } from "../../tools/consortium/public-part";
import { chaincode, channel, founded, joined, orderedByBoth, story } from "../../tools/consortium/story";
import { transact } from "../../tools/consortium/transaction";
import type { Findings, Lab } from "../support/lab";
import { resourcesIn, stateChange, type StateChange } from "../support/state-change";
import { inSeconds, median, type Table } from "../support/table";

/** Seconds of queries for each way, in each round. */
const querySeconds = 5;

/** Steps of the story before Corp is proposed. */
const beginning = ["publish", "names", "found", "join", "transact", "admit", "order"];

interface Use extends StateChange {
  /** Milliseconds. */
  total: number;
}

interface Joining {
  rows: { what: string; use: Use; nothing: Use }[];
  /** Milliseconds from the end of Corp's `up` to its first committed transaction. */
  firstTransaction: number;
}

/** Milliseconds of each round. */
interface Signing {
  signs: number[];
  nothing: number[];
}

interface Query {
  way: string;
  /** Milliseconds of one query: median and 95th percentile of a round. */
  p50: number;
  p95: number;
}

/**
 * A third company joins a channel of two; an `up` that signs and does nothing else; queries through each way into a
 * company's cluster, beside connections to the peer itself. Left out while somebody has clusters of the companies' names.
 */
export async function consortium({ options: { rounds }, say }: Lab): Promise<Findings> {
  const used = companyNames.filter((name) => recordedCluster(name) !== undefined);
  if (used.length > 0) {
    say(`consortium: left out, since there are local clusters ${used.join(", ")}`);
    return { tables: [], figures: { leftOut: used } };
  }
  try {
    const companies = await found();
    const joining = await measureJoining(companies);
    const signing = await measureSigning(companies, rounds);
    const queries = await measureWays(companies.corp, rounds);
    const figures = { joining, signing, queries };
    return { tables: [joiningTable(joining), signingTable(signing), waysTable(queries)], figures };
  } finally {
    await removeEverything();
  }
}

/** Two companies with a channel, and a third one with its nodes alone. */
async function found(): Promise<Companies> {
  for (const name of companyNames) await startCluster(name);
  const companies = openCompanies();
  for (const name of companyNames) companies[name].select();
  for (const step of story(companies).filter(({ name }) => beginning.includes(name))) await step.take();
  await companies.acme.up();
  return companies;
}

/** What the others do for a third company, and what it does itself. */
async function measureJoining({ acme, bell, corp }: Companies): Promise<Joining> {
  acme.edit({
    partners: [bell.handOverTo(acme), corp.handOverTo(acme)],
    channels: [founded(companyNames, orderedByBoth.acme)],
  });
  const proposes = await measureUp(acme);
  const approve = proposalsIn(acme.publicPart());
  bell.edit({
    partners: [acme.handOverTo(bell), corp.handOverTo(bell)],
    channels: [joined(["acme", "bell"], { ...orderedByBoth.bell, approve })],
  });
  const approves = await measureUp(bell);
  corp.edit({ partners: [acme.handOverTo(corp), bell.handOverTo(corp)], channels: [joined(companyNames)] });
  const joins = await measureUp(corp);
  const start = performance.now();
  await transact({ channel, chaincode }, corp, [corp]);
  const firstTransaction = performance.now() - start;
  const sees = await measureUp(acme);
  const nothing: Record<CompanyName, Use> = {
    acme: await measureUp(acme),
    bell: await measureUp(bell),
    corp: await measureUp(corp),
  };
  const rows = [
    { what: "Acme proposes Corp", use: proposes, nothing: nothing.acme },
    { what: "Bell approves, which completes it", use: approves, nothing: nothing.bell },
    { what: "Corp joins, with its chaincode", use: joins, nothing: nothing.corp },
    { what: "Acme sees it in force", use: sees, nothing: nothing.acme },
  ];
  return { rows, firstTransaction };
}

/** Corp signs what needs Bell's orderers, too: a further capability of the channel. Acme takes it back at the end. */
async function measureSigning({ acme, bell, corp }: Companies, rounds: number): Promise<Signing> {
  acme.edit({ channels: [founded(companyNames, { ...orderedByBoth.acme, capability: "V3_0" })] });
  await acme.up();
  const approve = proposalsIn(acme.publicPart());
  const partners = [acme.handOverTo(corp), bell.handOverTo(corp)];
  const signing: Signing = { signs: [], nothing: [] };
  for (let round = 0; round < rounds; round += 1) {
    corp.edit({ partners, channels: [joined(companyNames, { approve })] });
    signing.signs.push((await measureUp(corp)).total);
    corp.edit({ channels: [joined(companyNames)] });
    await corp.up();
    signing.nothing.push((await measureUp(corp)).total);
  }
  acme.edit({ channels: [founded(companyNames, orderedByBoth.acme)] });
  await acme.up();
  return signing;
}

/** Queries to one peer: by its load balancer and by the router, each in turn with connections to the pod itself. */
async function measureWays(corp: Company, rounds: number): Promise<Query[]> {
  const machines = slots.map((slot) => localCluster("any", slot).hostRange);
  corp.stackFile.set(["gateway"], { clientCidrs: machines });
  await corp.up();
  const balanced = await measureWay(corp, "load balancer of the node", rounds);
  corp.stackFile.set(["peerOrganizations", 0, "exposure"], {
    type: "router",
    externalTrafficPolicy: "Cluster",
    clientCidrs: machines,
    inChannels: true,
    image: "localhost/haproxy:2.6",
    resources: { requests: { cpu: "50m", memory: "64Mi" } },
  });
  await corp.up();
  return [...balanced, ...(await measureWay(corp, "router", rounds))];
}

async function measureWay(corp: Company, way: string, rounds: number): Promise<Query[]> {
  const found: Query[] = [];
  for (let round = 0; round < rounds; round += 1) {
    found.push(await asClientOf(corp, (client) => directQueries(corp, client, `pod, beside ${way}`)));
    found.push(await asClientOf(corp, (client) => publicQueries(corp, client, way)));
  }
  return found;
}

async function publicQueries({ name }: Company, client: Stack, way: string): Promise<Query> {
  const { gateway } = await client.connectGateway(name);
  return queries(way, gateway);
}

async function directQueries({ name }: Company, client: Stack, way: string): Promise<Query> {
  const { mspId, gateway, client: identity, namespace }: Organization = client.organization(name);
  const cluster = new Cluster(readFileSync(clusterPaths(name).kubeconfig, "utf8"));
  const [pod] = await cluster.pods(namespace, "fabric.component=peer");
  const address = { target: `${pod?.status?.podIP}:7051`, ...gateway };
  const connection = connectGateway(address, { mspId, ...identity });
  try {
    return await queries(way, connection.gateway);
  } finally {
    connection.close();
  }
}

async function queries(way: string, gateway: Parameters<typeof chaincodeOf>[0]): Promise<Query> {
  const target = chaincodeOf(gateway, channel, chaincode);
  const options = { chaincode: target, clients: 1, operation: "read" } as const;
  // The first queries open connections.
  await runLoad({ ...options, seconds: 1 });
  const { latency, errors } = await runLoad({ ...options, seconds: querySeconds });
  if (errors > 0) throw new Error(`${errors} queries by ${way} failed`);
  return { way, p50: latency.p50, p95: latency.p95 };
}

async function measureUp(company: Company): Promise<Use> {
  const before = resourcesIn(company.stack.plainState());
  const start = performance.now();
  await company.up();
  const total = performance.now() - start;
  return { total, ...stateChange(before, resourcesIn(company.stack.plainState())) };
}

function joiningTable({ rows, firstTransaction }: Joining): Table {
  const joins = rows.find(({ what }) => what.startsWith("Corp joins"))?.use.total ?? NaN;
  return {
    title: "A third company joins a channel of two",
    header: ["what", "up", "without a change", "resources", "changed", "bytes touched", "bytes of state"],
    rows: rows.map(({ what, use, nothing }) => [
      what,
      inSeconds(use.total),
      inSeconds(nothing.total),
      String(use.resources),
      String(use.changed),
      String(use.bytes),
      String(use.all),
    ]),
    notes: [
      `from Corp's merged file to its first committed transaction: ${inSeconds(joins + firstTransaction)}; its nodes were up before`,
      "bytes: of the resources in the state, with secrets in plain text",
    ],
  };
}

function signingTable({ signs, nothing }: Signing): Table {
  return {
    title: "An `up` that signs a proposal and does nothing else, medians",
    header: ["up", "time"],
    rows: [
      ["signs", inSeconds(median(signs))],
      ["without a change", inSeconds(median(nothing))],
    ],
    notes: [`rounds: ${signs.length}`],
  };
}

function waysTable(all: readonly Query[]): Table {
  const ways = [...new Set(all.map(({ way }) => way))];
  return {
    title: "One client's queries of a peer, one after the other, medians of the rounds",
    header: ["way", "p50", "p95"],
    rows: ways.map((way) => {
      const rounds = all.filter((query) => query.way === way);
      return [
        way,
        ...[median(rounds.map(({ p50 }) => p50)), median(rounds.map(({ p95 }) => p95))].map(
          (value) => `${value.toFixed(2)} ms`,
        ),
      ];
    }),
    notes: [
      "pod: the machine connects to the peer's pod itself, in turn with the way below",
      "load balancer, router: by the public name and address, as from another company's cluster",
    ],
  };
}
