/** Stack file section `cluster`: the Kubernetes cluster and how to reach it. */
import { z } from "zod";
import type { Problem } from "../../lib/problem";
import { wrongKind } from "../kit/fields";
import type { Loose } from "../kit/json-schema";
import { check, type Rule, type Severity, type Surroundings } from "../kit/rule";
import { ack } from "./ack";
import { aks } from "./aks";
import type { ClusterNeeds } from "./cloud";
import { eks } from "./eks";
import { existing } from "./existing";
import { gke } from "./gke";
import { local } from "./local";

export type { KubeconfigSource } from "./existing";

/** What each vendor's clusters are told, what follows from it, and its rules. */
const vendors = { existing, local, ack, aks, eks, gke };

export type Vendor = keyof typeof vendors;
/** Vendors whose clusters this program makes. */
export type CloudVendor = Exclude<Vendor, "existing" | "local">;

type Schema = (typeof vendors)[Vendor]["schema"];

export const clusterSchema = z.discriminatedUnion(
  "vendor",
  Object.values(vendors).map(({ schema }) => schema) as [Schema, ...Schema[]],
  wrongKind("vendor", Object.keys(vendors)),
);

type Derived<V extends Vendor> = ReturnType<(typeof vendors)[V]["derived"]>;

type Resolved<V extends Vendor> = Omit<z.infer<(typeof vendors)[V]["schema"]>, keyof Derived<V>> & {
  [K in keyof Derived<V>]: NonNullable<Derived<V>[K]>;
};

/** The section with all defaults filled in. */
export type ClusterConfig = { [V in Vendor]: Resolved<V> }[Vendor];
/** Configuration of one vendor. */
export type VendorConfig<V extends Vendor> = Extract<ClusterConfig, { vendor: V }>;
/** Configuration of any cloud. */
export type CloudConfig = VendorConfig<CloudVendor>;
export type LooseCluster = Loose<ClusterConfig>;

/** Fills in values that follow from others. */
export function resolveCluster(
  cluster: Loose<z.infer<typeof clusterSchema>> | undefined,
  needs: ClusterNeeds,
): LooseCluster | undefined {
  if (cluster?.vendor === undefined) return cluster;
  const derived = vendors[cluster.vendor].derived as (cluster: object, needs: ClusterNeeds) => object;
  return { ...cluster, ...derived(cluster, needs) };
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

export function checkCluster(severity: Severity, cluster: LooseCluster | undefined, around: Surroundings): Problem[] {
  if (cluster?.vendor === undefined) return [];
  return check(vendors[cluster.vendor].rules as readonly Rule<LooseCluster>[], severity, cluster, around);
}
