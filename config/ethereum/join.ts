/** An Ethereum network among others: the chain of another stack, and peers elsewhere. */
import type { z } from "zod";
import { validateEnode } from "../../ledger/ethereum/enode";
import { problem, type Problem } from "../../lib/problem";
import { cidr, dnsLabel, list, map, text } from "../kit/fields";
import type { Loose } from "../kit/json-schema";
import { entriesOf, error, type Rule } from "../kit/rule";

/** Connections with nodes of other networks and stacks. */
const p2p = map({
  namespaces: list(dnsLabel(63), { of: "namespaces" })
    .default([])
    .describe(
      "Namespaces of the cluster with further peers: those of stacks that join this one, or that this one joins.",
    ),
  cidrs: list(cidr(), { of: "networks" }).default([]).describe("Networks outside the cluster with further peers."),
}).prefault({});

const join = map({
  stack: text(/^[^/\s]+\/[^/\s]+\/[^/\s]+$/, 'a full stack name, for example "organization/blockchain-clusters/prod"')
    .optional()
    .describe("Full name of the stack whose network is joined."),
  file: text(/./, "the path of a file")
    .optional()
    .describe("File with the outputs of a stack that cannot be read: `pulumi stack output ethereum --json > file`."),
});

export const joinFields = {
  join: join
    .optional()
    .describe("Instead of `genesis`: network of another stack, whose validators stay the only ones."),
  peers: list(text(/^enode:\/\//, "an enode URL"), { of: "enode URLs" })
    .default([])
    .describe("Nodes elsewhere with which every node stays connected; `p2p` must admit them."),
  p2p: p2p.describe("Further peers of these nodes, in both directions. Default: none."),
};

/** Values that the rules about other networks read. */
export interface LooseJoin {
  config: { join?: Loose<z.infer<typeof join>> | undefined; peers?: (string | undefined)[] | undefined };
}

const base = "network.ethereum";

function joinSource({ config: { join: source } }: LooseJoin): Problem[] {
  if (source === undefined || (source.stack === undefined) !== (source.file === undefined)) return [];
  const what = source.stack === undefined ? "it has neither" : "it has both";
  return [problem({ path: `${base}.join`, must: "have `stack` or `file`", because: what })];
}

/** URLs of any client's form are valid: the program converts them for its own client. */
function peerUrls({ config: { peers } }: LooseJoin): Problem[] {
  return entriesOf(peers, `${base}.peers`).flatMap(({ item, path }) => validateEnode(item, path));
}

export const joinRules: readonly Rule<LooseJoin>[] = [error(joinSource), error(peerUrls)];
