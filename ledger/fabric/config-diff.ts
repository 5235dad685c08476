/**
 * Differences between config trees, in Fabric's form: a read set with the versions that the update builds on, and a
 * write set with the changed elements.
 *
 * Rules of Fabric's `common/configtx`: a change of an element raises its version by one. A group's own version covers
 * its list of members and its mod policy. It rises when a member is added or removed, and then both sets list all
 * remaining members, since the write set states the whole membership. Unchanged content is named by its version alone.
 */
import {
  ConfigGroup,
  ConfigPolicy,
  ConfigUpdate,
  ConfigValue,
  type Config,
} from "@hyperledger/fabric-protos/lib/common/configtx_pb";
import type { Map as ProtobufMap } from "google-protobuf";

/** Common methods of groups, values and policies. */
interface Element {
  getVersion(): number;
  setVersion(version: number): void;
  getModPolicy(): string;
}

/** Difference of one element: its entries in the read set and in the write set, and whether it changes. */
interface Difference<T> {
  read: T;
  write: T;
  isChanged: boolean;
}

/** Differences of all members of one kind in a group. */
interface MemberDifference<T> {
  /** Members in both trees, by name. */
  kept: Map<string, Difference<T>>;
  added: Map<string, T>;
  isMembershipChanged: boolean;
}

/** The update that turns `current` into `target`; undefined without a difference. Ignores versions in `target`. */
export function computeConfigUpdate(channelId: string, current: Config, target: ConfigGroup): ConfigUpdate | undefined {
  const group = current.getChannelGroup();
  if (group === undefined) throw new Error(`the current config of channel ${channelId} has no channel group`);
  const difference = diffGroup(group, target);
  if (!difference.isChanged) return undefined;
  const update = new ConfigUpdate();
  update.setChannelId(channelId);
  update.setReadSet(difference.read);
  update.setWriteSet(difference.write);
  return update;
}

/** The config of nodes after they applied `update` to `current`. Does not check signatures. */
export function applyConfigUpdate(current: Config, update: ConfigUpdate): Config {
  const next = current.clone();
  const group = current.getChannelGroup();
  const writeSet = update.getWriteSet();
  if (group !== undefined && writeSet !== undefined) {
    next.setSequence(current.getSequence() + 1);
    next.setChannelGroup(applyGroup(group, writeSet));
  }
  return next;
}

function diffGroup(original: ConfigGroup, updated: ConfigGroup): Difference<ConfigGroup> {
  const groups = diffMembers(original.getGroupsMap(), updated.getGroupsMap(), diffGroup, newGroup);
  const values = diffMembers(original.getValuesMap(), updated.getValuesMap(), diffValue, newElement);
  const policies = diffMembers(original.getPoliciesMap(), updated.getPoliciesMap(), diffPolicy, newElement);
  const isOwnChange =
    [groups, values, policies].some(({ isMembershipChanged }) => isMembershipChanged) ||
    original.getModPolicy() !== updated.getModPolicy();
  const read = new ConfigGroup();
  read.setVersion(original.getVersion());
  const write = new ConfigGroup();
  write.setVersion(original.getVersion() + (isOwnChange ? 1 : 0));
  write.setModPolicy(isOwnChange ? updated.getModPolicy() : "");
  const isMemberChanged = [
    fillSets(groups, read.getGroupsMap(), write.getGroupsMap(), isOwnChange),
    // Values and policies need no entry in the read set: Fabric checks their versions in the write set, too.
    fillSets(values, read.getValuesMap(), write.getValuesMap(), isOwnChange),
    fillSets(policies, read.getPoliciesMap(), write.getPoliciesMap(), isOwnChange),
  ].some(Boolean);
  return { read, write, isChanged: isOwnChange || isMemberChanged };
}

function diffMembers<T extends Element>(
  original: ProtobufMap<string, T>,
  updated: ProtobufMap<string, T>,
  diff: (original: T, updated: T) => Difference<T>,
  create: (updated: T) => T,
): MemberDifference<T> {
  const kept = new Map<string, Difference<T>>();
  const added = new Map<string, T>();
  updated.forEach((member, name) => {
    const before = original.get(name);
    if (before === undefined) {
      added.set(name, create(member));
    } else {
      kept.set(name, diff(before, member));
    }
  });
  return { kept, added, isMembershipChanged: added.size > 0 || kept.size < original.getLength() };
}

