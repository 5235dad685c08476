/** Other companies of a Fabric network, each with a stack of its own, and the channels shared with them. */
import type { z } from "zod";
import { fingerprintForm } from "../../ledger/fabric/consortium/fingerprint";
import { proposalDigestForm } from "../../ledger/fabric/consortium/proposal";
import { problem, type Problem } from "../../lib/problem";
import { cidr, dnsLabel, flag, list, map, text, wholeNumber } from "../kit/fields";
import type { Loose } from "../kit/json-schema";
import { duplicates, entriesOf, error, repeated, warning, type Rule } from "../kit/rule";
import { openNetworks } from "../shared/exposure";
import { channelsOf } from "./chaincodes";

const partner = map({
  name: dnsLabel(30).describe("Name of the partner in this file."),
  from: map({
    stack: text(/^[^/\s]+\/[^/\s]+\/[^/\s]+$/, 'a full stack name, for example "acme/blockchain-clusters/prod"')
      .optional()
      .describe("Full name of the partner's stack, whose output `exchange` is read."),
    file: text(/./, "the path of a file")
      .optional()
      .describe("File that `make exchange` wrote for the partner's stack, relative to the project."),
  }).describe("Source of the partner's public part: organisations, channels, proposals, signatures."),
  fingerprint: text(fingerprintForm, "the partner's fingerprint, SHA256: and 64 hexadecimal digits").describe(
    "Fingerprint of the partner's certificate authorities, as `make exchange` prints it there. Compare it by another way than the one that the file came by.",
  ),
  cidrs: list(cidr(), { of: "networks" })
    .default([])
    .describe(
      "Networks of the partner's nodes and load balancers, to which nodes connect, and from which they are reached.",
    ),
  ports: list(wholeNumber(1, 65535), { min: 1, of: "ports" })
    .default([443])
    .describe("Ports of the partner's nodes and load balancers in these networks."),
});

export const partners = list(partner, { of: "partners" })
  .optional()
  .describe(
    "Companies with stacks of their own that share channels with this one. With this key, even for an empty list, the stack has the output `exchange`. Default: none.",
  );

export type PartnerConfig = z.infer<typeof partner>;

/** Fields of a channel that concern partners. */
export const sharedChannelFields = {
  founder: dnsLabel(30)
    .optional()
    .describe(
      "Partner whose stack founded the channel, and whose orderers order it. Default: none, this stack founds it.",
    ),
  approve: list(
    text(proposalDigestForm, "the digest of a proposal, sha256: and 64 hexadecimal digits in small letters"),
    {
      of: "digests",
    },
  )
    .default([])
    .describe("Proposals of partners that this stack's administrators sign. `pulumi preview` says what each changes."),
  leave: flag()
    .default(false)
    .describe(
      "Whether this stack's organisations leave a channel that a partner founded: their removal is proposed. Everything else stays as it is until it is in force, and peers keep what they have.",
    ),
};

/** Values that the rules about partners read. */
export interface LoosePartners {
  partners?: (Loose<PartnerConfig> | undefined)[] | undefined;
  ordererOrganizations?: readonly unknown[] | undefined;
  peerOrganizations?: readonly unknown[] | undefined;
  channels?:
    | (
        | {
            name?: string | undefined;
            founder?: string | undefined;
            approve?: (string | undefined)[] | undefined;
            consensus?: string | undefined;
            capability?: string | undefined;
            restart?: boolean | undefined;
            leave?: boolean | undefined;
            ordererOrganizations?: (string | undefined)[] | undefined;
            organizations?: (string | undefined)[] | undefined;
            partnerOrganizations?: (string | undefined)[] | undefined;
          }
        | undefined
      )[]
    | undefined;
}

const base = "network.fabric.partners";

function partnersOf({ partners: given }: LoosePartners) {
  return entriesOf(given, base);
}

function uniquePartners(fabric: LoosePartners): Problem[] {
  const values = (key: (partner: Loose<PartnerConfig>) => string | undefined, at: string) =>
    partnersOf(fabric).map(({ item, path }) => ({ value: key(item), path: `${path}.${at}` }));
  return [
    ...duplicates(
      "a name",
      values(({ name }) => name, "name"),
    ),
    ...duplicates(
      "a stack",
      values(({ from }) => from?.stack, "from.stack"),
    ),
    ...duplicates(
      "a file",
      values(({ from }) => from?.file, "from.file"),
    ),
  ];
}

function sources(fabric: LoosePartners): Problem[] {
  return partnersOf(fabric).flatMap(({ item: { from }, path }) => {
    if (from === undefined || (from.stack === undefined) !== (from.file === undefined)) return [];
    const because = from.stack === undefined ? "it has neither" : "it has both";
    return [problem({ path: `${path}.from`, must: "have `stack` or `file`", because })];
  });
}

