import { existsSync, readdirSync } from "node:fs";
import { readRecord } from "./record";
import {
  clusterPaths,
  defaultCluster,
  defaultName,
  localCluster,
  namedClusters,
  slotPrefix,
  slots,
  type LocalCluster,
  type Slot,
} from "./settings";

/** The clusters of this project directory, and the slots that they take. */

/** Short, because it is part of names, and without anything that has a meaning in a path. */
const namePattern = /^[a-z]([a-z0-9-]{0,18}[a-z0-9])?$/;

/** @throws Error when the name is not a DNS label of at most 20 characters. */
export function checkName(name: string): string {
  if (namePattern.test(name)) return name;
  throw new Error(
    `The name of a local cluster is "${name}"; it must be at most 20 lower-case letters, digits and hyphens, ` +
      "the first a letter, the last no hyphen.",
  );
}

/** The clusters that have a record, running or not. */
export function recordedClusters(): LocalCluster[] {
  const named = existsSync(namedClusters) ? readdirSync(namedClusters).sort() : [];
  return [defaultName, ...named].flatMap((name) => recordedCluster(name) ?? []);
}

/** The cluster of a name, if it has a record. */
export function recordedCluster(name: string): LocalCluster | undefined {
  const record = readRecord({ paths: clusterPaths(name) });
  return record && localCluster(name, record.slot ?? 0);
}

/**
 * The cluster of a name. A new one gets a free slot, which its record takes. Call it under the lock.
 *
 * @throws Error when there is no free slot.
 */
export function claimCluster(name: string): LocalCluster {
  if (name === defaultName) return defaultCluster;
  return recordedCluster(name) ?? localCluster(name, freeSlot(recordedClusters(), interfaces()));
}

/**
 * The first slot without a cluster, and without an interface on this machine that a cluster there would make.
 *
 * @throws Error with the clusters that take the slots.
 */
export function freeSlot(clusters: readonly LocalCluster[], machineInterfaces: readonly string[]): Slot {
  const isFree = (slot: Slot): boolean =>
    slot !== defaultCluster.slot &&
    clusters.every((cluster) => cluster.slot !== slot) &&
    !machineInterfaces.some((name) => name.startsWith(`${slotPrefix(slot)}-`));
  const free = slots.find(isFree);
  if (free !== undefined) return free;
  const names = clusters.map(({ name }) => name).join(", ");
  throw new Error(
    `This machine has room for ${slots.length - 1} local clusters beside "${defaultName}", and there are ${names}. ` +
      "Remove one of them first.",
  );
}

function interfaces(): string[] {
  return readdirSync("/sys/class/net");
}
