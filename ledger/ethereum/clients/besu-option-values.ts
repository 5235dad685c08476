/**
 * Values of options with which Besu exits at its start. A new network would not come up, and a rollout of a living one
 * would stop at its first node.
 *
 * Sources: `TransactionPoolOptions.java`, `PathBasedExtraStorageOptions.java`, `BesuCommand.java` of 26.8.
 */
import { includesFork } from "../fork";
import { problem, type Problem } from "../../../lib/problem";
import type { OptionedChain } from "./client-facts";

interface Kind {
  fits: (value: string) => boolean;
  /** The rest of a sentence with "must". */
  must: string;
}

const wholeNumber: Kind = { fits: (value) => /^[0-9]{1,10}$/.test(value), must: "be a whole number" };
const percent: Kind = {
  fits: (value) => /^[0-9]{1,3}$/.test(value) && Number(value) <= 100,
  must: "be a whole number from 0 to 100",
};
const fraction: Kind = {
  fits: (value) => /^(0(\.[0-9]+)?|1(\.0+)?|\.[0-9]+)$/.test(value),
  must: "be a fraction from 0 to 1, for example 0.15",
};
const flag: Kind = { fits: (value) => /^(true|false)$/i.test(value), must: "be true or false" };

const kinds: Readonly<Record<string, Kind>> = {
  "bonsai-historical-block-limit": wholeNumber,
  "bonsai-trie-logs-pruning-window-size": wholeNumber,
  "max-peers": wholeNumber,
  "rpc-http-max-active-connections": wholeNumber,
  "rpc-http-max-batch-size": wholeNumber,
  "rpc-max-active-filters": wholeNumber,
  "rpc-max-logs-range": wholeNumber,
  "rpc-ws-max-active-connections": wholeNumber,
  "rpc-ws-max-active-subscriptions": wholeNumber,
  "tx-pool-blob-price-bump": percent,
  "tx-pool-layer-max-capacity": wholeNumber,
  "tx-pool-limit-by-account-percentage": fraction,
  "tx-pool-max-future-by-sender": wholeNumber,
  "tx-pool-max-prioritized": wholeNumber,
  "tx-pool-max-size": wholeNumber,
  "tx-pool-max-tx-bytes": wholeNumber,
  "tx-pool-no-local-priority": flag,
  "tx-pool-price-bump": percent,
  "tx-pool-retention-hours": wholeNumber,
};

/** Options of one kind of transaction pool; Besu exits when the other kind is set. */
const layeredPool = [
  "tx-pool-enable-balance-check",
  "tx-pool-layer-max-capacity",
  "tx-pool-max-future-by-sender",
  "tx-pool-max-prioritized",
  "tx-pool-max-prioritized-by-type",
  "tx-pool-min-score",
];
const sequencedPool = ["tx-pool-limit-by-account-percentage", "tx-pool-max-size", "tx-pool-retention-hours"];

/** @param options Name, with or without `--` -> value; empty for a switch. */
export function validateBesuOptionValues(
  options: Readonly<Record<string, string>>,
  chain: OptionedChain,
  path: string,
): Problem[] {
  const given = Object.entries(options).map(([written, value]) => ({
    name: written.replace(/^--/, ""),
    value,
    path: `${path}.${written}`,
  }));
  const valueOf = (name: string): string | undefined => given.find((option) => option.name === name)?.value;
  return given.flatMap((option) => [
    ...validateKind(option),
    ...validateFile(option),
    ...validatePool(option, valueOf("tx-pool") ?? "SEQUENCED"),
    ...validatePriceBump(option, chain),
    ...validateTrieLogs(option, valueOf("sync-mode") ?? "FULL", valueOf("data-storage-format") ?? "BONSAI"),
  ]);
}

interface GivenOption {
  name: string;
  value: string;
  path: string;
}

function validateKind({ name, value, path }: GivenOption): Problem[] {
  // Besu accepts every switch without a value.
  const kind = kinds[name] ?? (name.endsWith("-enabled") ? flag : undefined);
  if (kind === undefined || kind.fits(value) || (kind === flag && value === "")) return [];
  return [problem({ path, given: value, must: kind.must })];
}

function validateFile({ name, value, path }: GivenOption): Problem[] {
  if (!name.startsWith("permissions-")) return [];
  const because = "permissions need a file, and none can be brought into the pods here";
  return [problem({ path, given: value, must: "be left out", because })];
}

function validatePool({ name, value, path }: GivenOption, pool: string): Problem[] {
  const isLayered = pool.toUpperCase() === "LAYERED";
  if (!(isLayered ? sequencedPool : layeredPool).includes(name)) return [];
  const because = `Besu ends on an option of the ${isLayered ? "sequenced" : "layered"} pool, and nodes have the ${isLayered ? "layered" : "sequenced"} one`;
  const hint = isLayered ? undefined : 'The pool is chosen by tx-pool: "LAYERED"';
  return [problem({ path, given: value, must: "be left out", because, hint })];
}

function validatePriceBump({ name, value, path }: GivenOption, { freeGas, fork }: OptionedChain): Problem[] {
  if (name !== "tx-pool-price-bump" || !freeGas || !includesFork(fork, "london")) return [];
  const because = "Besu ends on it with a base fee of zero, which a chain with free gas has";
  return [problem({ path, given: value, must: "be left out", because })];
}

/** Options apply to every node, validators included, and validators use BONSAI by default. */
function validateTrieLogs({ name, value, path }: GivenOption, syncMode: string, format: string): Problem[] {
  const isOn = name === "bonsai-limit-trie-logs-enabled" && (value === "" || value.toLowerCase() === "true");
  if (!isOn || syncMode.toUpperCase() !== "FULL" || format.toUpperCase() !== "BONSAI") return [];
  const because = "Besu ends on it while it synchronises in full, as validators do";
  return [problem({ path, given: value, must: "be left out", because })];
}