function foundersKnown(fabric: LoosePartners): Problem[] {
  const names = partnersOf(fabric).flatMap(({ item: { name } }) => name ?? []);
  return channelsOf(fabric).flatMap(({ channel: { founder }, path }) =>
    founder === undefined || names.includes(founder)
      ? []
      : [
          problem({
            path: `${path}.founder`,
            given: founder,
            must: `be one of the partners: ${names.join(", ") || "(there are none)"}`,
          }),
        ],
  );
}

/** Settings that a channel's founder decides once. */
function leftToFounder(fabric: LoosePartners): Problem[] {
  return channelsOf(fabric).flatMap(({ channel: { founder, consensus, capability, restart, organizations }, path }) => {
    if (founder === undefined) return [];
    const because = `${founder} founded the channel`;
    const problems: Problem[] = [];
    if (consensus !== undefined) {
      problems.push(problem({ path: `${path}.consensus`, given: consensus, must: "be left out", because }));
    }
    if (capability !== undefined) {
      problems.push(problem({ path: `${path}.capability`, given: capability, must: "be left out", because }));
    }
    if (restart === true) {
      problems.push(problem({ path: `${path}.restart`, given: restart, must: "be left out", because }));
    }
    if (organizations?.length === 0) {
      problems.push(
        problem({
          path: `${path}.organizations`,
          must: "have an organisation of this stack",
          because: "its peers are the way to the channel",
        }),
      );
    }
    return problems;
  });
}

/** Orderers go one at a time, and before the peers, which are the way to the channel. */
function leftByPeers(fabric: LoosePartners): Problem[] {
  return channelsOf(fabric).flatMap(({ channel: { founder, leave, ordererOrganizations = [] }, path }) => {
    if (leave !== true) return [];
    const refusal = { path: `${path}.leave`, given: leave, must: "be left out" };
    if (founder === undefined) {
      const hint = "An organisation of its own goes from the channel by an edit of `organizations`";
      return [problem({ ...refusal, because: "this stack founded the channel", hint })];
    }
    if (ordererOrganizations.length === 0) return [];
    const because = `${ordererOrganizations.join(", ")} orders the channel`;
    const hint = "First take its orderers out by an edit of `ordererOrganizations`";
    return [problem({ ...refusal, because, hint })];
  });
}

function approvals(fabric: LoosePartners): Problem[] {
  return channelsOf(fabric).flatMap(({ channel: { approve }, path }) => {
    const at = `${path}.approve`;
    const problems = repeated("a digest", approve, at);
    if (approve === undefined || approve.length === 0 || partnersOf(fabric).length > 0) return problems;
    const because = "there are no partners that could propose";
    return [...problems, problem({ path: at, must: "be left out", because })];
  });
}

function orderersSomewhere(fabric: LoosePartners): Problem[] {
  if (fabric.ordererOrganizations?.length !== 0) return [];
  const path = "network.fabric.ordererOrganizations";
  const own = channelsOf(fabric).find(({ channel }) => channel.founder === undefined);
  if (own !== undefined) {
    const because = `this stack founds the channel ${own.channel.name ?? ""}`.trimEnd();
    return [problem({ path, given: [], must: "have an organisation with orderers", because })];
  }
  return fabric.partners === undefined
    ? [problem({ path, given: [], must: "have an organisation with orderers", because: "there are no partners" })]
    : [];
}

function peersSomewhere(fabric: LoosePartners): Problem[] {
  if (fabric.peerOrganizations?.length !== 0 || fabric.partners !== undefined) return [];
  const path = "network.fabric.peerOrganizations";
  return [problem({ path, given: [], must: "have an organisation with peers", because: "there are no partners" })];
}

function openPartners(fabric: LoosePartners): Problem[] {
  return partnersOf(fabric).flatMap(({ item: { cidrs }, path }) => openNetworks(cidrs, `${path}.cidrs`));
}

/** Founders whose orderers the network's own policies keep away: peers take every block from these. */
function foundersOutOfReach(fabric: LoosePartners): Problem[] {
  return partnersOf(fabric).flatMap(({ item: { name, cidrs }, path }) => {
    const founded = channelsOf(fabric).find(({ channel }) => name !== undefined && channel.founder === name);
    if (founded === undefined || cidrs?.length !== 0) return [];
    const should = 'list the networks of its nodes and load balancers, for example ["198.51.100.0/24"]';
    const because = `${name} orders ${founded.channel.name ?? "a channel"}, and the network's policies let its nodes connect to no others`;
    return [problem({ path: `${path}.cidrs`, given: cidrs, should, because })];
  });
}

export const partnerRules: readonly Rule<LoosePartners>[] = [
  error(uniquePartners),
  error(sources),
  error(foundersKnown),
  error(leftToFounder),
  error(leftByPeers),
  error(approvals),
  error(orderersSomewhere),
  error(peersSomewhere),
  warning(openPartners),
  warning(foundersOutOfReach),
];
