/** The network that the stack file's `network.type` names. */
import type { ManagedCluster } from "./clouds";
import type { NetworkConfig } from "../config";
import { EthereumNetwork, type EthereumOutputs, type FaucetOutput } from "./ethereum";
import { FabricNetwork, optionsOf, type FabricOutputs } from "./fabric";
import { secretSection } from "./secret-section";
import type { StorageClasses } from "./storage";

export interface NetworkArgs {
  cluster: ManagedCluster;
  storage: StorageClasses;
  /** Whether the section was set with `--secret`. */
  isSecret: boolean;
}

/** What a network tells its users; one of them is there. */
export interface NetworkOutputs {
  fabric?: FabricOutputs;
  ethereum?: EthereumOutputs;
  /** Beside `ethereum`, where its stack file asks for such an account. */
  faucet?: FaucetOutput;
}

/** Creates the network and returns what it tells its users. */
export function createNetwork(config: NetworkConfig, { isSecret, ...args }: NetworkArgs): NetworkOutputs {
  const opts = secretSection(isSecret);
  switch (config.type) {
    case "fabric": {
      const options = optionsOf(config, isSecret);
      return { fabric: new FabricNetwork(config.name, { ...args, config, options }, opts).outputs };
    }
    case "ethereum":
      return describeEthereum(new EthereumNetwork(config.name, { ...args, config }, opts));
  }
}

function describeEthereum({ outputs, faucet }: EthereumNetwork): NetworkOutputs {
  return { ethereum: outputs, ...(faucet === undefined ? {} : { faucet }) };
}