/** Puts a group's members into its sets. Returns whether any member is written. */
function fillSets<T extends Element>(
  members: MemberDifference<T>,
  readSet: ProtobufMap<string, T>,
  writeSet: ProtobufMap<string, T>,
  isMembershipStated: boolean,
): boolean {
  let isWritten = members.added.size > 0;
  for (const [name, { read, write, isChanged }] of members.kept) {
    isWritten ||= isChanged;
    const isGroup = read instanceof ConfigGroup;
    if (isMembershipStated ? !isChanged || isGroup : isChanged && isGroup) readSet.set(name, read);
    if (isMembershipStated || isChanged) writeSet.set(name, write);
  }
  for (const [name, member] of members.added) {
    writeSet.set(name, member);
  }
  return isWritten;
}

function diffValue(original: ConfigValue, updated: ConfigValue): Difference<ConfigValue> {
  const isSame =
    original.getModPolicy() === updated.getModPolicy() && original.getValue_asB64() === updated.getValue_asB64();
  return diffLeaf(original, updated, isSame, new ConfigValue());
}

function diffPolicy(original: ConfigPolicy, updated: ConfigPolicy): Difference<ConfigPolicy> {
  const content = (policy: ConfigPolicy): string =>
    `${policy.getPolicy()?.getType() ?? 0} ${policy.getPolicy()?.getValue_asB64() ?? ""}`;
  const isSame = original.getModPolicy() === updated.getModPolicy() && content(original) === content(updated);
  return diffLeaf(original, updated, isSame, new ConfigPolicy());
}

/** @param reference an empty element, to be filled with the version alone */
function diffLeaf<T extends ConfigValue | ConfigPolicy>(
  original: T,
  updated: T,
  isSame: boolean,
  reference: T,
): Difference<T> {
  reference.setVersion(original.getVersion());
  if (isSame) return { read: reference, write: reference, isChanged: false };
  const write = updated.clone() as T;
  write.setVersion(original.getVersion() + 1);
  return { read: reference, write, isChanged: true };
}

/** A new element, at version 0 whatever the version of its blueprint. */
function newElement<T extends ConfigValue | ConfigPolicy>(blueprint: T): T {
  const element = blueprint.clone() as T;
  element.setVersion(0);
  return element;
}

function newGroup(blueprint: ConfigGroup): ConfigGroup {
  const group = blueprint.clone();
  group.setVersion(0);
  replaceMembers(group.getGroupsMap(), newGroup);
  replaceMembers(group.getValuesMap(), newElement);
  replaceMembers(group.getPoliciesMap(), newElement);
  return group;
}

function replaceMembers<T>(members: ProtobufMap<string, T>, replace: (member: T) => T): void {
  const entries: [string, T][] = [];
  members.forEach((member, name) => entries.push([name, member]));
  for (const [name, member] of entries) {
    members.set(name, replace(member));
  }
}

function applyGroup(original: ConfigGroup, write: ConfigGroup): ConfigGroup {
  const isOwnChange = write.getVersion() > original.getVersion();
  const next = original.clone();
  if (isOwnChange) {
    next.setVersion(write.getVersion());
    next.setModPolicy(write.getModPolicy());
  }
  applyMembers(next.getGroupsMap(), write.getGroupsMap(), isOwnChange, applyGroup);
  applyMembers(next.getValuesMap(), write.getValuesMap(), isOwnChange, newer);
  applyMembers(next.getPoliciesMap(), write.getPoliciesMap(), isOwnChange, newer);
  return next;
}

function applyMembers<T extends Element>(
  members: ProtobufMap<string, T>,
  written: ProtobufMap<string, T>,
  isMembershipStated: boolean,
  apply: (original: T, write: T) => T,
): void {
  const names: string[] = [];
  members.forEach((_, name) => names.push(name));
  for (const name of names) {
    if (isMembershipStated && !written.has(name)) members.del(name);
  }
  written.forEach((member, name) => {
    const original = members.get(name);
    members.set(name, original === undefined ? member : apply(original, member));
  });
}

function newer<T extends Element>(original: T, write: T): T {
  return write.getVersion() > original.getVersion() ? write : original;
}
