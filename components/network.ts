/** Network of the kind in the stack file's `network.type`. */
import * as pulumi from "@pulumi/pulumi";
import type { ManagedCluster } from "./clouds";
import type { NetworkConfigOf } from "../config";
import type { WorkloadType } from "../lib/workloads";
import type * as ethereum from "./ethereum";
import type * as fabric from "./fabric";
import { secretSection } from "./secret-section";
import type { StorageClasses } from "./storage";
import type { MonitoringOutputs } from "./workload";

export interface NetworkArgs {
  /** Cluster in which the network runs. */
  cluster: ManagedCluster;
  /** Classes of the nodes' volumes. */
  storage: StorageClasses;
  /** Whether the section was set with `--secret`. */
  isSecret: boolean;
}

/** Outputs of a network for its users; one of `fabric` and `ethereum` is set. */
export interface NetworkOutputs {
  fabric?: fabric.FabricOutputs;
  /** With `fabric`: the part of its outputs for application teams. */
  applications?: fabric.ApplicationOutputs;
  /** With `fabric`, where the stack file has `partners`: its public part for their stacks. */
  exchange?: pulumi.Output<string>;
  /** With `exchange`: fingerprint of the certificate authorities in it, which people compare by another way. */
  exchangeFingerprint?: pulumi.Output<string>;
  ethereum?: ethereum.EthereumOutputs;
  /** With `ethereum`: the account with ether, if the stack file asks for one. */
  faucet?: ethereum.FaucetOutput;
  /** For Prometheus, where the stack file opens the metrics to somebody. */
  monitoring?: MonitoringOutputs;
}

/** Creators of networks, by kind. Each kind is loaded on demand, since a program has one. A kind in `lib/workloads.ts` without an entry does not compile. */
const networks: { [T in WorkloadType]: (config: NetworkConfigOf<T>, args: NetworkArgs) => NetworkOutputs } = {
  fabric: (config, { isSecret, ...args }) => {
    const { applicationOutputs, FabricNetwork, optionsOf } = load<typeof fabric>("./fabric");
    const options = optionsOf(config, isSecret);
    const { outputs, exchange, monitoring } = new FabricNetwork(
      config.name,
      { ...args, config, options },
      secretSection(isSecret),
    );
    return {
      fabric: outputs,
      applications: applicationOutputs(outputs),
      ...exchange,
      ...(monitoring && { monitoring: withSecretRules(monitoring, isSecret) }),
    };
  },
  ethereum: (config, { isSecret, ...args }) => {
    const { EthereumNetwork } = load<typeof ethereum>("./ethereum");
    const { outputs, faucet, monitoring } = new EthereumNetwork(
      config.name,
      { ...args, config },
      secretSection(isSecret),
    );
    const { explorerUrl } = outputs;
    const hidden = isSecret && explorerUrl !== undefined ? { explorerUrl: pulumi.secret(explorerUrl) } : {};
    return {
      ethereum: { ...outputs, ...hidden },
      ...(faucet && { faucet }),
      ...(monitoring && { monitoring: withSecretRules(monitoring, isSecret) }),
    };
  },
};

/** Rules of alerts name a page of the user's, which is free text of the stack file. */
function withSecretRules(monitoring: MonitoringOutputs, isSecret: boolean): MonitoringOutputs {
  return isSecret ? { ...monitoring, rules: pulumi.secret(monitoring.rules) } : monitoring;
}

/** Creates the network and returns its outputs. */
export function createNetwork<T extends WorkloadType>(
  config: NetworkConfigOf<T> & { type: T },
  args: NetworkArgs,
): NetworkOutputs {
  return networks[config.type](config, args);
}

function load<Module>(path: string): Module {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- `import` loads at once, or makes the program asynchronous
  return require(path) as Module;
}
