/** Shared values of an Ethereum network's parts. */
import type * as pulumi from "@pulumi/pulumi";
import { clientFacts } from "../../ledger/ethereum/clients";
import type { Consensus } from "../../ledger/ethereum/consensus";
import { parseQuantity as parseSize, type EthereumConfig, type RpcConfig, type RpcGroupConfig } from "../../config";
import type { LedgerProvider } from "../../provider/sdk";
import { scrapeAnnotations } from "../kubernetes";
import type { StorageClasses } from "../storage";
import { serviceHost, serviceNames, WorkloadObjects, type Place, type WorkloadNamespace } from "../workload";
import type { EthereumClient, NodeSettings } from "./clients/client";
import type { RpcApi } from "../../ledger/ethereum/clients/client-facts";
import { ethstatsName, nodeLabels, rpcGroupName, rpcName, type Component, type RpcGroupName } from "./names";

/** Shared values of all parts of a network. */
export interface EthereumContext {
  /** Component of the network, and parent of all its parts. */
  component: pulumi.Resource;
  /** Name of that component, and prefix of its parts' names. */
  prefix: string;
  /** Name of the network. */
  network: string;
  place: Place;
  config: EthereumConfig;
  client: EthereumClient;
  namespace: WorkloadNamespace;
  storage: StorageClasses;
  /** Provider that reaches the cluster. */
  ledger: LedgerProvider;
  /** Whether load balancers of the cluster can keep a client at one pod. */
  loadBalancersKeepClients: boolean;
}

/** Facts about the chain that nodes need besides its first block. */
export interface ChainFacts {
  /** Chain id. Only a running program knows the id of another stack's chain. */
  chainId: pulumi.Input<number>;
  /** Gas limit of block 0, decimal. */
  gasLimit: pulumi.Input<string>;
  freeGas: pulumi.Input<boolean>;
  consensus: pulumi.Input<Consensus>;
  /** Largest contract, bytes; undefined for Ethereum's limit. */
  contractSizeLimitBytes: pulumi.Input<number | undefined>;
}

/** What decides whether validators on empty volumes may begin the chain. */
export interface ChainBeginning {
  /** Generation of the chain. */
  generation: number;
  /** Generation that has begun in a former place; 0 for none. */
  begunElsewhere: pulumi.Output<number>;
  /** Addresses of the validators that block 0 names. Others cannot seal without the chain. */
  firstValidators: pulumi.Output<string[]>;
}

/** Shared values of all nodes of a network. */
export interface NodeContext extends EthereumContext {
  chain: ChainFacts;
  /** Name of the ConfigMap with genesis.json. */
  genesis: pulumi.Output<string>;
  /** Where the chain of the validators may begin, and the addresses that seal its first block. */
  beginning: ChainBeginning;
  /** Resources that precede the first node: the addresses of its peers, and their list. */
  startAfter: pulumi.Resource[];
  /** Name of the Secret that nodes report to the dashboard with; undefined without a dashboard. */
  ethstats: pulumi.Output<string> | undefined;
}

/** Creator of a node's objects, for the node's `component` with the name `prefix`. */
export function nodeObjects(
  component: pulumi.Resource,
  prefix: string,
  kind: Component,
  node: string,
  { network, namespace }: EthereumContext,
): WorkloadObjects {
  return new WorkloadObjects({ component, prefix, namespace, labels: nodeLabels(network, kind, node) });
}

/**
 * Annotations by which a Prometheus without the operator finds a node.
 *
 * @returns undefined where the stack file opens the metrics to nobody, or names the operator
 */
export function nodeAnnotations({ config, client }: NodeContext): Record<string, string> | undefined {
  const { monitoring } = config;
  if (monitoring === undefined || monitoring.podMonitor !== undefined) return undefined;
  return scrapeAnnotations(client.ports.metrics, clientFacts[client.client].metrics.path);
}

/** RPC nodes that are alike, behind one Service. */
export interface RpcGroup {
  /** Name of the Service and of the StatefulSet, and kind of the pods. */
  name: typeof rpcName | RpcGroupName;
  rpc: RpcConfig;
  /** APIs beside the usual ones. */
  furtherApis: readonly RpcApi[];
}

/** The RPC nodes that serve applications. */
export function usualRpc({ rpc }: EthereumConfig): RpcGroup {
  return { name: rpcName, rpc, furtherApis: [] };
}

/** A group with further APIs. Tokens count for it as for the usual nodes; web pages do not call it. */
export function furtherRpc(settings: RpcGroupConfig, { rpc: { jwtPublicKey } }: EthereumConfig): RpcGroup {
  const { apis, ...rpc } = settings;
  return {
    name: rpcGroupName(settings),
    rpc: { ...rpc, jwtPublicKey, corsOrigins: [], labelledClients: false },
    furtherApis: apis,
  };
}

/**
 * Settings for the command line of a node.
 *
 * @param group Group of an RPC node. Default: the nodes that serve applications.
 */
export function nodeSettings(
  { chain, config, place }: NodeContext,
  role: NodeSettings["role"],
  { name, rpc, furtherApis }: RpcGroup = usualRpc(config),
): NodeSettings {
  const { options, logFormat, ethstats, resources } = config;
  return {
    role,
    consensus: chain.consensus,
    contractSizeLimitBytes: chain.contractSizeLimitBytes,
    memoryLimitBytes: parseSize(resources[role].limits.memory),
    hasPeersElsewhere: hasPeersElsewhere(config),
    chainId: chain.chainId,
    gasLimit: chain.gasLimit,
    freeGas: chain.freeGas,
    isDiscovering: config.bootnodes.length > 0,
    ethstats: ethstats === undefined ? undefined : `${serviceHost(ethstatsName, place)}:${ethstats.port}`,
    hosts: [...serviceNames(name, place), ...frontHosts(rpc), ...rpc.hosts],
    hasTokens: rpc.jwtPublicKey !== undefined,
    corsOrigins: rpc.corsOrigins,
    furtherApis,
    logFormat,
    options,
  };
}

/** Whether validators connect to nodes whose names others keep, and which may be unknown when a validator starts. */
function hasPeersElsewhere({ peers, partners = [], join, validators }: EthereumConfig): boolean {
  return peers.length > 0 || partners.length > 0 || (join !== undefined && validators.length > 0);
}

/** Host names in requests that an Ingress or a Gateway passes on. */
function frontHosts(rpc: RpcConfig): string[] {
  const front = rpc.ingress ?? rpc.gateway;
  if (front === undefined) return [];
  return [front.host, ...(front.wsHost === undefined ? [] : [front.wsHost])];
}
