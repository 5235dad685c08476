import type { ChannelConfig } from "../../../ledger/fabric/channel-config";

/** MSP ids of a channel's peer organisations. */
export function peerMembers({ peerOrganizations }: Pick<ChannelConfig, "peerOrganizations">): string[] {
  return peerOrganizations.map(({ msp }) => msp.mspId);
}
