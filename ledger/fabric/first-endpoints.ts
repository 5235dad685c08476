import type { ChannelConfig, HostPort } from "./channel-config";

/** Capability level from which on Fabric refuses a channel with an orderer organisation without endpoints. */
export const endpointsNeeded = "V3_0";

/**
 * Endpoints of an organisation whose other orderers do not vote yet, and refuse what clients send. Where a channel takes no
 * organisation without endpoints, one of them stands there all the same.
 *
 * @param all endpoints once every orderer votes
 */
export function firstEndpoints(
  all: HostPort[],
  isReady: (endpoint: HostPort) => boolean,
  { capabilities }: Pick<ChannelConfig, "capabilities">,
): HostPort[] {
  const ready = all.filter(isReady);
  return ready.length > 0 || capabilities.channel !== endpointsNeeded ? ready : all.slice(0, 1);
}
