/** Parts of a channel that belong to one organisation, and that only its own administrators change. */
import { problem, type Problem } from "../../../lib/problem";
import { chainsToRoot } from "../certificate-chain";
import type { ChannelConfig, HostPort, OrdererOrganization } from "../channel-config";
import { addressText } from "../config-normal-form";
import { firstEndpoints } from "../first-endpoints";

/**
 * A config in which the organisations of others are as in the live channel: their certificate authorities, addresses and
 * revocation lists are theirs to change. Organisations that the live channel lacks stay as they are, since others add
 * them by proposals; orderers among them get their endpoints from their owners, when they vote.
 *
 * @param mspIds organisations of this stack
 */
export function withPartsOfOthers(
  config: ChannelConfig,
  live: Pick<ChannelConfig, "ordererOrganizations" | "peerOrganizations">,
  mspIds: readonly string[],
): ChannelConfig {
  const parts = <T extends Organization>(own: T[], there: readonly T[], add: (organization: T) => T): T[] =>
    own.map((organization) => {
      const { mspId } = organization.msp;
      return mspIds.includes(mspId)
        ? organization
        : (there.find(({ name, msp }) => name === organization.name && msp.mspId === mspId) ?? add(organization));
    });
  const withoutOrderers = (organization: OrdererOrganization): OrdererOrganization => ({
    ...organization,
    endpoints: firstEndpoints(organization.endpoints, () => false, config),
  });
  return {
    ...config,
    ordererOrganizations: parts(config.ordererOrganizations, live.ordererOrganizations, withoutOrderers),
    peerOrganizations: parts(config.peerOrganizations, live.peerOrganizations, (organization) => organization),
  };
}

/**
 * The live channel, and with it those members and consenters of a former config that it lacks and that are not this stack's. A
 * stack that did not found a channel knows them from its first block: that one has left is no reason to wish it back.
 *
 * @param mspIds organisations of this stack
 * @param isOwn whether a consenter is an orderer of this stack
 */
export function withLostMembersOfOthers(
  live: ChannelConfig,
  former: ChannelConfig,
  mspIds: readonly string[],
  isOwn: (consenter: HostPort) => boolean,
): ChannelConfig {
  const lost = <T extends Organization>(there: readonly T[], before: readonly T[]): T[] =>
    before.filter(({ name, msp }) => !mspIds.includes(msp.mspId) && !there.some((each) => each.name === name));
  const isThere = (consenter: HostPort): boolean =>
    live.consenters.some((each) => addressText(each) === addressText(consenter));
  return {
    ...live,
    ordererOrganizations: [
      ...live.ordererOrganizations,
      ...lost(live.ordererOrganizations, former.ordererOrganizations),
    ],
    peerOrganizations: [...live.peerOrganizations, ...lost(live.peerOrganizations, former.peerOrganizations)],
    consenters: [
      ...live.consenters,
      ...former.consenters.filter((consenter) => !isOwn(consenter) && !isThere(consenter)),
    ],
  };
}

/** The first config of a channel: that of this stack's orderers. Those of others join it later, and have no vote until then. */
export function foundingConfig(config: ChannelConfig, mspIds: readonly string[]): ChannelConfig {
  const consenters = config.consenters.filter(({ mspId }) => mspId === "" || mspIds.includes(mspId));
  const nothing = { ordererOrganizations: [], peerOrganizations: [] };
  const { ordererOrganizations } = withPartsOfOthers(config, nothing, mspIds);
  return { ...config, consenters, ordererOrganizations };
}

/** The config with the endpoints that other companies gave their orderers. */
export function withEndpointsOfOthers(
  config: ChannelConfig,
  live: ChannelConfig,
  mspIds: readonly string[],
): ChannelConfig {
  const find = (wanted: string) => live.ordererOrganizations.find(({ name }) => name === wanted);
  const ordererOrganizations = config.ordererOrganizations.map((organization) => ({
    ...organization,
    endpoints:
      (mspIds.includes(organization.msp.mspId) ? undefined : find(organization.name)?.endpoints) ??
      organization.endpoints,
  }));
  return { ...config, ordererOrganizations };
}

/** Whether an organisation of the channel is the administrator's. An MSP id alone says little: another company may have the same. */
export function isMember(
  { mspId, certificate }: Administrator,
  { ordererOrganizations, peerOrganizations }: Organizations,
): boolean {
  return [...ordererOrganizations, ...peerOrganizations].some(
    ({ msp }) => msp.mspId === mspId && chainsToRoot(certificate, msp.caCertificates, msp.intermediateCaCertificates),
  );
}

/**
 * MSP ids of administrators, without each that is another company's in this channel.
 *
 * @param wished has organisations that the live channel lacks, and authorities that they get
 */
export function ownMspIds(
  administrators: readonly Administrator[],
  live: Organizations,
  wished: Organizations,
): string[] {
  const taken = [...live.ordererOrganizations, ...live.peerOrganizations].map(({ msp }) => msp.mspId);
  return administrators
    .filter((each) => !taken.includes(each.mspId) || isMember(each, live) || isMember(each, wished))
    .map(({ mspId }) => mspId);
}

/**
 * Problems of a config by which this stack leaves a channel that its orderers still order. Without its peers it could not learn
 * that they vote no more, and the channel would count them while nobody runs them.
 *
 * @param mspIds organisations of this stack
 * @param wished the live channel as it is to become
 */
export function validateFarewell(live: ChannelConfig, wished: ChannelConfig, mspIds: readonly string[]): Problem[] {
  const isOwn = ({ msp }: Organization): boolean => mspIds.includes(msp.mspId);
  if (!live.peerOrganizations.some(isOwn) || wished.peerOrganizations.some(isOwn)) return [];
  const own = live.ordererOrganizations.filter(isOwn).flatMap(({ endpoints }) => endpoints.map(addressText));
  const staying = wished.consenters.map(addressText);
  const voting = live.consenters.filter((consenter) => {
    const address = addressText(consenter);
    return mspIds.includes(consenter.mspId) || own.includes(address) || !staying.includes(address);
  });
  if (voting.length === 0) return [];
  return [
    problem({
      path: "config.peerOrganizations",
      must: "have an organisation of this stack",
      because: `orderers of this stack vote in the channel: ${voting.map(addressText).join(", ")}`,
      hint: "First take them out by an edit of `ordererOrganizations` alone; leave once the others agreed to that",
    }),
  ];
}

interface Organization {
  name: string;
  msp: { mspId: string };
}

type Organizations = Pick<ChannelConfig, "ordererOrganizations" | "peerOrganizations">;

/** An administrator of an organisation of this stack. */
interface Administrator {
  mspId: string;
  /** PEM. */
  certificate: string;
}
