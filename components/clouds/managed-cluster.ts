import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

/** What a StorageClass is made of, as its CSI driver's documentation names it. */
export interface StorageDriver {
  provisioner: string;
  parameters?: Record<string, pulumi.Input<string>>;
  mountOptions?: string[];
  /** Size of the smallest volume that can be had, for example `20Gi`; smaller claims are raised to it. */
  minimumSize?: string;
  /** Present where the cluster takes snapshots: with the driver and with CRDs and controller of snapshot.storage.k8s.io. */
  snapshots?: { parameters?: Record<string, pulumi.Input<string>> };
  /** What volumes need besides the driver, such as the mount targets of a file system. */
  dependsOn?: pulumi.Resource[];
}

/** Drivers that come with a cluster. A cluster made elsewhere tells of none: its stack file has to. */
export interface StorageDrivers {
  /** Disks for one node at a time. */
  block?: StorageDriver;
  /** Network file storage for many nodes. */
  file?: StorageDriver;
}

/** A Kubernetes cluster, however it came to be: the only thing storage and workloads know of a vendor. */
export interface ManagedCluster {
  name: pulumi.Output<string>;
  /** JSON kubeconfig: one cluster, one user, one context, keys in fixed order. Secret. */
  kubeconfig: pulumi.Output<string>;
  /** Same value for the life of the cluster, known in previews; changes only when the cluster itself is replaced. */
  clusterIdentifier: pulumi.Input<string>;
  provider: k8s.Provider;
  storage: StorageDrivers;
  /** Whether NetworkPolicy objects have an effect. */
  networkPolicyEnforced: boolean;
  /**
   * Whether a Service with a load balancer may ask to keep a client at one pod (`sessionAffinity: ClientIP`). The
   * controllers of AWS and Alibaba Cloud refuse to make a load balancer for one that does.
   */
  loadBalancersKeepClients: boolean;
  /** DNS domain of Services, for example `cluster.local`. */
  dnsDomain: string;
}
