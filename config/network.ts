/** Stack file section `network`: which kind of blockchain, and its settings. */
import { z } from "zod";
import { ethereumSchema, type EthereumConfig } from "./ethereum";
import { fabricSchema, type FabricConfig } from "./fabric";
import { dnsLabel, map, wrongKind } from "./fields";

const fabricNetwork = map({
  type: z.literal("fabric").describe("Hyperledger Fabric."),
  name: dnsLabel(30).default("fabric").describe("Name of the network; namespaces are `<name>-<organisation>`."),
  fabric: fabricSchema.describe("Settings of the Fabric network."),
});

const ethereumNetwork = map({
  type: z.literal("ethereum").describe("Private Ethereum."),
  name: dnsLabel(30).default("ethereum").describe("Name of the network and of its namespace."),
  ethereum: ethereumSchema.prefault({}).describe("Settings of the Ethereum network."),
});

/** Further kinds of network are further members of this union. */
export const networkSchema = z.discriminatedUnion(
  "type",
  [fabricNetwork, ethereumNetwork],
  wrongKind("type", ["fabric", "ethereum"]),
);

/** The section with defaults that depend on the cluster filled in. */
export type FabricNetworkConfig = Omit<z.infer<typeof fabricNetwork>, "fabric"> & { fabric: FabricConfig };
export type EthereumNetworkConfig = Omit<z.infer<typeof ethereumNetwork>, "ethereum"> & { ethereum: EthereumConfig };
export type NetworkConfig = FabricNetworkConfig | EthereumNetworkConfig;
