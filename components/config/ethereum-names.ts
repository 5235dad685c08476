/** Names of nodes that the program gives itself: no validator may have one. */
export const reservedNodeNames: readonly string[] = ["rpc", "bootnode", "ethstats"];
