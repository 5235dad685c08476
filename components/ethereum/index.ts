export { EthereumNetwork, type EthereumNetworkArgs } from "./network";
export type { EthereumOutputs, FaucetOutput } from "./outputs";
