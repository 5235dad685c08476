/**
 * A wished channel applied to a live config tree. Elements that ChannelConfig does not name stay: access control lists,
 * policies, raft and BFT options, mod policies, values of other tools. An element that already has
 * the wished meaning keeps its bytes, whatever their form.
 */
import { isDeepStrictEqual } from "node:util";
import type { ConfigGroup } from "@hyperledger/fabric-protos/lib/common/configtx_pb";
import { Orderers } from "@hyperledger/fabric-protos/lib/common/configuration_pb";
import type { ChannelConfig, Consenter, OrdererOrganization, PeerOrganization } from "./channel-config";
import {
  buildAnchorPeers,
  buildBatchSize,
  buildBatchTimeout,
  buildCapabilities,
  buildEndpoints,
  buildOrdererOrganization,
  buildPeerOrganization,
  setPolicy,
  setValue,
} from "./channel-group";
import { readConsensusType, readFabricMspConfig, readRaftMetadata, valueBytes } from "./config-decode";
import { groupNames, policyNames, policyTypes, valueNames } from "./config-names";
import { addressText } from "./config-normal-form";
import { buildBftConsenter, buildBlockValidationPolicy, buildRaftConsenter } from "./consenters";
import { updateFabricMspConfig, wrapMspConfig } from "./msp";

/**
 * The live tree with the wished channel in it. Versions are those of the live tree.
 *
 * @param live channel group of the live config; left untouched
 * @param current normal form of `live`
 * @param desired normal form of the wished channel
 */
export function overlayChannelGroup(live: ConfigGroup, current: ChannelConfig, desired: ChannelConfig): ConfigGroup {
  const target = live.clone();
  const orderer = child(target, groupNames.orderer);
  const application = child(target, groupNames.application);
  overlayCapability(target, current.capabilities.channel, desired.capabilities.channel);
  overlayCapability(orderer, current.capabilities.orderer, desired.capabilities.orderer);
  overlayCapability(application, current.capabilities.application, desired.capabilities.application);
  overlayBatch(orderer, current, desired);
  overlayConsenters(orderer, current, desired);
  overlayOrganizations(orderer, current.ordererOrganizations, desired.ordererOrganizations, {
    build: buildOrdererOrganization,
    overlay: overlayOrdererOrganization,
  });
  overlayOrganizations(application, current.peerOrganizations, desired.peerOrganizations, {
    build: buildPeerOrganization,
    overlay: overlayPeerOrganization,
  });
  return target;
}

function overlayCapability(group: ConfigGroup, current: string, desired: string): void {
  if (current !== desired) setValue(group, valueNames.capabilities, buildCapabilities(desired));
}

function overlayBatch(orderer: ConfigGroup, current: ChannelConfig, desired: ChannelConfig): void {
  const { timeout: currentTimeout, ...currentSize } = current.batch;
  const { timeout: desiredTimeout, ...desiredSize } = desired.batch;
  if (!isDeepStrictEqual(currentSize, desiredSize)) {
    setValue(orderer, valueNames.batchSize, buildBatchSize(desired.batch));
  }
  if (currentTimeout !== desiredTimeout) setValue(orderer, valueNames.batchTimeout, buildBatchTimeout(desired.batch));
}

function overlayConsenters(orderer: ConfigGroup, current: ChannelConfig, desired: ChannelConfig): void {
  if (isDeepStrictEqual(current.consenters, desired.consenters)) return;
  if (desired.consensus === "BFT") {
    overlayBftConsenters(orderer, current.consenters, desired.consenters);
  } else {
    overlayRaftConsenters(orderer, current.consenters, desired.consenters);
  }
}

function overlayRaftConsenters(orderer: ConfigGroup, current: Consenter[], desired: Consenter[]): void {
  const metadata = readRaftMetadata(orderer);
  const live = metadata.getConsentersList();
  metadata.setConsentersList(
    mergeConsenters(live, current, desired, {
      address: (consenter) => addressText({ host: consenter.getHost(), port: consenter.getPort() }),
      replace: (_, consenter) => buildRaftConsenter(consenter),
      add: buildRaftConsenter,
    }),
  );
  const consensus = readConsensusType(orderer);
  consensus.setMetadata(metadata.serializeBinary());
  setValue(orderer, valueNames.consensusType, consensus);
}

