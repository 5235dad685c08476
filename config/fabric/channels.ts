/** Channels of a Fabric network: their members, and settings of their blocks. */
import type { z } from "zod";
import { parseDuration } from "../../ledger/fabric/duration";
import { channelIdForm } from "../../ledger/fabric/validate-names";
import { problem, type Problem } from "../../lib/problem";
import { choice, duration, flag, list, map, size, text, wholeNumber } from "../kit/fields";
import type { Loose } from "../kit/json-schema";
import { parseQuantity } from "../kit/quantity";
import type { ReadFile } from "../kit/read-file";
import { duplicates, error, repeated, warning, type Rule } from "../kit/rule";
import { chaincode, chaincodesOf, channelsOf, organizationNames, resolveChaincode } from "./chaincodes";
import { isBefore } from "../../ledger/fabric/release";
import { sharedChannelFields } from "./partners";
import {
  memberNames,
  membersKnown,
  ordererCount,
  ordererNames,
  peerOrganizationsOf,
  type LooseOrganizations,
} from "./organizations";

export const channel = map({
  name: text(
    channelIdForm,
    "a channel name of lower case letters, digits, dots and hyphens that starts with a letter, at most 100 characters",
    100,
  ).describe("Channel name."),
  ...sharedChannelFields,
  consensus: choice(["etcdraft", "BFT"])
    .optional()
    .describe(
      "Consensus of its orderers. BFT tolerates malicious orderers; it needs Fabric 3.1.2 or later and at least four orderers. A " +
        "channel with `capability: V3_0` can go from etcdraft to BFT, never back. Default: `etcdraft`; the `founder`'s.",
    ),
  capability: choice(["V2_0", "V3_0"])
    .optional()
    .describe(
      "Level of its features, which all its nodes must know. V3_0, which BFT needs, is of Fabric 3. A living channel gets it by " +
        "an edit of its own, when all nodes run Fabric 3, and keeps it. Default: V3_0 with BFT, V2_0 otherwise; the `founder`'s.",
    ),
  organizations: organizationNames(
    "Peer organisations that are members: this stack's, and partners' by the names in their public parts. Default: all of this stack. Every peer of a member joins.",
  ),
  ordererOrganizations: organizationNames(
    "Orderer organisations whose orderers order it: this stack's, and partners' by the names in their public parts. With `founder` this " +
      "stack's alone, which its organisations with orderers propose. Default: all of this stack; with `founder`, none.",
  ),
  batch: map({
    timeout: duration()
      .optional()
      .describe(
        "Maximum time from the first transaction of a block to its end, a Go duration. Default: `2s`; `500ms` with `preset: throughput`.",
      ),
    maxMessageCount: wholeNumber(1, 100_000)
      .optional()
      .describe("Maximum number of transactions in a block. Default: 500; 1000 with `preset: throughput`."),
    absoluteMaxBytes: size("10Mi", { min: "1Ki", max: "1Gi" })
      .optional()
      .describe("Maximum size of a block. Default: `10Mi`."),
    preferredMaxBytes: size("2Mi", { min: "1Ki", max: "1Gi" })
      .optional()
      .describe("Size at which orderers close a block. Default: `2Mi`; `4Mi` with `preset: throughput`."),
  })
    .prefault({})
    .describe(
      "Limits at which orderers close a block. With `founder` each limit is as the channel has it, unless it is given here, which proposes it.",
    ),
  restart: flag()
    .default(false)
    .describe(
      "Whether to start a new, empty chain for an existing channel that no orderer has any more. It acts once, when it becomes true.",
    ),
  chaincodes: list(chaincode, { of: "chaincodes" }).default([]).describe("Chaincodes on the channel."),
});

type LooseChannel = Loose<z.infer<typeof channel>> & {
  /** Orderer organisations of partners. */
  partnerOrdererOrganizations?: (string | undefined)[] | undefined;
};

/** Values that the rules about channels read. */
export interface LooseChannels extends LooseOrganizations {
  version?: string | undefined;
  channels?: (LooseChannel | undefined)[] | undefined;
}

/** Names of this stack's organisations. */
export interface OwnNames {
  peers: readonly (string | undefined)[];
  orderers: readonly (string | undefined)[];
}

