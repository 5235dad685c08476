/** Where pods of a cluster get names from: what egress rules for DNS have to admit. */
import type { Labels } from "./labels";

/** DNS servers of one kind. */
export interface DnsServers {
  /** Namespace of the pods that answer. Default: none answers. */
  namespace?: string;
  /** Labels of those pods. Default: all pods of the namespace. */
  podLabels?: Labels;
  /** Networks of servers that are no pods, or pods with the address of their host. Default: none. */
  cidrs?: readonly string[];
  /** Ports they listen on, for UDP and TCP alike. Default: 53. */
  ports?: readonly number[];
}

/**
 * What clusters have that their vendor, or Kubernetes' own documentation, set up. Policies see a packet after the
 * address of a Service has become that of a pod, so the pods are what counts, and their own port.
 */
export const usualDnsServers: readonly DnsServers[] = [
  // CoreDNS and kube-dns carry the same label everywhere; the cache on each node, where it is redirected to, its own.
  { namespace: "kube-system", podLabels: { "k8s-app": "kube-dns" } },
  { namespace: "kube-system", podLabels: { "k8s-app": "node-local-dns" } },
  {
    cidrs: [
      // NodeLocal DNSCache: https://kubernetes.io/docs/tasks/administer-cluster/nodelocaldns/
      "169.254.20.10/32",
      // The same, as Kubespray installs it.
      "169.254.25.10/32",
      // LocalDNS of AKS, for pods: https://learn.microsoft.com/azure/aks/localdns-custom
      "169.254.10.11/32",
      // Cloud DNS for GKE: https://cloud.google.com/kubernetes-engine/docs/how-to/cloud-dns
      "169.254.169.254/32",
    ],
  },
  // OpenShift: https://docs.openshift.com/container-platform/latest/networking/dns-operator.html
  { namespace: "openshift-dns", podLabels: { "dns.operator.openshift.io/daemonset-dns": "default" }, ports: [5353] },
];
