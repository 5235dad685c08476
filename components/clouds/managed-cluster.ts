import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

/** Provisioner and parameters of a StorageClass, in the words of its CSI driver's documentation. */
export interface StorageDriver {
  provisioner: string;
  parameters?: Record<string, pulumi.Input<string>>;
  mountOptions?: string[];
  /** Size of the smallest possible volume, for example `20Gi`; smaller claims are raised to it. Default: no minimum. */
  minimumSize?: string;
  /**
   * Present where the cluster takes snapshots: it has a driver for them, and CRDs and controller of
   * snapshot.storage.k8s.io.
   */
  snapshots?: { parameters?: Record<string, pulumi.Input<string>> };
  /** Resources that volumes need besides the driver, such as the mount targets of a file system. Default: none. */
  dependsOn?: pulumi.Resource[];
}

/** Drivers that come with a cluster. An existing cluster has none here: its stack file names them. */
export interface StorageDrivers {
  /** Disks, each for one node at a time. */
  block?: StorageDriver;
  /** Network file storage for many nodes. */
  file?: StorageDriver;
}

/** A Kubernetes cluster of any origin. Storage and workloads know nothing else of a vendor. */
export interface ManagedCluster {
  name: pulumi.Output<string>;
  /** JSON kubeconfig: one cluster, one user, one context, keys in fixed order. Secret. */
  kubeconfig: pulumi.Output<string>;
  /** Identity of the cluster, known in previews. It changes only when the cluster itself is replaced. */
  clusterIdentifier: pulumi.Input<string>;
  provider: k8s.Provider;
  storage: StorageDrivers;
  /** Whether NetworkPolicy objects have an effect. */
  networkPolicyEnforced: boolean;
  /**
   * Whether a Service with a load balancer may ask for `sessionAffinity: ClientIP`, which keeps a client at one pod.
   * Controllers of AWS and Alibaba Cloud refuse such a Service.
   */
  loadBalancersKeepClients: boolean;
  /** Whether it is for trials: a chain then ends with its cluster, and begins anew on the next one. Default: false. */
  isForTrials?: boolean;
  /** DNS domain of Services, for example `cluster.local`. */
  dnsDomain: string;
}
