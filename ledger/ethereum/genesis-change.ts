/**
 * Changes that the genesis file of a living chain allows.
 *
 * Block 0 never changes, nor do rules that blocks have already followed. Upgrades and transitions can change as long as
 * their block or time has not come, and so can local timing, which no block records.
 * `geth init` is no safeguard: it compares only forks above block 0 and the hash of block 0. It silently accepts
 * another chain id, or the loss of a fork that was active from block 0.
 */
import { clientFacts, type Client } from "./clients";
import type { Consensus } from "./consensus";
import { blockActivations, goQuorumActivations, timeActivations } from "./fork";
import type { Genesis } from "./genesis-file";
import { genesisHash } from "./genesis-hash";
import { digitsOf, parseQuantity } from "./hex";
import { isSameJson, type Json } from "./json";
import { problem, show, type Problem } from "../../lib/problem";
import { validateTransitions, type Progress } from "./transitions";
import { isRecord } from "../../lib/values";

/** The newest block of the chain. */
export interface ChainHead {
  number: bigint;
  /** Seconds since 1970. */
  timestamp: bigint;
}

export interface GenesisChange {
  client: Client;
  /** The genesis that the chain has followed until now. */
  previous: Genesis;
  next: Genesis;
  /** Left out: only block 0 counts as past. A caller that can ask the chain must give it. */
  head?: ChainHead;
  /**
   * The clock, in seconds since 1970. New times must come after it, even when a halted chain is behind it.
   * Default: the chain's own time.
   */
  now?: bigint;
}

/** One key of `config` in both files. */
interface Rule {
  key: string;
  path: string;
  before: Json | undefined;
  after: Json | undefined;
}

const headerFields = [
  "nonce",
  "timestamp",
  "gasLimit",
  "difficulty",
  "mixHash",
  "coinbase",
  "extraData",
  "baseFeePerGas",
] as const;

/** Remedies, by the key that must not change. */
const remedies: Record<string, string> = {
  extraData: "Votes change the living validators, the first ones stay as they are",
  gasLimit: "Change the gas limit that block producers aim at, block 0 keeps its own",
  alloc: "Send a transaction from a funded account",
  txnSizeLimit: "Add transactionSizeLimit to config.transitions at a later block",
};

/** Keys of `config.qbft` and `config.ibft2` that transitions may change. */
const transitionKeys = new Set([
  "blockperiodseconds",
  "emptyblockperiodseconds",
  "blockreward",
  "miningbeneficiary",
  "validatorcontractaddress",
]);

/** `block` of some future transition, from which a message takes its unit. */
const aLaterTime = 4_000_000_000n;

/** Keys of `config.qbft` and `config.ibft2` that only set the node's own timing and limits; no block records them. */
const localTiming = new Set([
  "requesttimeoutseconds",
  "gossipedhistorylimit",
  "messagequeuelimit",
  "duplicatemessagelimit",
  "futuremessageslimit",
  "futuremessagesmaxdistance",
]);

const blockKeys = new Set<string>([...blockActivations.map(({ key }) => key), ...goQuorumActivations]);
const timeKeys = new Set<string>(timeActivations);
const engineKeys = new Set(["qbft", "ibft2", "clique"]);

/**
 * Every part of a change that would split the chain or that its clients would refuse.
 * Without problems, nodes can restart with the new file, one after the other, before its first activation.
 */
export function validateGenesisChange(change: GenesisChange, path: string): Problem[] {
  return [
    ...validateBlockZero(change, path),
    ...changedRules(change, path).flatMap((rule) => validateRule(change, rule)),
  ];
}

function changedRules({ previous, next }: Pick<GenesisChange, "previous" | "next">, path: string): Rule[] {
  const keys = new Set([...Object.keys(previous.config), ...Object.keys(next.config)]);
  return [...keys]
    .toSorted()
    .map((key) => ({ key, path: `${path}.config.${key}`, before: previous.config[key], after: next.config[key] }))
    .filter(({ before, after }) => !isSameJson(before, after));
}

function validateBlockZero({ previous, next }: GenesisChange, path: string): Problem[] {
  if (genesisHash(previous) === genesisHash(next)) return [];
  const fields = headerFields.filter((field) => plain(previous[field]) !== plain(next[field]));
  const [before, after] = [accountsByAddress(previous), accountsByAddress(next)];
  const addresses = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  const accounts = addresses.filter((address) => before.get(address) !== after.get(address));
  return [
    ...fields.map((field) => frozen(`${path}.${field}`, field, previous[field], next[field])),
    ...accounts.map((address) =>
      frozen(`${path}.alloc["0x${address}"]`, "alloc", before.get(address), after.get(address)),
    ),
  ];
}

