/** Stack file section `network` of kind `fabric`. */
import { z } from "zod";
import { dnsLabel, map } from "../kit/fields";
import type { Loose } from "../kit/json-schema";
import type { NetworkKind } from "../kit/network-kind";
import { check, error, type Rule } from "../kit/rule";
import { dns } from "../shared/dns";
import { namespacesAt, namespacesTaken } from "../shared/namespaces";
import { exposuresOf } from "./exposure";
import { fabricRules, fabricSchema, resolveFabric, type FabricConfig } from "./index";
import { namespaceName, namespacesFit, namespacesOf } from "./organizations";

const schema = map({
  type: z.literal("fabric").describe("Hyperledger Fabric."),
  name: dnsLabel(30).default("fabric").describe("Name of the network; namespaces are `<name>-<organisation>`."),
  dns,
  fabric: fabricSchema.describe("Settings of the Fabric network."),
});

/** The section with all defaults filled in. */
export type FabricNetworkConfig = Omit<z.infer<typeof schema>, "fabric"> & { fabric: FabricConfig };

export const fabricNetwork: NetworkKind<typeof schema, FabricNetworkConfig> = {
  schema,
  resolve(network, around) {
    const { name } = network;
    if (network.fabric === undefined) return undefined;
    const fabric = resolveFabric(network.fabric, around);
    const rules = name === undefined ? fabricRules : [...fabricRules, namespacesFit(name), ownNamespaces(name)];
    return { config: { ...network, fabric }, find: (severity) => check(rules, severity, fabric, around) };
  },
};

function ownNamespaces(network: string): Rule<Loose<FabricConfig>> {
  return error((fabric) => {
    const base = "network.fabric";
    return namespacesTaken(namespacesOf(network, fabric), [
      ...namespacesAt(fabric.gateway?.clientNamespaces, `${base}.gateway.clientNamespaces`),
      { namespace: fabric.monitoring?.namespace, path: `${base}.monitoring.namespace` },
      // Of its job, and of restore drills, which delete the namespace with all its volumes.
      ...["backup", "restore-drill"].map((name) => ({
        namespace: fabric.backup && namespaceName(network, name),
        path: `${base}.backup`,
      })),
      ...exposuresOf(fabric).flatMap(({ way, path }) =>
        way.type === "gateway" ? namespacesAt(way.clientNamespaces, `${path}.exposure.clientNamespaces`) : [],
      ),
    ]);
  });
}
