/** Channels of a Fabric network: who is a member, and how blocks are made. */
import type { z } from "zod";
import { parseDuration } from "../../ledger/fabric/duration";
import type { Problem } from "../../ledger/problem";
import { choice, duration, list, map, size, text, wholeNumber } from "../kit/fields";
import type { Loose } from "../kit/json-schema";
import { given } from "../kit/problem";
import { parseQuantity } from "../kit/quantity";
import { duplicates, error, warning, type Rule } from "../kit/rule";
import { chaincode, channelsOf, organizationNames, resolveChaincode } from "./chaincodes";
import { memberNames, membersKnown, ordererCount, peerOrganizationsOf, type LooseOrganizations } from "./organizations";

export const channel = map({
  name: text(
    /^(?=.{1,100}$)[a-z][a-z0-9.-]*$/,
    "a channel name of lower case letters, digits, dots and hyphens that starts with a letter, at most 100 characters",
  ).describe("Channel name."),
  consensus: choice(["etcdraft", "BFT"])
    .default("etcdraft")
    .describe(
      "Consensus of its ordering service. BFT withstands lying nodes, needs Fabric 3 and at least four orderers.",
    ),
  organizations: organizationNames("Peer organisations that are members. Default: all. Every peer of a member joins."),
  batch: map({
    timeout: duration().default("2s").describe("Longest wait after the first transaction of a block."),
    maxMessageCount: wholeNumber(1, 100_000).default(500).describe("Transactions in a block at most."),
    absoluteMaxBytes: size("10Mi", { min: "1Ki", max: "1Gi" }).default("10Mi").describe("Size of a block at most."),
    preferredMaxBytes: size("2Mi", { min: "1Ki", max: "1Gi" })
      .default("2Mi")
      .describe("Size from which a block is closed."),
  })
    .prefault({})
    .describe("When orderers close a block."),
  chaincodes: list(chaincode, { of: "chaincodes" }).default([]).describe("Chaincodes on the channel."),
});

type LooseChannel = Loose<z.infer<typeof channel>>;

/** What the rules about channels read. */
export interface LooseChannels extends LooseOrganizations {
  version?: string | undefined;
  channels?: (LooseChannel | undefined)[] | undefined;
}

/** Fills in the members, all peer organisations, of the channel and of its chaincodes. */
export function resolveChannel(entry: LooseChannel, everybody: readonly (string | undefined)[]): LooseChannel {
  const organizations = entry.organizations ?? [...everybody];
  return {
    ...entry,
    organizations,
    chaincodes: entry.chaincodes?.map((item) => item && resolveChaincode(item, organizations)),
  };
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

function consensusPossible(fabric: LooseChannels): Problem[] {
  const orderers = ordererCount(fabric);
  const major = Number(fabric.version?.split(".")[0]);
  return channelsOf(fabric).flatMap(({ channel: { consensus }, path: at }) => {
    if (consensus !== "BFT") return [];
    const path = `${at}.consensus`;
    const problems: Problem[] = [];
    if (orderers !== undefined && orderers < 4) {
      const right = "etcdraft, or raise `orderers` to 4 or more";
      problems.push({ path, message: `given "BFT" with ${orderers} orderers; must be ${right}` });
    }
    if (major < 3) {
      const right = "etcdraft, or `version` 3.0.0 or later (capability V3_0)";
      problems.push({ path, message: `given "BFT" with Fabric ${fabric.version}; must be ${right}` });
    }
    return problems;
  });
}

/** In nanoseconds. */
const hour = 3_600_000_000_000n;

/** Blocks travel in one gRPC message between orderers; Fabric's own limit there is 100 MB, its documentation asks for 49 MB at most. */
const largestBlock = 49 * 2 ** 20;

function batchPossible(fabric: LooseChannels): Problem[] {
  return channelsOf(fabric).flatMap(({ channel: { batch }, path: at }) => {
    const { timeout, absoluteMaxBytes, preferredMaxBytes } = batch ?? {};
    const absolute = parseQuantity(absoluteMaxBytes ?? "");
    const preferred = parseQuantity(preferredMaxBytes ?? "");
    const path = `${at}.batch`;
    const problems: Problem[] = [];
    if (timeout !== undefined && (parseDuration(timeout) ?? Infinity) > hour) {
      const right = "1h or less, since transactions wait that long";
      problems.push({ path: `${path}.timeout`, message: given(timeout, right) });
    }
    if (absolute !== undefined && absolute > largestBlock) {
      const right = "49Mi or less, since a block travels in one message";
      problems.push({ path: `${path}.absoluteMaxBytes`, message: given(absoluteMaxBytes, right) });
    }
    if (absolute !== undefined && preferred !== undefined && preferred > absolute) {
      const right = `${absoluteMaxBytes} (absoluteMaxBytes) or less`;
      problems.push({ path: `${path}.preferredMaxBytes`, message: given(preferredMaxBytes, right) });
    }
    return problems;
  });
}

function ordererNumbers(fabric: LooseChannels): Problem[] {
  const orderers = ordererCount(fabric);
  if (orderers === undefined) return [];
  const path = "network.fabric.ordererOrganizations";
  const consensus = new Set(channelsOf(fabric).map(({ channel }) => channel.consensus));
  const warnings: Problem[] = [];
  if (consensus.has("etcdraft") && orderers < 3) {
    warnings.push({
      path,
      message: `${orderers} orderers: the channel stops when one of them does; 3 survive one, 5 survive two`,
    });
  } else if (consensus.has("etcdraft") && orderers % 2 === 0) {
    warnings.push({
      path,
      message: `${orderers} orderers survive no more failures than ${orderers - 1}: raft wants an odd number`,
    });
  }
  if (consensus.has("BFT") && orderers >= 4 && (orderers - 1) % 3 !== 0) {
    const enough = orderers - ((orderers - 1) % 3);
    warnings.push({
      path,
      message: `${orderers} orderers survive no more failures than ${enough}: BFT wants 3f+1 of them (4, 7, 10)`,
    });
  }
  return warnings;
}

function idleOrganizations(fabric: LooseChannels): Problem[] {
  const members = new Set(channelsOf(fabric).flatMap(({ channel }) => channel.organizations ?? []));
  return peerOrganizationsOf(fabric).flatMap(({ item: { name }, path }) =>
    members.has(name) ? [] : [{ path, message: `"${name}" is a member of no channel: its peers have nothing to do` }],
  );
}

function mixedDatabases(fabric: LooseChannels): Problem[] {
  return channelsOf(fabric).flatMap(({ channel: { organizations }, path }) => {
    const members = peerOrganizationsOf(fabric).filter(({ item }) => organizations?.includes(item.name));
    return new Set(members.map(({ item }) => item.stateDatabase)).size < 2
      ? []
      : [
          {
            path,
            message:
              "its organisations have different state databases: rich queries work at some only, and results may differ",
          },
        ];
  });
}

export const channelRules: readonly Rule<LooseChannels>[] = [
  error(uniqueChannels),
  error(channelMembersKnown),
  error(consensusPossible),
  error(batchPossible),
  warning(ordererNumbers),
  warning(idleOrganizations),
  warning(mixedDatabases),
];
