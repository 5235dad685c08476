/** Names of nodes that the program gives itself: no node of the stack file may have one. */
export const reservedNodeNames: readonly string[] = ["rpc", "ethstats", "faucet"];
