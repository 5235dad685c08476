/** What every node of an Ethereum network is part of. */
import type * as pulumi from "@pulumi/pulumi";
import { parseQuantity } from "../../ledger/ethereum/hex";
import type { EthereumConfig } from "../config";
import { appLabels, type Labels } from "../kubernetes";
import type { StorageClasses } from "../storage";
import type { EthereumClient, NodeSettings } from "./clients/client";
import { componentLabels, rpcName, serviceNames, type Component, type Place } from "./names";
import type { NetworkNamespace } from "./network-namespace";

export interface NodeContext {
  network: string;
  place: Place;
  config: EthereumConfig;
  client: EthereumClient;
  namespace: NetworkNamespace;
  storage: StorageClasses;
  /** Name of the ConfigMap with genesis.json. */
  genesis: pulumi.Output<string>;
  /** What must be there before a node starts: the addresses of its peers, and their list. */
  peers: pulumi.Resource[];
}

/** Labels of all objects of a node. */
export function nodeLabels(network: string, component: Component, node: string): Labels {
  return {
    ...appLabels({ name: component, instance: node, partOf: network }),
    ...componentLabels(network, component),
  };
}

/** Labels that select a node's pods. */
export function nodeSelector(network: string, component: Component, node: string): Labels {
  return { "app.kubernetes.io/instance": node, ...componentLabels(network, component) };
}

/** The node's command line settings. */
export function nodeSettings({ config, place }: NodeContext, role: Component): NodeSettings {
  const { genesis, rpc, options } = config;
  return {
    role,
    chainId: genesis.chainId,
    gasLimit: String(parseQuantity(genesis.gasLimit) ?? 0n),
    freeGas: genesis.freeGas,
    hosts: [...serviceNames(rpcName, place), ...rpc.hosts],
    corsOrigins: rpc.corsOrigins,
    options,
  };
}
