/** DNS servers of a cluster, to which egress rules for DNS must admit pods. */
import type { Labels } from "./labels";

/** DNS servers of one kind. */
export interface DnsServers {
  /** Namespace of the pods that answer. Default: no pod answers. */
  namespace?: string;
  /** Labels of those pods. Default: all pods of the namespace. */
  podLabels?: Labels;
  /** Networks of servers that are not pods, or are pods with the address of their host. Default: none. */
  cidrs?: readonly string[];
  /** Ports of the servers, for both UDP and TCP. Default: 53. */
  ports?: readonly number[];
}

/**
 * DNS servers that vendors, or Kubernetes' own documentation, set up. Policies see a packet after the address of a
 * Service has become the address of a pod, so the rules name pods and their own port.
 */
export const usualDnsServers: readonly DnsServers[] = [
  // CoreDNS and kube-dns have the same label everywhere. The cache on each node, on clusters that redirect to it, has
  // its own.
  { namespace: "kube-system", podLabels: { "k8s-app": "kube-dns" } },
  { namespace: "kube-system", podLabels: { "k8s-app": "node-local-dns" } },
  {
    cidrs: [
      // NodeLocal DNSCache: https://kubernetes.io/docs/tasks/administer-cluster/nodelocaldns/
      "169.254.20.10/32",
      // NodeLocal DNSCache as Kubespray installs it.
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