/**
 * Fills in the members of a channel and of its chaincodes, by default all peer organisations, those that order it, and the settings of
 * a channel that this stack founds.
 *
 * @param around.partners whether there are any: organisations of other names are theirs then
 * @param around.batch limits of its blocks, where the entry has none
 */
export function resolveChannel(
  entry: LooseChannel,
  own: OwnNames,
  {
    readFile,
    partners,
    batch,
  }: { readFile: ReadFile; partners: boolean; batch: Required<z.infer<typeof channel>["batch"]> },
) {
  const isTheirs = (name: string | undefined, ours: OwnNames[keyof OwnNames]): boolean =>
    partners && name !== undefined && !ours.includes(name);
  const members = entry.organizations ?? [...own.peers];
  const ordering = entry.ordererOrganizations ?? (entry.founder === undefined ? [...own.orderers] : []);
  const organizations = members.filter((name) => !isTheirs(name, own.peers));
  const chaincodes = entry.chaincodes?.map((item) => item && resolveChaincode(item, organizations, readFile));
  const resolved = {
    ...entry,
    organizations,
    partnerOrganizations: members.filter((name) => isTheirs(name, own.peers)),
    ordererOrganizations: ordering.filter((name) => !isTheirs(name, own.orderers)),
    partnerOrdererOrganizations: ordering.filter((name) => isTheirs(name, own.orderers)),
    chaincodes,
  };
  if (entry.founder !== undefined) return resolved;
  return {
    ...resolved,
    consensus: entry.consensus ?? "etcdraft",
    capability: entry.capability ?? (entry.consensus === "BFT" ? "V3_0" : "V2_0"),
    batch: entry.batch && withDefaults(entry.batch, batch),
  };
}

/** Values without those that are missing, over defaults. */
function withDefaults<T extends object>(given: Partial<T>, defaults: T): T {
  const there = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...defaults, ...(Object.fromEntries(there) as Partial<T>) };
}

function uniqueChannels(fabric: LooseChannels): Problem[] {
  return duplicates(
    "a channel name",
    channelsOf(fabric).map(({ channel: { name }, path }) => ({ value: name, path: `${path}.name` })),
  );
}

function channelMembersKnown(fabric: LooseChannels): Problem[] {
  return channelsOf(fabric).flatMap(({ channel: { organizations }, path }) =>
    membersKnown(organizations, memberNames(fabric), "the peer organisations", `${path}.organizations`),
  );
}

function channelOrderersKnown(fabric: LooseChannels): Problem[] {
  return channelsOf(fabric).flatMap(
    ({ channel: { founder, ordererOrganizations, partnerOrdererOrganizations }, path }) => {
      const at = `${path}.ordererOrganizations`;
      const known = membersKnown(ordererOrganizations, ordererNames(fabric), "the orderer organisations", at);
      const theirs = partnerOrdererOrganizations?.filter((name) => name !== undefined) ?? [];
      if (theirs.length === 0) return known;
      if (founder !== undefined) {
        const must = "be orderer organisations of this stack";
        return [...known, problem({ path: at, given: theirs, must, because: `${founder} names those of others` })];
      }
      if (ordererOrganizations?.length !== 0) return [...known, ...repeated("an organisation", theirs, at)];
      const because = "this stack founds the channel";
      return [problem({ path: at, given: theirs, must: "have an orderer organisation of this stack", because })];
    },
  );
}

/**
 * First suitable release for BFT. Earlier releases of Fabric 3 compare consenters by the bytes of their certificates
 * (orderer/common/cluster).
 */
const firstWithBft = "3.1.2";

function capabilityPossible(fabric: LooseChannels): Problem[] {
  return channelsOf(fabric).flatMap(({ channel: { capability, consensus }, path: at }) => {
    const path = `${at}.capability`;
    if (capability === "V2_0" && consensus === "BFT") {
      return [problem({ path, given: capability, must: "be V3_0", because: "consensus is BFT" })];
    }
    if (capability !== "V3_0" || consensus === "BFT" || !isBefore(fabric.version, "3.0.0")) return [];
    const because = `nodes of Fabric ${fabric.version} end on a level that they do not know`;
    const hint = "For V3_0 set `version` to 3.0.0 or later";
    return [problem({ path, given: capability, must: "be V2_0", because, hint })];
  });
}

