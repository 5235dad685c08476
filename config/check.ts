/** What cross-field checks share: the loose configuration they read and two helpers. */
import type { ClusterConfig } from "./cluster";
import type { EthereumFile } from "./ethereum";
import type { FabricConfig } from "./fabric";
import { show, type Problem } from "../ledger/problem";
import type { Loose } from "./schema-tree";
import type { StorageConfig } from "./storage";

/** Text of a file that the stack file names, or why it cannot be read. */
export type ReadFile = (path: string) => { text: string } | { reason: string };

/** The whole file as far as it is readable; anything may be missing. */
export interface LooseConfig {
  readFile: ReadFile;
  cluster: Loose<ClusterConfig> | undefined;
  storage: Loose<StorageConfig> | undefined;
  /** One of `fabric` and `ethereum` is there, as `type` says. */
  network: { type?: string; name?: string; fabric?: Loose<FabricConfig>; ethereum?: Loose<EthereumFile> } | undefined;
}

/** One rule that spans several values of the file. */
export type Check = (config: LooseConfig) => Problem[];

export type LooseFabric = NonNullable<NonNullable<LooseConfig["network"]>["fabric"]>;

/** Checks of `network.fabric`, which find nothing in a file without it. */
export function fabricCheck(check: (fabric: LooseFabric, config: LooseConfig) => Problem[]): Check {
  return (config) => (config.network?.fabric === undefined ? [] : check(config.network.fabric, config));
}

export type LooseEthereum = NonNullable<NonNullable<LooseConfig["network"]>["ethereum"]>;

/** Checks of `network.ethereum`, which find nothing in a file without it. */
export function ethereumCheck(check: (ethereum: LooseEthereum, config: LooseConfig) => Problem[]): Check {
  return (config) => (config.network?.ethereum === undefined ? [] : check(config.network.ethereum, config));
}

export interface Named {
  value: string | undefined;
  path: string;
  /** What must differ, where that is not the value itself. */
  key?: string | undefined;
}

/** A problem for each value that an earlier one of the list has already. */
export function duplicates(what: string, entries: readonly Named[]): Problem[] {
  const first = new Map<string, string>();
  return entries.flatMap(({ value, path, key = value }) => {
    if (key === undefined) return [];
    const taken = first.get(key);
    if (taken === undefined) {
      first.set(key, path);
      return [];
    }
    return [{ path, message: `given ${show(value)}, which ${taken} has already; must be ${what} of its own` }];
  });
}

/** The entries of a list that are there, with their positions. */
export function entriesOf<T>(items: readonly (T | undefined)[] | undefined): { item: T; index: number }[] {
  return (items ?? []).flatMap((item, index) => (item === undefined ? [] : [{ item, index }]));
}
