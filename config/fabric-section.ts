/** What rules of a Fabric network ask of the section, complete or not. */
import { entriesOf, type LooseFabric } from "./check";
import { defaultMspId } from "./fabric-organization";

/** Path of the section. */
export const base = "network.fabric";

export interface Organization {
  name: string | undefined;
  mspId: string | undefined;
  path: string;
}

export function organizationsOf(
  fabric: LooseFabric,
  key: "ordererOrganizations" | "peerOrganizations",
): Organization[] {
  return entriesOf<{ name?: string; mspId?: string }>(fabric[key]).map(({ item, index }) => ({
    name: item.name,
    mspId: item.mspId ?? (item.name === undefined ? undefined : defaultMspId(item.name)),
    path: `${base}.${key}[${index}]`,
  }));
}

export function allOrganizations(fabric: LooseFabric): Organization[] {
  return [...organizationsOf(fabric, "ordererOrganizations"), ...organizationsOf(fabric, "peerOrganizations")];
}

export function namesOf(organizations: readonly Organization[]): string[] {
  return organizations.flatMap(({ name }) => (name === undefined ? [] : [name]));
}

export function ordererCount(fabric: LooseFabric): number | undefined {
  const counts = (fabric.ordererOrganizations ?? []).map((organization) => organization?.orderers);
  return counts.some((count) => count === undefined) ? undefined : counts.reduce<number>((sum, n) => sum + (n ?? 0), 0);
}

/** Channels of the file, with their places. */
export function channelsOf({ channels }: LooseFabric) {
  return entriesOf(channels).map(({ item, index }) => ({ channel: item, index, path: `${base}.channels[${index}]` }));
}

/** Chaincodes of one of them, with their places. */
export function chaincodesIn({ channel, index, path }: ReturnType<typeof channelsOf>[number]) {
  return entriesOf(channel.chaincodes).map(({ item, index: at }) => {
    return { chaincode: item, channel, channelIndex: index, index: at, path: `${path}.chaincodes[${at}]` };
  });
}

/** Chaincodes of all channels. */
export function chaincodesOf(fabric: LooseFabric) {
  return channelsOf(fabric).flatMap(chaincodesIn);
}
