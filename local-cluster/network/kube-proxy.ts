import { stringify } from "yaml";
import { kubeconfigInHost } from "../host/service";
import type { LocalCluster } from "../settings";

/**
 * Configuration of kube-proxy on a host.
 *
 * @param node name of the Node object that kube-proxy reads as its own
 */
export function kubeProxyConfig(cluster: LocalCluster, address: string, node: string): string {
  return stringify({
    apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
    kind: "KubeProxyConfiguration",
    mode: "iptables",
    clusterCIDR: cluster.podRange,
    bindAddress: address,
    hostnameOverride: node,
    clientConnection: { kubeconfig: kubeconfigInHost(cluster, "kube-proxy") },
    // Leaves the machine's limits of connection tracking, and the score of the process, unchanged.
    conntrack: { maxPerCore: 0, tcpEstablishedTimeout: "0s", tcpCloseWaitTimeout: "0s" },
    oomScoreAdj: 0,
    iptables: { minSyncPeriod: "100ms", syncPeriod: "30s" },
  });
}
