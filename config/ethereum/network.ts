/** Stack file section `network` of kind `ethereum`. */
import { z } from "zod";
import { dnsLabel, map } from "../kit/fields";
import type { NetworkKind } from "../kit/network-kind";
import { check, entriesOf, error, type Rule } from "../kit/rule";
import { dns } from "../shared/dns";
import { namespacesAt, namespacesTaken } from "../shared/namespaces";
import { ethereumRules, ethereumSchema, resolveEthereum, type EthereumConfig, type ResolvedEthereum } from "./index";

/** Namespace of the backups of a network. */
export function backupNamespace(network: string): string {
  return `${network}-backup`;
}

const schema = map({
  type: z.literal("ethereum").describe("Private Ethereum."),
  name: dnsLabel(30).default("ethereum").describe("Name of the network and of its namespace."),
  dns,
  ethereum: ethereumSchema.prefault({}).describe("Settings of the Ethereum network."),
});

/** The section with all defaults filled in. */
export type EthereumNetworkConfig = Omit<z.infer<typeof schema>, "ethereum"> & { ethereum: EthereumConfig };

export const ethereumNetwork: NetworkKind<typeof schema, EthereumNetworkConfig> = {
  schema,
  resolve(network, around) {
    const { name } = network;
    if (network.ethereum === undefined) return undefined;
    const resolved = resolveEthereum(network.ethereum, around);
    const rules = name === undefined ? ethereumRules : [...ethereumRules, ownNamespace(name)];
    return {
      config: { ...network, ethereum: resolved.config },
      find: (severity) => check(rules, severity, resolved, around),
    };
  },
};

function ownNamespace(network: string): Rule<ResolvedEthereum> {
  return error(({ config: { rpc, rpcGroups, ethstats, monitoring, backup } }) => {
    const base = "network.ethereum";
    const place = { given: network, path: "network.name" };
    return namespacesTaken(
      [
        { ...place, namespace: network },
        ...(backup === undefined ? [] : [{ ...place, namespace: backupNamespace(network) }]),
      ],
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
