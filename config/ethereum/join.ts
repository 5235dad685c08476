/** An Ethereum network among others: the chain of another stack, and peers elsewhere. */
import { z } from "zod";
import { validateAddress } from "../../ledger/ethereum/address";
import { validateEnode } from "../../ledger/ethereum/enode";
import { digitsOf } from "../../ledger/ethereum/hex";
import { problem, type Problem } from "../../lib/problem";
import { annotations, choice, cidr, dnsLabel, dnsName, list, map, oneLine, text } from "../kit/fields";
import type { Loose } from "../kit/json-schema";
import { duplicates, entriesOf, error, warning, type Rule } from "../kit/rule";
import { openNetworks } from "../shared/exposure";

/** Addresses of validators outside of the cluster. */
const exposure = map({
  type: z.literal("loadBalancer").describe("A load balancer for each validator, on the P2P port."),
  domain: dnsName()
    .optional()
    .describe(
      "Public DNS domain of the validators: `validator0.DOMAIN`, whose records are yours to make. Default: the load balancers' own addresses.",
    ),
  externalTrafficPolicy: choice(["Cluster", "Local"])
    .default("Local")
    .describe("Local keeps the node's address, which `p2p.cidrs` needs on most clouds."),
  annotations: annotations(oneLine("an annotation")).describe("Annotations of the Services."),
});

/** Connections with nodes of other networks and stacks. */
const p2p = map({
  namespaces: list(dnsLabel(63), { of: "namespaces" })
    .default([])
    .describe(
      "Namespaces of the cluster with further peers: those of stacks that join this one, or that this one joins.",
    ),
  cidrs: list(cidr(), { of: "networks" }).default([]).describe("Networks outside the cluster with further peers."),
  exposure: exposure
    .optional()
    .describe("Way to the validators for peers outside of the cluster. Default: none, peers are inside."),
}).prefault({});

/** Outputs of another stack. */
const source = {
  stack: text(/^[^/\s]+\/[^/\s]+\/[^/\s]+$/, 'a full stack name, for example "organization/blockchain-clusters/prod"'),
  file: text(/./, "the path of a file"),
};

const partner = map({
  name: dnsLabel(30).describe("Name of the company in this file."),
  from: map({
    stack: source.stack.optional().describe("Full name of the company's stack, whose output `ethereum` is read."),
    file: source.file
      .optional()
      .describe("File with the output of a stack that cannot be read: `pulumi stack output ethereum --json > file`."),
  })
    .optional()
    .describe(
      "Source of the addresses under which its validators are reached. Default: those of `join` and `peers` are enough.",
    ),
  validators: list(text(/./, "an address in quotes"), { of: "addresses" })
    .default([])
    .describe(
      "Addresses of its validators on which both companies agreed, in quotes. This stack's validators vote for one that comes, and against one that is taken out of the list.",
    ),
});

const join = map({
  stack: source.stack.optional().describe("Full name of the stack whose network is joined."),
  file: source.file
    .optional()
    .describe("File with the outputs of a stack that cannot be read: `pulumi stack output ethereum --json > file`."),
});

