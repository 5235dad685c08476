/** Stack file section `network`: kind and settings of the blockchain. */
import { z } from "zod";
import type { Problem } from "../lib/problem";
import { workloadTypes, type WorkloadType } from "../lib/workloads";
import { ethereumRules, ethereumSchema, resolveEthereum, type EthereumConfig, type ResolvedEthereum } from "./ethereum";
import { fabricRules, fabricSchema, resolveFabric, type FabricConfig } from "./fabric";
import { exposuresOf } from "./fabric/exposure";
import { namespacesFit, namespacesOf } from "./fabric/organizations";
import { dnsLabel, map, wrongKind } from "./kit/fields";
import type { Loose } from "./kit/json-schema";
import { check, entriesOf, error, type Rule, type Severity, type Surroundings } from "./kit/rule";
import { dns, dnsSomewhere } from "./shared/dns";
import { namespacesAt, namespacesTaken } from "./shared/namespaces";

const fabricNetwork = map({
  type: z.literal("fabric").describe("Hyperledger Fabric."),
  name: dnsLabel(30).default("fabric").describe("Name of the network; namespaces are `<name>-<organisation>`."),
  dns,
  fabric: fabricSchema.describe("Settings of the Fabric network."),
});

const ethereumNetwork = map({
  type: z.literal("ethereum").describe("Private Ethereum."),
  name: dnsLabel(30).default("ethereum").describe("Name of the network and of its namespace."),
  dns,
  ethereum: ethereumSchema.prefault({}).describe("Settings of the Ethereum network."),
});

/** Each kind of network is a member of this union. */
export const networkSchema = z.discriminatedUnion(
  "type",
  [fabricNetwork, ethereumNetwork],
  wrongKind("type", workloadTypes),
);

type NetworkFile = z.infer<typeof networkSchema>;
/** The section with all defaults filled in. */
export type FabricNetworkConfig = Omit<z.infer<typeof fabricNetwork>, "fabric"> & { fabric: FabricConfig };
export type EthereumNetworkConfig = Omit<z.infer<typeof ethereumNetwork>, "ethereum"> & { ethereum: EthereumConfig };
export type NetworkConfig = FabricNetworkConfig | EthereumNetworkConfig;

/** The section of one kind of network. */
export type NetworkConfigOf<T extends WorkloadType> = Extract<NetworkConfig, { type: T }>;

/** The section with defaults filled in, and the problems that its rules find. */
export interface ResolvedNetwork {
  config: Loose<NetworkConfig> | undefined;
  find(severity: Severity): Problem[];
}

export function resolveNetwork(network: Loose<NetworkFile> | undefined, around: Surroundings): ResolvedNetwork {
  const findDns = (severity: Severity) => (severity === "error" ? dnsSomewhere(network?.dns, "network.dns") : []);
  if (network?.type === "fabric" && network.fabric !== undefined) {
    const { name } = network;
    const fabric = resolveFabric(network.fabric, around);
    const rules = name === undefined ? fabricRules : [...fabricRules, namespacesFit(name), fabricNamespaces(name)];
    return {
      config: { ...network, fabric },
      find: (severity) => [...findDns(severity), ...check(rules, severity, fabric, around)],
    };
  }
  if (network?.type === "ethereum" && network.ethereum !== undefined) {
    const { name } = network;
    const resolved = resolveEthereum(network.ethereum, around);
    const rules = name === undefined ? ethereumRules : [...ethereumRules, ethereumNamespace(name)];
    return {
      config: { ...network, ethereum: resolved.config },
      find: (severity) => [...findDns(severity), ...check(rules, severity, resolved, around)],
    };
  }
  return { config: undefined, find: () => [] };
}

function fabricNamespaces(network: string): Rule<Loose<FabricConfig>> {
  return error((fabric) => {
    const base = "network.fabric";
    return namespacesTaken(namespacesOf(network, fabric), [
      ...namespacesAt(fabric.gateway?.clientNamespaces, `${base}.gateway.clientNamespaces`),
      { namespace: fabric.monitoring?.namespace, path: `${base}.monitoring.namespace` },
      ...exposuresOf(fabric).flatMap(({ way, path }) =>
        way.type === "gateway" ? namespacesAt(way.clientNamespaces, `${path}.exposure.clientNamespaces`) : [],
      ),
    ]);
  });
}

function ethereumNamespace(network: string): Rule<ResolvedEthereum> {
  return error(({ config: { rpc, rpcGroups, ethstats, monitoring } }) => {
    const base = "network.ethereum";
    return namespacesTaken(
      [{ namespace: network, given: network, path: "network.name" }],
      [
        ...namespacesAt(rpc?.clientNamespaces, `${base}.rpc.clientNamespaces`),
        ...entriesOf(rpcGroups, `${base}.rpcGroups`).flatMap(({ item, path }) =>
          namespacesAt(item.clientNamespaces, `${path}.clientNamespaces`),
        ),
        ...namespacesAt(ethstats?.clientNamespaces, `${base}.ethstats.clientNamespaces`),
        { namespace: rpc?.gateway?.namespace, path: `${base}.rpc.gateway.namespace` },
        { namespace: monitoring?.namespace, path: `${base}.monitoring.namespace` },
      ],
    );
  });
}