function consensusPossible(fabric: LooseChannels): Problem[] {
  const major = Number(fabric.version?.split(".")[0]);
  return channelsOf(fabric).flatMap(({ channel: { consensus, ordererOrganizations }, path: at }) => {
    if (consensus !== "BFT") return [];
    const orderers = ordererCount(fabric, ordererOrganizations);
    const path = `${at}.consensus`;
    const problems: Problem[] = [];
    if (orderers !== undefined && orderers < 4) {
      const because = `${orderers} orderers with BFT tolerate no faulty one, and 4 tolerate one`;
      const hint = "For BFT raise `orderers`";
      problems.push(problem({ path, given: consensus, must: "be etcdraft", because, hint }));
    }
    if (major < 3) {
      const because = `Fabric ${fabric.version} has no BFT (capability V3_0)`;
      const hint = `For BFT set \`version\` to ${firstWithBft} or later`;
      problems.push(problem({ path, given: consensus, must: "be etcdraft", because, hint }));
    } else if (isBefore(fabric.version, firstWithBft)) {
      const because = `an orderer of Fabric ${fabric.version} is unknown in its BFT channel once its certificate is renewed`;
      const hint = `For BFT set \`version\` to ${firstWithBft} or later`;
      problems.push(problem({ path, given: consensus, must: "be etcdraft", because, hint }));
    }
    return problems;
  });
}

/** An hour in nanoseconds. */
const hour = 3_600_000_000_000n;

/**
 * Largest block, bytes. Orderers send a block in one gRPC message; Fabric's own limit is 100 MB, its documentation
 * recommends 49 MB at most.
 */
const largestBlock = 49 * 2 ** 20;

/** Largest entry of the consensus log, bytes. Orderers of 2.5 before 2.5.4 do not start after a larger entry. */
const largestEntry = 10 * 2 ** 20;

function batchPossible(fabric: LooseChannels): Problem[] {
  return channelsOf(fabric).flatMap(({ channel: { batch }, path: at }) => {
    const { timeout, absoluteMaxBytes, preferredMaxBytes } = batch ?? {};
    const absolute = parseQuantity(absoluteMaxBytes ?? "");
    const preferred = parseQuantity(preferredMaxBytes ?? "");
    const path = `${at}.batch`;
    const problems: Problem[] = [];
    if (timeout !== undefined && (parseDuration(timeout) ?? Infinity) > hour) {
      const because = "transactions wait that long";
      problems.push(problem({ path: `${path}.timeout`, given: timeout, must: "be 1h or less", because }));
    }
    if (absolute !== undefined && absolute > largestBlock) {
      const because = "a block travels in one message";
      const must = "be 49Mi or less";
      problems.push(problem({ path: `${path}.absoluteMaxBytes`, given: absoluteMaxBytes, must, because }));
    }
    if (absolute !== undefined && absolute > largestEntry && isBefore(fabric.version, "2.5.4")) {
      const because = `orderers of Fabric ${fabric.version} do not start again after a larger block`;
      const hint = "For larger blocks set `version` to 2.5.4 or later";
      const must = "be 10Mi or less";
      problems.push(problem({ path: `${path}.absoluteMaxBytes`, given: absoluteMaxBytes, must, because, hint }));
    }
    if (absolute !== undefined && preferred !== undefined && preferred > absolute) {
      const must = `be ${absoluteMaxBytes} (absoluteMaxBytes) or less`;
      problems.push(problem({ path: `${path}.preferredMaxBytes`, given: preferredMaxBytes, must }));
    }
    return problems;
  });
}

/** Channels that this stack orders alone, by consensus and orderers, each combination once. */
function orderedHere(fabric: LooseChannels): { consensus: string; organizations: number; orderers: number }[] {
  const found = channelsOf(fabric).flatMap(({ channel }) => {
    const { founder, consensus, ordererOrganizations = [], partnerOrdererOrganizations = [] } = channel;
    const orderers = ordererCount(fabric, ordererOrganizations);
    if (founder !== undefined || consensus === undefined || orderers === undefined) return [];
    return partnerOrdererOrganizations.length > 0
      ? []
      : [{ consensus, organizations: ordererOrganizations.length, orderers }];
  });
  return [...new Map(found.map((each) => [JSON.stringify(each), each])).values()];
}

