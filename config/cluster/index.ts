/** Stack file section `cluster`: the Kubernetes cluster and how to reach it. */
import { z } from "zod";
import type { Problem } from "../../lib/problem";
import { wrongKind } from "../kit/fields";
import type { Loose } from "../kit/json-schema";
import { check, type Rule, type Severity, type Surroundings } from "../kit/rule";
import { ackRules, ackSchema } from "./ack";
import { aksRules, aksSchema } from "./aks";
import { protection, type LooseCloud } from "./cloud";
import { eksRules, eksSchema, eksZones } from "./eks";
import { existingSchema } from "./existing";
import { gkeRules, gkeSchema } from "./gke";
import { localKubeconfigFile, localSchema } from "./local";

export type { KubeconfigSource } from "./existing";

export const clusterSchema = z.discriminatedUnion(
  "vendor",
  [existingSchema, localSchema, ackSchema, aksSchema, eksSchema, gkeSchema],
  wrongKind("vendor", ["existing", "local", "ack", "aks", "eks", "gke"]),
);

/** The section in the file. */
type ClusterFile = z.infer<typeof clusterSchema>;
export type Vendor = ClusterFile["vendor"];
/** Vendors whose clusters this program makes. */
export type CloudVendor = Exclude<Vendor, "existing" | "local">;
/** Derived values of a cloud's cluster. */
interface Derived {
  protect: boolean;
  /** Whether to make a file system for storage that many pods share, since the section `storage` needs it. */
  fileSystem: boolean;
}
type Resolved<T> = T extends { vendor: "eks" }
  ? Omit<T, "protect" | "zones"> & Derived & { zones: string[] }
  : T extends { vendor: CloudVendor }
    ? Omit<T, "protect"> & Derived
    : T extends { vendor: "local" }
      ? Omit<T, "kubeconfigFile"> & { kubeconfigFile: string }
      : T;

/** The section with all defaults filled in. */
export type ClusterConfig = Resolved<ClusterFile>;
/** Configuration of one vendor. */
export type VendorConfig<V extends Vendor> = Extract<ClusterConfig, { vendor: V }>;
/** Configuration of any cloud. */
export type CloudConfig = VendorConfig<CloudVendor>;
export type LooseCluster = Loose<ClusterConfig>;

function isCloud(cluster: Loose<ClusterFile>): cluster is Loose<Extract<ClusterFile, { vendor: CloudVendor }>> {
  return cluster.vendor !== undefined && cluster.vendor !== "existing" && cluster.vendor !== "local";
}

/** Fills in values that follow from others. */
export function resolveCluster(
  cluster: Loose<ClusterFile> | undefined,
  { fileSystem }: { fileSystem: boolean },
): LooseCluster | undefined {
  if (cluster === undefined) return undefined;
  if (cluster.vendor === "local") {
    const { name, kubeconfigFile = name && localKubeconfigFile(name) } = cluster;
    return { ...cluster, kubeconfigFile };
  }
  if (!isCloud(cluster)) return cluster;
  const derived = { protect: protection(cluster), fileSystem };
  if (cluster.vendor === "eks") return { ...cluster, ...derived, zones: eksZones(cluster) };
  return { ...cluster, ...derived };
}

/**
 * Whether disks may be deleted with their claims. `protect: false` alone is not enough, since it is also the first step
 * of an orderly removal of a production stack.
 */
export function isDisposable(cluster: LooseCluster | undefined): boolean {
  if (cluster?.vendor === "local") return true;
  return cluster !== undefined && "environment" in cluster && cluster.environment === "development";
}

/** Values of the cluster for the other sections: a development cluster protects neither keys nor data. */
export function surroundings(cluster: LooseCluster | undefined): Omit<Surroundings, "readFile"> {
  const { vendor, environment, protect, networkPolicyEnforced } = (cluster ?? {}) as {
    vendor?: Vendor;
    environment?: string;
    protect?: boolean;
    networkPolicyEnforced?: boolean;
  };
  return { vendor, networkPolicyEnforced, protect: protect ?? (vendor !== "local" && environment !== "development") };
}

const vendorRules: { [V in Vendor]: readonly Rule<Loose<VendorConfig<V>> & LooseCloud>[] } = {
  ack: ackRules,
  aks: aksRules,
  eks: eksRules,
  gke: gkeRules,
  existing: [],
  local: [],
};

export function checkCluster(severity: Severity, cluster: LooseCluster | undefined, around: Surroundings): Problem[] {
  if (cluster?.vendor === undefined) return [];
  return check(vendorRules[cluster.vendor] as readonly Rule<LooseCluster>[], severity, cluster, around);
}
