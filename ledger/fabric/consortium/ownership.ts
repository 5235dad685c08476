/** Parts of a channel that belong to one organisation, and that only its own administrators change. */
import type { ChannelConfig } from "../channel-config";

/**
 * A config in which the organisations of others are as in the live channel: their certificate authorities, addresses and
 * revocation lists are theirs to change. Organisations that the live channel lacks stay as they are, since others add
 * them by proposals.
 *
 * @param mspIds organisations of this stack
 */
export function withPartsOfOthers(
  config: ChannelConfig,
  live: Pick<ChannelConfig, "ordererOrganizations" | "peerOrganizations">,
  mspIds: readonly string[],
): ChannelConfig {
  const parts = <T extends { name: string; msp: { mspId: string } }>(own: T[], there: readonly T[]): T[] =>
    own.map((organization) => {
      const { mspId } = organization.msp;
      return mspIds.includes(mspId)
        ? organization
        : (there.find(({ name, msp }) => name === organization.name && msp.mspId === mspId) ?? organization);
    });
  return {
    ...config,
    ordererOrganizations: parts(config.ordererOrganizations, live.ordererOrganizations),
    peerOrganizations: parts(config.peerOrganizations, live.peerOrganizations),
  };
}
