import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

export interface ClusterAccess {
  kubeconfig: pulumi.Input<string>;
  clusterIdentifier: pulumi.Input<string>;
}

/**
 * The Kubernetes provider of a cluster. Only another `clusterIdentifier` replaces it, and with it everything in the
 * cluster; a new address, CA or credential in the kubeconfig is an update.
 *
 * Secrets, and ConfigMaps that say so, stay immutable: their names are made by Pulumi, a change makes a new object
 * beside the old one, and the pods that refer to it, and only they, roll over to it. Other ConfigMaps change in place.
 *
 * @param dependsOn What must be there before pods can run, and must stay until the last of them is gone.
 */
export function createKubernetesProvider(
  name: string,
  { kubeconfig, clusterIdentifier }: ClusterAccess,
  parent: pulumi.Resource,
  dependsOn: pulumi.Resource[] = [],
): k8s.Provider {
  const args = { kubeconfig, clusterIdentifier, enableServerSideApply: true, enableConfigMapMutable: true };
  return new k8s.Provider(name, args, { parent, dependsOn });
}
