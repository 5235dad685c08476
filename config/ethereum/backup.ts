/** Backups of an Ethereum network, and validators that go on from them. */
import type { z } from "zod";
import type { Consensus } from "../../ledger/ethereum/consensus";
import { mayForget } from "../../ledger/ethereum/quorum";
import { problem, type Problem } from "../../lib/problem";
import { dnsLabel, flag, list, map } from "../kit/fields";
import type { Loose } from "../kit/json-schema";
import { entriesOf, error, warning, type Rule } from "../kit/rule";
import { backupMoment, backupPods, backupProblems, backupText, backupTimes, openBackups } from "../shared/backup";

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
    rpc?: { replicas?: number | undefined } | undefined;
    rpcGroups?: readonly unknown[] | undefined;
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

/** Validators of a chain, as far as a stack file knows them. */
interface Validators {
  genesis: { consensus: Consensus };
  validators: readonly { leave: boolean }[];
  join?: unknown;
  partners?: readonly { validators?: readonly unknown[] | undefined }[] | undefined;
}

/**
 * Reason for which no validator may go back to a backup; undefined where the others keep the blocks that it has signed and
 * forgotten. One that went back while the chain had more validators stays, so no rule of stack files can tell.
 */
export function whyNoRestore({ genesis, validators, join, partners = [] }: Validators): string | undefined {
  // How many validators a joined chain has, and by which protocol they agree, is not in this file.
  if (join !== undefined) return undefined;
  const own = validators.filter(({ leave }) => !leave).length;
  const count = partners.reduce((sum, partner) => sum + (partner.validators?.length ?? 0), own);
  if (count > 0 && mayForget(genesis.consensus, count) > 0) return undefined;
  const fewest = genesis.consensus === "clique" ? 3 : 4;
  return (
    `the chain has ${count === 1 ? "1 validator" : `${count} validators`}, and with fewer than ${fewest} one that forgot what ` +
    "it signed could seal other blocks in place of those that exist"
  );
}

/** Whether a list was read and has no entry. */
const isEmpty = (items: readonly unknown[] | undefined): boolean => items?.length === 0;

/** A backup copies something. */
function somethingToCopy({ config: { backup: section, validators, rpc, rpcGroups } }: LooseBackups): Problem[] {
  if (section?.rpcNodes === undefined || validators === undefined) return [];
  const hasNoRpcNodes = rpc?.replicas === 0 && isEmpty(rpcGroups);
  if (!isEmpty(validators)) {
    if (!section.rpcNodes || !hasNoRpcNodes) return [];
    const because = "the network has no RPC nodes";
    return [problem({ path: `${base}.backup.rpcNodes`, given: true, must: "be false", because })];
  }
  if (hasNoRpcNodes) {
    const because = "the network has neither validators nor RPC nodes, so there is nothing to copy";
    return [problem({ path: `${base}.backup`, must: "be left out", because })];
  }
  if (section.rpcNodes) return [];
  const because = "the network has no validators, so there is nothing else to copy";
  return [problem({ path: `${base}.backup.rpcNodes`, given: false, must: "be true", because })];
}

/** Each restored validator is there, and has one backup. */
function oneBackupEach({ config: { restore, validators } }: LooseBackups): Problem[] {
  if (validators === undefined) return [];
  const entries = entriesOf(restore, `${base}.restore`);
  if (validators.length === 0) {
    const because = "the network has no validators";
    return entries.map(({ path }) => problem({ path, must: "be left out", because }));
  }
  const names = entriesOf(validators, "").flatMap(({ item }) => item.name ?? []);
  const seen = new Set<string>();
  return entries.flatMap(({ item: { validators: chosen }, path }) =>
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

export const backupRules: readonly Rule<LooseBackups>[] = [
  error(({ config: { backup: section } }, around) => backupProblems(section, around, `${base}.backup`)),
  error(somethingToCopy),
  error(oneBackupEach),
  warning(({ config: { backup: section } }) => openBackups(section, `${base}.backup`)),
];
