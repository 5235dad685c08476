import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

export interface ClusterAccess {
  kubeconfig: pulumi.Input<string>;
  clusterIdentifier: pulumi.Input<string>;
}

/**
 * Kubernetes provider of a cluster. Only another `clusterIdentifier` replaces it, and with it everything in the
 * cluster; a new address, CA or credential in the kubeconfig is an update.
 *
 * Secrets, and ConfigMaps that say so, stay immutable: Pulumi generates their names, a change makes a new object beside
 * the old one, and only pods that refer to it roll over. Other ConfigMaps change in place.
 *
 * @param dependsOn Resources that pods need: created before the first pod, deleted after the last.
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
