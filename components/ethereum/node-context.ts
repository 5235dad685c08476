/** What every node of an Ethereum network is part of. */
import type * as pulumi from "@pulumi/pulumi";
import { parseQuantity } from "../../ledger/ethereum/hex";
import { parseQuantity as parseSize, type EthereumConfig } from "../../config";
import type { LedgerProvider } from "../../provider/sdk";
import { appLabels, type Labels } from "../kubernetes";
import type { StorageClasses } from "../storage";
import type { EthereumClient, NodeSettings } from "./clients/client";
import { componentLabels, ethstatsName, rpcName, serviceHost, serviceNames, type Component, type Place } from "./names";
import type { NetworkNamespace } from "./network-namespace";

/** What nodes have to know of their chain beside its first block. */
export interface ChainFacts {
  /** Known only when the program runs where it comes from another stack. */
  chainId: pulumi.Input<number>;
  /** As genesis.json has it. */
  gasLimit: string;
  freeGas: boolean;
  /** Largest contract, where the chain has another limit than Ethereum's. */
  contractSizeLimitBytes: pulumi.Input<number | undefined>;
}

export interface NodeContext {
  network: string;
  chain: ChainFacts;
  place: Place;
  config: EthereumConfig;
  client: EthereumClient;
  namespace: NetworkNamespace;
  /** Reaches the cluster. */
  ledger: LedgerProvider;
  storage: StorageClasses;
  /** Whether load balancers of the cluster may be asked to keep a client at one pod. */
  loadBalancersKeepClients: boolean;
  /** Name of the ConfigMap with genesis.json. */
  genesis: pulumi.Output<string>;
  /** What must be there before a node starts: the addresses of its peers, and their list. RPC nodes need the peers too. */
  peers: pulumi.Resource[];
  /** Name of the Secret with what nodes need to report to the dashboard, where there is one. */
  ethstats: pulumi.Output<string> | undefined;
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
export function nodeSettings({ chain, config, place }: NodeContext, role: NodeSettings["role"]): NodeSettings {
  const { rpc, options, ethstats, genesis, resources } = config;
  return {
    role,
    consensus: genesis.consensus,
    contractSizeLimitBytes: chain.contractSizeLimitBytes,
    memoryLimitBytes: parseSize(resources[role].limits.memory),
    hasPeersElsewhere: config.peers.length > 0,
    chainId: chain.chainId,
    gasLimit: String(parseQuantity(chain.gasLimit) ?? 0n),
    freeGas: chain.freeGas,
    isDiscovering: config.bootnodes.length > 0,
    ethstats: ethstats === undefined ? undefined : `${serviceHost(ethstatsName, place)}:${ethstats.port}`,
    hosts: [...serviceNames(rpcName, place), ...frontHosts(config), ...rpc.hosts],
    hasTokens: rpc.jwtPublicKey !== undefined,
    corsOrigins: rpc.corsOrigins,
    options,
  };
}

/** Names that an Ingress or a Gateway hands on to the nodes. */
function frontHosts({ rpc }: EthereumConfig): string[] {
  const door = rpc.ingress ?? rpc.gateway;
  if (door === undefined) return [];
  return [door.host, ...(door.wsHost === undefined ? [] : [door.wsHost])];
}
