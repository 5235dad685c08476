/** The network that the stack file's `network.type` names. */
import * as pulumi from "@pulumi/pulumi";
import type { ManagedCluster } from "./clouds";
import type { NetworkConfigOf } from "../config";
import type { WorkloadType } from "../lib/workloads";
import { EthereumNetwork, type EthereumOutputs, type FaucetOutput } from "./ethereum";
import { applicationOutputs, FabricNetwork, optionsOf, type ApplicationOutputs, type FabricOutputs } from "./fabric";
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
  /** Beside `fabric`: what application teams may have of it. */
  applications?: ApplicationOutputs;
  ethereum?: EthereumOutputs;
  /** Beside `ethereum`, where its stack file asks for such an account. */
  faucet?: FaucetOutput;
}

/** Makes a network of one kind. A kind in `lib/workloads.ts` without one does not compile. */
const networks: { [T in WorkloadType]: (config: NetworkConfigOf<T>, args: NetworkArgs) => NetworkOutputs } = {
  fabric: (config, { isSecret, ...args }) => {
    const options = optionsOf(config, isSecret);
    const { outputs } = new FabricNetwork(config.name, { ...args, config, options }, secretSection(isSecret));
    return { fabric: outputs, applications: applicationOutputs(outputs) };
  },
  ethereum: (config, { isSecret, ...args }) => {
    const { outputs, faucet } = new EthereumNetwork(config.name, { ...args, config }, secretSection(isSecret));
    const { explorerUrl } = outputs;
    // The one text of the file that is an output as it stands.
    const hidden = isSecret && explorerUrl !== undefined ? { explorerUrl: pulumi.secret(explorerUrl) } : {};
    return { ethereum: { ...outputs, ...hidden }, ...(faucet === undefined ? {} : { faucet }) };
  },
};

/** Creates the network and returns what it tells its users. */
export function createNetwork<T extends WorkloadType>(
  config: NetworkConfigOf<T> & { type: T },
  args: NetworkArgs,
): NetworkOutputs {
  return networks[config.type](config, args);
}
