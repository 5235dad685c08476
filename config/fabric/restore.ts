/** Peers that go on from a backup. */
import type { z } from "zod";
import { problem, type Problem } from "../../lib/problem";
import { choice, list, map, text, wholeNumber } from "../kit/fields";
import type { Loose } from "../kit/json-schema";
import { entriesOf, error, type Rule } from "../kit/rule";

const entry = map({
  moment: text(/^\d{8}t\d{6}z$/, "the moment of a backup, for example 20260102t030405z").describe(
    "Backup: the end of its snapshots' names, and their label `blockchain-clusters/backup`.",
  ),
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
  peerOrganizations?:
    | readonly (
        { peers?: number | undefined; restore?: readonly (Loose<Restored> | undefined)[] | undefined } | undefined
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

export const restoreRules: readonly Rule<LooseMembers>[] = [error(oneBackupEach)];
