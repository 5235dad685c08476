/**
 * Organisations of this stack and of a partner that one channel cannot tell apart: with the same name, MSP id or address. Companies that
 * all keep the defaults have them.
 */
import type { ChannelEntry } from "../../../config";
import type { HostPort } from "../../../ledger/fabric/channel-config";
import { decodeConfigBlock, describeChannelConfig } from "../../../ledger/fabric/config-decode";
import { addressText } from "../../../ledger/fabric/config-normal-form";
import { expandBlock } from "../../../ledger/fabric/consortium/compressed-block";
import type { MemberOrganization } from "../../../ledger/fabric/consortium/organization-json";
import { problem, type Problem } from "../../../lib/problem";
import type { PublicPart } from "./public-part";

/** An organisation of this stack file. */
export interface OwnOrganization {
  role: MemberOrganization["role"];
  name: string;
  mspId: string;
  /** Its nodes as channels name them. */
  endpoints: HostPort[];
  /** Path of its entry, for example `network.fabric.peerOrganizations[0]`. */
  path: string;
}

/**
 * Problems of this stack's organisations beside those of a partner, in each channel that both are in.
 *
 * @param source path of the partner's document in the stack file
 */
export function collisions(
  own: readonly OwnOrganization[],
  channels: readonly ChannelEntry[],
  part: PublicPart,
  source: string,
): Problem[] {
  const found = channels.flatMap((channel) => {
    const theirs = partnersIn(channel, part);
    return ownIn(channel, own).flatMap((ours) => theirs.flatMap((their) => between(ours, their, channel.name, source)));
  });
  // Two channels with the same members are one mistake.
  return [...new Map(found.map((each) => [`${each.path} ${String(each.given)}`, each])).values()];
}

function ownIn(channel: ChannelEntry, own: readonly OwnOrganization[]): OwnOrganization[] {
  const names = { peer: channel.organizations, orderer: channel.ordererOrganizations };
  return own.filter(({ role, name }) => names[role].includes(name));
}

/** Organisations of the partner in a channel: those that the stack file names, and those with which the partner founded it. */
function partnersIn(channel: ChannelEntry, { partner, organizations, channels }: PublicPart): MemberOrganization[] {
  const named = { peer: channel.partnerOrganizations, orderer: channel.partnerOrdererOrganizations };
  const document = channel.founder === partner ? channels.find(({ name }) => name === channel.name) : undefined;
  const founding = document === undefined ? undefined : foundingNames(document.genesisBlock);
  return organizations.filter(
    ({ role, name }) => named[role].includes(name) || founding?.[role].includes(name) === true,
  );
}

function foundingNames(genesisBlock: string): Record<MemberOrganization["role"], string[]> {
  const { channelId, config } = decodeConfigBlock(expandBlock(genesisBlock));
  const { peerOrganizations, ordererOrganizations } = describeChannelConfig(channelId, config);
  return { peer: peerOrganizations.map(({ name }) => name), orderer: ordererOrganizations.map(({ name }) => name) };
}

function between(
  { role, name, mspId, endpoints, path }: OwnOrganization,
  their: MemberOrganization,
  channel: string,
  source: string,
): Problem[] {
  const of = `${their.name} in the document of ${source}`;
  const collision = (at: string, given: string, what: string): Problem =>
    problem({
      path: `${path}.${at}`,
      given,
      must: `be ${what} of its own in channel ${channel}`,
      because: `${of} has it, too`,
      hint: "One of the two companies takes another before it has a channel",
    });
  const addresses = new Set(addressesOf(their).map(addressText));
  const shared = endpoints.map(addressText).filter((address) => addresses.has(address));
  return [
    ...(role === their.role && name === their.name ? [collision("name", name, "a name")] : []),
    ...(mspId === their.msp.mspId ? [collision("mspId", mspId, "an MSP id")] : []),
    ...(shared.length === 0 ? [] : [collision("domain", shared.join(", "), "addresses of nodes")]),
  ];
}

function addressesOf(organization: MemberOrganization): HostPort[] {
  return organization.role === "peer"
    ? organization.anchorPeers
    : [...organization.endpoints, ...(organization.consenters ?? [])];
}
