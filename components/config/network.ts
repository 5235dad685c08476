/** Stack file section `network`: which kind of blockchain, and its settings. */
import { z } from "zod";
import { fabricSchema, type FabricConfig } from "./fabric";
import { dnsLabel, map } from "./fields";

const fabricNetwork = map({
  type: z.literal("fabric").describe("Hyperledger Fabric."),
  name: dnsLabel(30).default("fabric").describe("Name of the network; namespaces are `<name>-<organisation>`."),
  fabric: fabricSchema.describe("Settings of the Fabric network."),
});

/** Further kinds of network are further members of this union. */
export const networkSchema = z.discriminatedUnion("type", [fabricNetwork], { error: "fabric" });

type Parsed = z.infer<typeof networkSchema>;
/** The section with defaults that depend on the cluster filled in. */
export type NetworkConfig = Omit<Parsed, "fabric"> & { fabric: FabricConfig };
