/** Stack file section `cluster`: the Kubernetes cluster and how to reach it. */
import { z } from "zod";
import { ackSchema } from "./ack";
import { aksSchema } from "./aks";
import { eksSchema } from "./eks";
import { existingSchema } from "./existing";
import { wrongKind } from "../fields";
import { gkeSchema } from "./gke";
import { localSchema } from "./local";

export type { KubeconfigSource } from "./existing";

export const clusterSchema = z.discriminatedUnion(
  "vendor",
  [existingSchema, localSchema, ackSchema, aksSchema, eksSchema, gkeSchema],
  wrongKind("vendor", ["existing", "local", "ack", "aks", "eks", "gke"]),
);

type Parsed = z.infer<typeof clusterSchema>;
/** Vendors whose clusters this program makes. */
export type CloudVendor = Exclude<Parsed["vendor"], "existing" | "local">;
/** What a cloud learns from other sections. */
interface FromElsewhere {
  /** Whether to make a file system for storage that many pods share: the section `storage` asks for it. */
  fileSystem: boolean;
}
type Complete<T> = T extends { vendor: CloudVendor } ? T & FromElsewhere : T;

/** The section with defaults that depend on other sections filled in. */
export type ClusterConfig = Complete<Parsed>;
export type Vendor = ClusterConfig["vendor"];
/** Configuration of one vendor. */
export type VendorConfig<V extends Vendor> = Extract<ClusterConfig, { vendor: V }>;
/** Configuration of whichever cloud. */
export type CloudConfig = VendorConfig<CloudVendor>;
