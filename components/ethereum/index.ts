export { EthereumNetwork, type EthereumNetworkArgs } from "./ethereum-network";
export type { EthereumOutputs, FaucetOutput } from "./outputs";
