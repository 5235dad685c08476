/** Backups of an Ethereum network, and validators that go on from them. */
import type { z } from "zod";
import type { Consensus } from "../../ledger/ethereum/consensus";
import { mayForget } from "../../ledger/ethereum/quorum";
import { problem, type Problem } from "../../lib/problem";
import { dnsLabel, flag, list, map } from "../kit/fields";
import type { Loose } from "../kit/json-schema";
import { entriesOf, error, type Rule } from "../kit/rule";
import { backupMoment, backupPods, backupProblems, backupText, backupTimes } from "../shared/backup";

const backup = map({
  ...backupTimes,
  rpcNodes: flag()
    .default(false)
    .describe(
      "Whether the volume of the first RPC node is copied, too, and that of the first of each group. RPC nodes fetch the chain from the validators, so it is for chains that take long to fetch, and for networks without validators.",
    ),
  ...backupPods,
})
  .optional()
  .describe(backupText("the volumes of RPC nodes, where asked for, then those of validators"));

const entry = map({
  moment: backupMoment,
  validators: list(dnsLabel(40), { min: 1, of: "names of validators" })
    .optional()
    .describe("Names of the validators. Default: all of this network."),
});

export const backupFields = {
  backup,
  restore: list(entry, { of: "restored validators" })
    .optional()
    .describe(
      "Validators that run on a volume made of a backup instead of their own, which stays. They restart one at a time, and fetch from the others what came after. The entry stays as long as they do; without it they go back to their own. Default: none.",
    ),
};

export type EthereumBackupConfig = NonNullable<z.infer<typeof backup>>;
type Restored = z.infer<typeof entry>;

/** Values that the rules about backups read. */
export interface LooseBackups {
  config: {
    backup?: Loose<EthereumBackupConfig> | undefined;
    restore?: readonly (Loose<Restored> | undefined)[] | undefined;
    validators?: readonly ({ name?: string | undefined } | undefined)[] | undefined;
    genesis?: { consensus?: Consensus | undefined } | undefined;
    join?: unknown;
    partners?: readonly ({ validators?: readonly unknown[] | undefined } | undefined)[] | undefined;
  };
}

const base = "network.ethereum";

/** Entry for a validator and its place in the list; undefined if the validator runs on its own volume. */
export function restoredValidator(
  { restore: entries = [] }: { restore?: Restored[] | undefined },
  name: string,
): (Restored & { at: number }) | undefined {
  const at = entries.findIndex(({ validators }) => validators === undefined || validators.includes(name));
  const found = entries[at];
  return found && { ...found, at };
}

/** A backup copies something. */
function somethingToCopy({ config: { backup: section, validators } }: LooseBackups): Problem[] {
  if (section?.rpcNodes !== false || validators === undefined || validators.length > 0) return [];
  const because = "the network has no validators, so there is nothing else to copy";
  return [problem({ path: `${base}.backup.rpcNodes`, given: false, must: "be true", because })];
}

/** Each restored validator is there, and has one backup. */
function oneBackupEach({ config: { restore, validators } }: LooseBackups): Problem[] {
  const names = entriesOf(validators, "").flatMap(({ item }) => item.name ?? []);
  const seen = new Set<string>();
  return entriesOf(restore, `${base}.restore`).flatMap(({ item: { validators: chosen }, path }) =>
    entriesOf(chosen ?? names, `${path}.validators`).flatMap(({ item: name, path: each }): Problem[] => {
      const place = chosen === undefined ? `${path}.validators` : each;
      const given = name;
      if (!names.includes(name)) return [problem({ path: place, given, must: `be one of ${names.join(", ")}` })];
      if (seen.has(name)) return [problem({ path: place, given, must: "be in one entry of `restore` alone" })];
      seen.add(name);
      return [];
    }),
  );
}

/** The others keep the blocks that a restored validator has signed and forgotten. */
function othersRemember({ config: { restore, validators, genesis, join, partners } }: LooseBackups): Problem[] {
  const own = validators?.length ?? 0;
  // How many validators a joined chain has, and by which protocol they agree, is not in this file.
  if ((restore ?? []).length === 0 || genesis?.consensus === undefined || own === 0 || join !== undefined) return [];
  const count = (partners ?? []).reduce((sum, partner) => sum + (partner?.validators?.length ?? 0), own);
  if (mayForget(genesis.consensus, count) > 0) return [];
  const fewest = genesis.consensus === "clique" ? 3 : 4;
  return [
    problem({
      path: `${base}.restore`,
      must: `be left out in a chain of fewer than ${fewest} validators`,
      because: `there ${count === 1 ? "is 1" : `are ${count}`}, and one that forgot what it signed could seal other blocks in place of those that exist`,
    }),
  ];
}

export const backupRules: readonly Rule<LooseBackups>[] = [
  error(({ config: { backup: section } }, around) => backupProblems(section, around, `${base}.backup`)),
  error(somethingToCopy),
  error(oneBackupEach),
  error(othersRemember),
];