function overlayBftConsenters(orderer: ConfigGroup, current: Consenter[], desired: Consenter[]): void {
  const orderers = Orderers.deserializeBinary(valueBytes(orderer, valueNames.orderers));
  const live = orderers.getConsenterMappingList();
  let nextId = Math.max(0, ...live.map((consenter) => consenter.getId()));
  const mapping = mergeConsenters(live, current, desired, {
    address: (consenter) => addressText({ host: consenter.getHost(), port: consenter.getPort() }),
    replace: (before, consenter) => buildBftConsenter(consenter, before.getId()),
    add: (consenter) => buildBftConsenter(consenter, ++nextId),
  });
  orderers.setConsenterMappingList(mapping);
  setValue(orderer, valueNames.orderers, orderers);
  setPolicy(orderer, policyNames.blockValidation, policyTypes.signature, buildBlockValidationPolicy(mapping));
}

interface ConsenterMerge<T> {
  address: (live: T) => string;
  replace: (live: T, desired: Consenter) => T;
  add: (desired: Consenter) => T;
}

/**
 * The wished consenters in the order of the live ones, new ones last; unchanged ones keep their bytes. A consenter with
 * a changed address keeps its place when its client TLS certificate is the same.
 */
function mergeConsenters<T>(live: T[], current: Consenter[], desired: Consenter[], merge: ConsenterMerge<T>): T[] {
  const pairs = pairConsenters(current, desired);
  const byAddress = new Map(current.map((consenter) => [addressText(consenter), consenter]));
  const kept = live.flatMap((message) => {
    const before = byAddress.get(merge.address(message));
    const after = before === undefined ? undefined : pairs.get(before);
    if (after === undefined) return [];
    return [isDeepStrictEqual(before, after) ? message : merge.replace(message, after)];
  });
  const paired = new Set(pairs.values());
  return [...kept, ...desired.filter((consenter) => !paired.has(consenter)).map(merge.add)];
}

/** Current consenter -> its successor: the one with the same address, or else the same client TLS certificate. */
export function pairConsenters(current: Consenter[], desired: Consenter[]): Map<Consenter, Consenter> {
  const pairs = new Map<Consenter, Consenter>();
  const isFree = (consenter: Consenter): boolean => ![...pairs.values()].includes(consenter);
  for (const isSame of [sameAddress, sameClientCertificate]) {
    for (const before of current) {
      const after = desired.find((consenter) => isFree(consenter) && isSame(before, consenter));
      if (!pairs.has(before) && after !== undefined) pairs.set(before, after);
    }
  }
  return pairs;
}

function sameAddress(a: Consenter, b: Consenter): boolean {
  return addressText(a) === addressText(b);
}

function sameClientCertificate(a: Consenter, b: Consenter): boolean {
  return a.clientTlsCertificate === b.clientTlsCertificate;
}

interface OrganizationOverlay<T> {
  build: (desired: T) => ConfigGroup;
  overlay: (group: ConfigGroup, current: T, desired: T) => void;
}

function overlayOrganizations<T extends { name: string }>(
  parent: ConfigGroup,
  current: T[],
  desired: T[],
  { build, overlay }: OrganizationOverlay<T>,
): void {
  const groups = parent.getGroupsMap();
  for (const before of current) {
    const after = desired.find(({ name }) => name === before.name);
    if (after === undefined) {
      groups.del(before.name);
    } else {
      overlay(child(parent, before.name), before, after);
    }
  }
  for (const organization of desired.filter(({ name }) => !groups.has(name))) {
    groups.set(organization.name, build(organization));
  }
}

function overlayOrdererOrganization(
  group: ConfigGroup,
  current: OrdererOrganization,
  desired: OrdererOrganization,
): void {
  overlayMsp(group, current, desired);
  if (!isDeepStrictEqual(current.endpoints, desired.endpoints)) {
    setValue(group, valueNames.endpoints, buildEndpoints(desired.endpoints));
  }
}

function overlayPeerOrganization(group: ConfigGroup, current: PeerOrganization, desired: PeerOrganization): void {
  overlayMsp(group, current, desired);
  if (isDeepStrictEqual(current.anchorPeers, desired.anchorPeers)) return;
  if (desired.anchorPeers.length === 0) {
    group.getValuesMap().del(valueNames.anchorPeers);
  } else {
    setValue(group, valueNames.anchorPeers, buildAnchorPeers(desired.anchorPeers));
  }
}

type Organization = OrdererOrganization | PeerOrganization;

function overlayMsp(group: ConfigGroup, current: Organization, desired: Organization): void {
  if (!isDeepStrictEqual(current.msp, desired.msp)) {
    setValue(group, valueNames.msp, wrapMspConfig(updateFabricMspConfig(readFabricMspConfig(group), desired.msp)));
  }
}

function child(group: ConfigGroup, name: string): ConfigGroup {
  const member = group.getGroupsMap().get(name);
  if (member === undefined) throw new Error(`the live config has no group ${name}`);
  return member;
}
