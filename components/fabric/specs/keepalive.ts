/**
 * Interval of pings below which orderers and peers cut off a client that has nothing to say (`too_many_pings`). Gateways
 * of peers ping orderers and other peers every 10 s, the least that gRPC allows, and Fabric has no setting for it. With
 * Fabric's minimum of a minute each idle connection of a gateway would be cut off after half a minute.
 */
export const shortestPingInterval = "5s";
