/** Peers that go on from a backup. */
import type { z } from "zod";
import { problem, type Problem } from "../../lib/problem";
import { choice, list, map, text, wholeNumber } from "../kit/fields";
import type { Loose } from "../kit/json-schema";
import { entriesOf, error, warning, type Rule } from "../kit/rule";
import { backupMoment } from "../shared/backup";

const entry = map({
  moment: backupMoment,
  peers: list(wholeNumber(0, 49), { min: 1, of: "numbers of peers" })
    .optional()
    .describe("Numbers of the peers: 0 for `peer0`. Default: all peers of the organisation."),
  stateDatabase: choice(["snapshot", "empty"])
    .default("snapshot")
    .describe(
      "Volume of CouchDB: of the same backup, or empty, so that the peer makes its state again. `empty` for backups without state databases.",
    ),
});

type Restored = z.infer<typeof entry>;

export const networkRestore = map({
  moment: backupMoment,
  orderer: wholeNumber(0, 30)
    .default(0)
    .describe(
      "Number of the orderer from whose snapshot all orderers get a volume: `0` for `orderer0`. Another one than `orderer0` where that one lagged behind at the time of the backup.",
    ),
  stateDatabases: choice(["snapshot", "empty"])
    .default("snapshot")
    .describe("Volumes of CouchDB: of the same backup, or empty, so that peers make their states again."),
  without: list(text(/^[a-z][a-z0-9-]*\/(orderer|peer)\d+$/, "a node, for example org1/peer2"), { of: "nodes" })
    .default([])
    .describe(
      "Nodes that the backup has not, since they came later, and those whose volume is lost afterwards: they get empty volumes.",
    ),
})
  .optional()
  .describe(
    "Backup that the whole network goes on from: all nodes stop together, then start on volumes made of it. Their own volumes stay. The entry stays as long as the network runs on those; without it everything goes back. Default: none.",
  );

type NetworkRestored = NonNullable<z.infer<typeof networkRestore>>;

export const restore = list(entry, { of: "restored peers" })
  .optional()
  .describe(
    "Peers that run on volumes made of a backup instead of their own, which stay. The entry stays as long as they do; without it they go back to their own. Default: none.",
  );

/** Entry for a peer and its place in the list; undefined if the peer runs on its own volumes. */
export function restoredFrom(
  { restore: entries = [] }: { restore?: Restored[] | undefined },
  peer: number,
): (Restored & { at: number }) | undefined {
  const at = entries.findIndex(({ peers }) => peers === undefined || peers.includes(peer));
  const found = entries[at];
  return found && { ...found, at };
}

interface LooseMembers {
  restore?: Loose<NetworkRestored> | undefined;
  backup?: object | undefined;
  partners?: readonly unknown[] | undefined;
  channels?: readonly ({ consensus?: string | undefined } | undefined)[] | undefined;
  ordererOrganizations?:
    readonly ({ name?: string | undefined; orderers?: number | undefined } | undefined)[] | undefined;
  peerOrganizations?:
    | readonly (
        | {
            name?: string | undefined;
            peers?: number | undefined;
            restore?: readonly (Loose<Restored> | undefined)[] | undefined;
          }
        | undefined
      )[]
    | undefined;
}

/** Each restored peer is there, and has one backup. */
function oneBackupEach({ peerOrganizations }: LooseMembers): Problem[] {
  return entriesOf(peerOrganizations, "network.fabric.peerOrganizations").flatMap(({ item, path }) => {
    const { peers: count, restore: entries } = item;
    if (count === undefined) return [];
    const seen = new Set<number>();
    return entriesOf(entries, `${path}.restore`).flatMap(({ item: { peers }, path: at }) => {
      const numbers = entriesOf(peers ?? Array.from({ length: count }, (_, index) => index), `${at}.peers`);
      return numbers.flatMap(({ item: peer, path: where }): Problem[] => {
        const given = peer;
        const place = peers === undefined ? `${at}.peers` : where;
        if (peer >= count) return [problem({ path: place, given, must: `be less than ${count}, the number of peers` })];
        if (seen.has(peer)) return [problem({ path: place, given, must: "be in one entry of `restore` alone" })];
        seen.add(peer);
        return [];
      });
    });
  });
}

const networkPath = "network.fabric.restore";

/** The network can be put back as a whole: all who hold its blocks stop with it, and its orderers can share one volume. */
function wholeNetworkStops({
  restore: section,
  backup,
  partners,
  channels,
  ordererOrganizations,
}: LooseMembers): Problem[] {
  if (section === undefined) return [];
  const hint = "Taking it out puts all nodes back on the volumes that they had before the backup";
  const left = (because: string): Problem => problem({ path: networkPath, must: "be left out", because, hint });
  const ordering = ordererOrganizations?.length;
  return [
    ...(backup === undefined
      ? [problem({ path: networkPath, must: "come with `backup`", because: "it names one of its backups" })]
      : []),
    ...((partners?.length ?? 0) > 0
      ? [left("partners' nodes do not stop, and hold blocks that this network would give up")]
      : []),
    ...(ordering !== undefined && ordering !== 1
      ? [
          left(
            `all orderers get the volume of one, and a snapshot stays in the namespace of its organisation: there are ${ordering}`,
          ),
        ]
      : []),
    ...(channels?.some((channel) => channel?.consensus === "BFT") === true
      ? [left("a BFT orderer's log holds its own signatures, and no other orderer can go on with it")]
      : []),
  ];
}

/** Nodes that the entry names are there. */
function namedNodesExist({ restore: section, ordererOrganizations, peerOrganizations }: LooseMembers): Problem[] {
  if (section === undefined) return [];
  const ordering = entriesOf(ordererOrganizations, "").map(({ item: { name, orderers } }) => ({
    name,
    kind: "orderer",
    count: orderers,
  }));
  const endorsing = entriesOf(peerOrganizations, "").map(({ item: { name, peers } }) => ({
    name,
    kind: "peer",
    count: peers,
  }));
  const nodes = [...ordering, ...endorsing].flatMap(({ name, kind, count = 0 }) =>
    Array.from({ length: count }, (_, index) => `${name}/${kind}${index}`),
  );
  const { orderer, without } = section;
  const source = `${ordering[0]?.name}/orderer${orderer}`;
  return [
    ...(orderer !== undefined && ordering.length === 1 && !nodes.includes(source)
      ? [
          problem({
            path: `${networkPath}.orderer`,
            given: orderer,
            must: `be less than ${ordering[0]?.count}, the number of orderers`,
          }),
        ]
      : []),
    ...entriesOf(without, `${networkPath}.without`).flatMap(({ item, path }) =>
      nodes.includes(item) ? [] : [problem({ path, given: item, must: "be a node of this network" })],
    ),
  ];
}

/** Peers with a backup of their own do not go back with the network. */
function newerBackups({ restore: section, peerOrganizations }: LooseMembers): Problem[] {
  if (section === undefined) return [];
  return entriesOf(peerOrganizations, "network.fabric.peerOrganizations").flatMap(({ item, path }) =>
    entriesOf(item.restore, `${path}.restore`).map(({ item: { moment: given }, path: at }) =>
      problem({
        path: `${at}.moment`,
        given,
        should: "be the moment of a backup that was taken after the whole network went back",
        because: "these peers run on it, and with blocks that the orderers gave up they follow them no more",
      }),
    ),
  );
}

export const restoreRules: readonly Rule<LooseMembers>[] = [
  error(oneBackupEach),
  error(wholeNetworkStops),
  error(namedNodesExist),
  warning(newerBackups),
];