function ordererNumbers(fabric: LooseChannels): Problem[] {
  const path = "network.fabric.ordererOrganizations";
  return orderedHere(fabric).flatMap(({ consensus, orderers }) => {
    const warn = (should: string, because: string): Problem[] => [problem({ path, given: orderers, should, because })];
    if (consensus === "etcdraft") {
      if (orderers < 3) return warn("be 3 or more", `with ${orderers} the channel stops when one of them does`);
      return orderers % 2 === 0 ? warn("be an odd number", noGain(orderers, orderers - 1, 2)) : [];
    }
    return orderers >= 4 && (orderers - 1) % 3 !== 0
      ? warn("be 3f+1, which is 4, 7, 10", noGain(orderers, orderers - ((orderers - 1) % 3), 3))
      : [];
  });
}

/**
 * An even number of orderers tolerates no more failures. One orderer in `share` may fail: raft needs a majority, BFT
 * two thirds.
 */
function noGain(orderers: number, fewer: number, share: number): string {
  return `${orderers} tolerate ${failuresOf(Math.floor((fewer - 1) / share))}, as ${fewer} do`;
}

function failuresOf(count: number): string {
  return count === 1 ? "1 failure" : `${count} failures`;
}

/**
 * Disruption budgets count the pods of one namespace: drains of several machines may take an orderer of each
 * organisation at the same time.
 */
function budgetsBelowQuorum(fabric: LooseChannels): Problem[] {
  const path = "network.fabric.ordererOrganizations";
  return orderedHere(fabric).flatMap(({ consensus, organizations, orderers }) => {
    const share = consensus === "BFT" ? 3 : 2;
    const failures = Math.floor((orderers - 1) / share);
    // Channels with fewer orderers have a warning of their own.
    if (organizations < 2 || failures === 0 || failures >= organizations) return [];
    const should = `be ${share * organizations + 1} or more of ${organizations} organisations`;
    const because = `each organisation's disruption budget lets one orderer go, and ${orderers} tolerate ${failuresOf(failures)}`;
    const hint = "With fewer drain one machine at a time";
    return [problem({ path, given: orderers, should, because, hint })];
  });
}

function idleOrganizations(fabric: LooseChannels): Problem[] {
  const members = new Set(channelsOf(fabric).flatMap(({ channel }) => channel.organizations ?? []));
  return peerOrganizationsOf(fabric).flatMap(({ item: { name }, path }) =>
    members.has(name)
      ? []
      : [problem({ path, given: name, should: "be a member of a channel", because: "its peers have nothing to do" })],
  );
}

function mixedDatabases(fabric: LooseChannels): Problem[] {
  return channelsOf(fabric).flatMap(({ channel: { organizations }, path }) => {
    const members = peerOrganizationsOf(fabric).filter(({ item }) => organizations?.includes(item.name));
    return new Set(members.map(({ item }) => item.stateDatabase)).size < 2
      ? []
      : [
          problem({
            path,
            should: "have organisations with the same state database",
            because: "rich queries otherwise work at some only, and results may differ",
          }),
        ];
  });
}

/** Indexes of a database that no organisation with the chaincode has; peers with goleveldb pass over them. */
function indexesOfCouchDb(fabric: LooseChannels): Problem[] {
  return chaincodesOf(fabric).flatMap(({ chaincode: { indexes, organizations = [] }, path }) => {
    const runners = peerOrganizationsOf(fabric).filter(({ item }) => organizations.includes(item.name));
    const isIdle = runners.length > 0 && runners.every(({ item }) => item.stateDatabase === "goleveldb");
    if (!isIdle || Object.keys(indexes ?? {}).length === 0) return [];
    const because = "the organisations with the chaincode keep their state in goleveldb, which has no indexes";
    const hint = "Rich queries need `stateDatabase: couchdb`";
    return [problem({ path: `${path}.indexes`, should: "be left out", because, hint })];
  });
}

export const channelRules: readonly Rule<LooseChannels>[] = [
  error(uniqueChannels),
  error(channelMembersKnown),
  error(channelOrderersKnown),
  error(consensusPossible),
  error(capabilityPossible),
  error(batchPossible),
  warning(ordererNumbers),
  warning(budgetsBelowQuorum),
  warning(idleOrganizations),
  warning(mixedDatabases),
  warning(indexesOfCouchDb),
];