function validateRule(change: GenesisChange, rule: Rule): Problem[] {
  const progress = progressOf(change);
  if (blockKeys.has(rule.key)) return validateActivation(rule, "block", progress);
  if (timeKeys.has(rule.key)) return validateActivation(rule, "time", progress);
  if (engineKeys.has(rule.key)) return validateEngineChange(change, rule);
  if (rule.key === "transitions" || rule.key === "maxCodeSizeConfig") return validateTransitions(rule, progress);
  return [frozen(rule.path, rule.key, rule.before, rule.after)];
}

function progressOf({ client, previous, next, head, now }: GenesisChange): Progress {
  const reached = {
    block: head?.number ?? 0n,
    time: head?.timestamp ?? parseQuantity(previous.timestamp) ?? 0n,
  };
  const time = now !== undefined && now > reached.time ? now : reached.time;
  return {
    unitOf: (value) => clientFacts[client].transitionUnit(next.config, value),
    reached,
    earliest: { ...reached, time },
  };
}

function validateActivation(
  { path, before, after }: Rule,
  unit: "block" | "time",
  { reached, earliest }: Progress,
): Problem[] {
  const [old, planned] = [parseQuantity(before), parseQuantity(after)];
  const now = reached[unit];
  if (old !== undefined && old <= now) {
    const because = `it took effect there, and the chain is at ${unit} ${now}`;
    return [problem({ path, given: after ?? null, must: `stay ${old}`, because })];
  }
  if (after === undefined) return [];
  const least = earliest[unit];
  if (planned === undefined || planned <= least) {
    const whose = least === now ? "the chain's" : "today's";
    const must = `be a ${unit} after ${whose}, ${least}, late enough to restart every node with the new file before`;
    return [problem({ path, given: after, must })];
  }
  return [];
}

function validateEngineChange(change: GenesisChange, { key, path, before, after }: Rule): Problem[] {
  if (!isRecord(before) || !isRecord(after)) {
    const start = isRecord(after) ? parseQuantity(after.startblock) : undefined;
    const isMigration = before === undefined && canMoveTo(key as Consensus, change);
    if (isMigration && start !== undefined && start > (change.head?.number ?? 0n)) return [];
    const because = "the protocol that seals the blocks cannot be exchanged";
    const hint = canMoveTo(key as Consensus, change)
      ? `The chain can move on with config.${key}.startblock after the newest block`
      : undefined;
    return [problem({ path, given: after ?? null, must: staying(before), because, hint })];
  }
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
  const changed = keys.filter((name) => !localTiming.has(name) && !isSameJson(before[name], after[name]));
  const isClique = key === "clique";
  return changed.map((name) => {
    const remedy = !isClique && transitionKeys.has(name) ? transitionRemedy(change) : undefined;
    return frozen(`${path}.${name}`, isClique ? "" : name, before[name], after[name], remedy);
  });
}

function canMoveTo(protocol: Consensus, { client, previous }: GenesisChange): boolean {
  const { moves = [] } = clientFacts[client];
  return moves.some(([from, to]) => to === protocol && from in previous.config);
}

/** Refers to docs/ethereum.md, because the stack file has no key for transitions. */
function transitionRemedy({ client, next }: GenesisChange): string {
  const isByTime = clientFacts[client].transitionUnit(next.config, aLaterTime) === "time";
  const when = isByTime ? "from a later time on, in seconds since 1970 under `block`" : "at a later block";
  return `Add it to config.transitions of a genesisFile ${when} (docs/ethereum.md, Changes)`;
}

function staying(before: unknown): string {
  return before === undefined ? "be left out" : `stay ${show(before)}`;
}

/** The problem of a value that may never change, with a remedy. */
function frozen(path: string, key: string, before: unknown, after: unknown, own?: string): Problem {
  const hint = own ?? remedies[key] ?? "Another value needs a new chain";
  const because = "the chain was started with it";
  return problem({ path, given: after ?? null, must: staying(before), because, hint });
}

/** Address without `0x` -> the account in one spelling. */
function accountsByAddress({ alloc }: Genesis): Map<string, string> {
  return new Map(
    Object.entries(alloc).map(([address, { balance, nonce, code, storage }]) => [
      digitsOf(address),
      JSON.stringify({ balance: plain(balance), nonce: plain(nonce ?? "0x0"), code: plain(code ?? "0x"), storage }),
    ]),
  );
}

/** One spelling for equal values: numbers in decimal, other text in lower case. */
function plain(value: string | undefined): string | undefined {
  return value === undefined ? undefined : (parseQuantity(value)?.toString() ?? value.toLowerCase());
}
