import type * as pulumi from "@pulumi/pulumi";
import { disruptionBudget } from "../../ledger/ethereum/quorum";
import type { EthereumConfig } from "../../config";
import type { DnsServers } from "../kubernetes";
import { WorkloadNamespace } from "../workload";
import type { EthereumClient } from "./clients/client";
import { ethereumLabels, networkLabels, rpcGroupName, type Component } from "./names";
import { componentsOf, trafficRules } from "./specs/traffic";

export interface EthereumNamespaceArgs {
  /** Name of the network and of its namespace. */
  network: string;
  /** Client of the network, for its ports. */
  client: EthereumClient;
  /** Section `network.ethereum` of the stack file. */
  config: EthereumConfig;
  /** Servers that answer pods' questions for names. Default: `usualDnsServers`. */
  dns?: readonly DnsServers[] | undefined;
}

/** The namespace of a network. */
export function createNamespace(
  name: string,
  { network, client, config, dns }: EthereumNamespaceArgs,
  opts: pulumi.ComponentResourceOptions,
): WorkloadNamespace {
  return new WorkloadNamespace<Component>(
    name,
    {
      type: "blockchain-clusters:ethereum:NetworkNamespace",
      namespace: network,
      network,
      labels: networkLabels(network),
      podSecurity: config.podSecurity,
      protect: config.protect,
      serviceAccount: "ethereum",
      imagePullSecrets: config.imagePullSecrets,
      components: componentsOf(config),
      names: ethereumLabels,
      traffic: trafficRules(config, client.ports, config.rpc.labelledClients ? network : undefined),
      dns,
      budgets: budgetsOf(config),
    },
    opts,
  );
}

/** Disruption budgets: as many validators as may fail at once, and one RPC node at a time. */
function budgetsOf({ validators, genesis, rpcGroups }: EthereumConfig): Partial<Record<Component, number>> {
  const count = validators.length;
  return {
    ...(count > 0 ? { validator: disruptionBudget(genesis.consensus, count) } : {}),
    rpc: 1,
    ...Object.fromEntries(rpcGroups.map((group) => [rpcGroupName(group), 1])),
  };
}