export const joinFields = {
  join: join
    .optional()
    .describe(
      "Instead of `genesis`: network of another stack. `validators` of this stack seal when enough of the chain's validators voted for them.",
    ),
  partners: list(partner, { of: "partners" })
    .optional()
    .describe(
      "Other companies with validators on the chain. Validators that no file of this stack named stay as they are. Default: none.",
    ),
  peers: list(text(/^enode:\/\//, "an enode URL"), { of: "enode URLs" })
    .default([])
    .describe("Nodes elsewhere with which every node stays connected; `p2p` must admit them."),
  p2p: p2p.describe("Further peers of these nodes, in both directions. Default: none."),
};

export type PartnerChainConfig = z.infer<typeof partner>;
export type P2pExposureConfig = z.infer<typeof exposure>;

/** Values that the rules about other networks read. */
export interface LooseJoin {
  config: {
    join?: Loose<z.infer<typeof join>> | undefined;
    peers?: (string | undefined)[] | undefined;
    partners?: (Loose<PartnerChainConfig> | undefined)[] | undefined;
    p2p?: Loose<z.infer<typeof p2p>> | undefined;
    validators?: unknown[] | undefined;
    networkPolicy?: { required?: boolean | undefined } | undefined;
  };
}

const base = "network.ethereum";

interface Source {
  stack?: string | undefined;
  file?: string | undefined;
}

/** Problem of a source that is none, or two. */
function oneSource(given: Source | undefined, path: string): Problem[] {
  if (given === undefined || (given.stack === undefined) !== (given.file === undefined)) return [];
  const because = given.stack === undefined ? "it has neither" : "it has both";
  return [problem({ path, must: "have `stack` or `file`", because })];
}

function partnersOf({ config: { partners } }: LooseJoin) {
  return entriesOf(partners, `${base}.partners`);
}

function sources(network: LooseJoin): Problem[] {
  return [
    ...oneSource(network.config.join, `${base}.join`),
    ...partnersOf(network).flatMap(({ item, path }) => oneSource(item.from, `${path}.from`)),
  ];
}

/** Partners and their validators: each once, and each source once. */
function distinctPartners(network: LooseJoin): Problem[] {
  const { join: joined } = network.config;
  const partners = partnersOf(network);
  const named = (value: (partner: Loose<PartnerChainConfig>) => string | undefined, at: string) =>
    partners.map(({ item, path }) => ({ value: value(item), path: `${path}.${at}` }));
  const validators = partners.flatMap(({ item, path }) =>
    entriesOf(item.validators, `${path}.validators`).map(({ item: address, path: at }) => ({
      value: address,
      key: digitsOf(address),
      path: at,
    })),
  );
  return [
    ...duplicates(
      "a name",
      named(({ name }) => name, "name"),
    ),
    ...duplicates("a stack", [
      { value: joined?.stack, path: `${base}.join.stack` },
      ...named(({ from }) => from?.stack, "from.stack"),
    ]),
    ...duplicates("an address", validators),
  ];
}

function partnerAddresses(network: LooseJoin): Problem[] {
  return partnersOf(network).flatMap(({ item, path }) =>
    entriesOf(item.validators, `${path}.validators`).flatMap(({ item: address, path: at }) =>
      validateAddress(address, at),
    ),
  );
}

/** Partners of a stack that has no vote. */
function partnersOfVoters(network: LooseJoin): Problem[] {
  const { partners, validators } = network.config;
  if (partners === undefined || (validators ?? []).length > 0) return [];
  const because = "this stack has no validators, which could vote";
  return [problem({ path: `${base}.partners`, must: "be left out", because })];
}

function exposedValidators({ config: { p2p: peers, validators } }: LooseJoin): Problem[] {
  if (peers?.exposure === undefined) return [];
  const path = `${base}.p2p.exposure`;
  if ((validators ?? []).length === 0) {
    return [problem({ path, must: "be left out", because: "this stack has no validators" })];
  }
  if (peers.cidrs === undefined || peers.cidrs.length > 0) return [];
  const must = 'list the networks of the peers outside, for example ["198.51.100.0/24"]';
  return [problem({ path: `${base}.p2p.cidrs`, given: [], must, because: "there is p2p.exposure" })];
}

/** Nodes elsewhere, where the network's own policies let no node connect to them. */
function peersKeptAway(network: LooseJoin, isEnforced: boolean): Problem[] {
  const { join: joined, peers, p2p: admitted, networkPolicy } = network.config;
  const elsewhere = {
    join: joined !== undefined,
    peers: (peers ?? []).length > 0,
    partners: partnersOf(network).some(({ item }) => item.from !== undefined),
  };
  const [first] = Object.entries(elsewhere).flatMap(([key, isThere]) => (isThere ? [key] : []));
  if (first === undefined || admitted?.namespaces?.length !== 0 || admitted.cidrs?.length !== 0) return [];
  if (networkPolicy?.required !== isEnforced) return [];
  const right = `have \`namespaces\` or \`cidrs\` with the nodes of \`${first}\``;
  const because = "the network's policies let its nodes connect to no others";
  const path = `${base}.p2p`;
  return [problem(isEnforced ? { path, must: right, because } : { path, should: right, because })];
}

function openPeers({ config: { p2p: peers } }: LooseJoin): Problem[] {
  return openNetworks(peers?.cidrs, `${base}.p2p.cidrs`);
}

/** URLs of any client's form are valid: the program converts them for its own client. */
function peerUrls({ config: { peers } }: LooseJoin): Problem[] {
  return entriesOf(peers, `${base}.peers`).flatMap(({ item, path }) => validateEnode(item, path));
}

export const joinRules: readonly Rule<LooseJoin>[] = [
  error(sources),
  error(peerUrls),
  error(partnerAddresses),
  error(distinctPartners),
  error(partnersOfVoters),
  error(exposedValidators),
  error((network) => peersKeptAway(network, true)),
  warning((network) => peersKeptAway(network, false)),
  warning(openPeers),
];
