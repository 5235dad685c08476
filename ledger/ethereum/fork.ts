/**
 * Activation keys of protocol upgrades in a genesis `config`, oldest first.
 *
 * Order and optional ones: go-ethereum `params/config.go` (`CheckConfigForkOrder`), Besu `JsonGenesisConfigOptions.java`.
 */
import type { Genesis, GenesisConfig } from "./genesis-file";
import { parseQuantity } from "./hex";

/** Protocol upgrades, oldest first. Each contains all before it. */
export const forks = ["istanbul", "berlin", "london", "shanghai", "cancun", "prague"] as const;
export type Fork = (typeof forks)[number];

/** Whether `fork` contains the rules of `other`. */
export function includesFork(fork: Fork, other: Fork): boolean {
  return forks.indexOf(fork) >= forks.indexOf(other);
}

/** An upgrade that takes effect at a block number. */
interface BlockActivation {
  key: string;
  /** First named fork that contains the upgrade. */
  since: Fork;
  /** Whether later forks do not need the upgrade, because it changes no rule of a proof-of-authority chain. */
  isOptional?: boolean;
}

export const blockActivations: readonly BlockActivation[] = [
  { key: "homesteadBlock", since: "istanbul" },
  { key: "daoForkBlock", since: "istanbul", isOptional: true },
  { key: "eip150Block", since: "istanbul" },
  { key: "eip155Block", since: "istanbul" },
  { key: "eip158Block", since: "istanbul" },
  { key: "byzantiumBlock", since: "istanbul" },
  { key: "constantinopleBlock", since: "istanbul" },
  { key: "petersburgBlock", since: "istanbul" },
  { key: "istanbulBlock", since: "istanbul" },
  { key: "muirGlacierBlock", since: "istanbul", isOptional: true },
  { key: "berlinBlock", since: "berlin" },
  { key: "londonBlock", since: "london" },
  { key: "arrowGlacierBlock", since: "london", isOptional: true },
  { key: "grayGlacierBlock", since: "london", isOptional: true },
  { key: "mergeNetsplitBlock", since: "london", isOptional: true },
];

/** Upgrades that take effect at a block time, in seconds since 1970. Each implies the earlier ones. */
export const timeActivations = [
  "shanghaiTime",
  "cancunTime",
  "pragueTime",
  "osakaTime",
  "bpo1Time",
  "bpo2Time",
  "bpo3Time",
  "bpo4Time",
  "bpo5Time",
  "amsterdamTime",
] as const;

/** Switches of GoQuorum that take effect at a block number (`checkCompatible` in its `params/config.go`). */
export const goQuorumActivations = [
  "qip714Block",
  "maxCodeSizeChangeBlock",
  "privacyEnhancementsBlock",
  "privacyPrecompileBlock",
  "enableGasPriceBlock",
] as const;

/** The keys that activate all of `fork` at block 0. go-ethereum refuses a list with gaps. */
export function blockForksAtGenesis(fork: Fork): Record<string, number> {
  const keys = blockActivations.filter(({ since, isOptional }) => !isOptional && includesFork(fork, since));
  return Object.fromEntries(keys.map(({ key }) => [key, 0]));
}

/** The activation under a key: block number or seconds. `undefined` when the upgrade is not scheduled. */
export function activationOf(config: GenesisConfig, key: string): bigint | undefined {
  return parseQuantity(config[key]);
}

/**
 * Unit in which Besu reads the `block` of an entry of `config.transitions`: the unit of the last upgrade at or below the
 * value. With `shanghaiTime: 0` every entry is a time (`ForksSchedule.applyMilestoneTypes`, since 26.4.0).
 */
export function transitionUnit(config: GenesisConfig, value: bigint): "block" | "time" {
  const last = (keys: readonly string[]): bigint =>
    keys
      .flatMap((key) => activationOf(config, key) ?? [])
      .filter((start) => start <= value)
      .reduce((latest, start) => (start > latest ? start : latest), -1n);
  const [block, time] = [last(blockActivations.map(({ key }) => key)), last(timeActivations)];
  return time >= 0n && time >= block ? "time" : "block";
}

/** Whether block 0 already has the rules of a time fork, because the time of this or of a later fork has come. */
export function isActiveAtGenesis(genesis: Genesis, key: (typeof timeActivations)[number]): boolean {
  const now = parseQuantity(genesis.timestamp) ?? 0n;
  return timeActivations.slice(timeActivations.indexOf(key)).some((later) => {
    const time = activationOf(genesis.config, later);
    return time !== undefined && time <= now;
  });
}
