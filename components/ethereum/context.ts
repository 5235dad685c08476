/** What the parts of an Ethereum network share. */
import type * as pulumi from "@pulumi/pulumi";
import { parseQuantity } from "../../ledger/ethereum/hex";
import { parseQuantity as parseSize, type EthereumConfig } from "../../config";
import type { LedgerProvider } from "../../provider/sdk";
import type { StorageClasses } from "../storage";
import { serviceHost, serviceNames, WorkloadObjects, type Place, type WorkloadNamespace } from "../workload";
import type { EthereumClient, NodeSettings } from "./clients/client";
import { ethstatsName, nodeLabels, rpcName, type Component } from "./names";

/** What all parts of a network share. */
export interface EthereumContext {
  /** Component of the network: parent of all its parts. */
  component: pulumi.Resource;
  /** Name of that component. Names of its parts begin with it. */
  prefix: string;
  /** Name of the network. */
  network: string;
  place: Place;
  config: EthereumConfig;
  client: EthereumClient;
  namespace: WorkloadNamespace;
  storage: StorageClasses;
  /** Reaches the cluster. */
  ledger: LedgerProvider;
  /** Whether load balancers of the cluster may be asked to keep a client at one pod. */
  loadBalancersKeepClients: boolean;
}

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

/** What all nodes of a network share. */
export interface NodeContext extends EthereumContext {
  chain: ChainFacts;
  /** Name of the ConfigMap with genesis.json. */
  genesis: pulumi.Output<string>;
  /** What must be there before a node starts: the addresses of its peers, and their list. */
  startAfter: pulumi.Resource[];
  /** Name of the Secret with what nodes need to report to the dashboard, where there is one. */
  ethstats: pulumi.Output<string> | undefined;
}

/** Makes the objects of a node, whose component is `component` with the name `prefix`. */
export function nodeObjects(
  component: pulumi.Resource,
  prefix: string,
  kind: Component,
  node: string,
  { network, namespace }: EthereumContext,
): WorkloadObjects {
  return new WorkloadObjects({ component, prefix, namespace, labels: nodeLabels(network, kind, node) });
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
  const front = rpc.ingress ?? rpc.gateway;
  if (front === undefined) return [];
  return [front.host, ...(front.wsHost === undefined ? [] : [front.wsHost])];
}
