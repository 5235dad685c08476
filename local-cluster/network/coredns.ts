import type { KubernetesObject } from "../access/api-client";
import { clusterDomain, productName, type LocalCluster } from "../settings";
import { coreDnsAccess } from "../access/objects";

const namespace = "kube-system";
const name = "coredns";
const labels = { "k8s-app": "kube-dns" };

/** ConfigMap of the user's own, as AKS and K3s have it: each key `*.server` is a block of the Corefile. */
const customName = "coredns-custom";
const customPath = `/etc/${customName}`;

/** Names of the machine itself, for pods: `host.blockchain-clusters.internal`. */
const machineDomain = `${productName}.internal`;

/**
 * Separate blocks: within one block the order of plugins is compiled in, and `template` would answer first.
 * Nothing is forwarded: names outside the cluster do not exist, but those of further blocks that a user adds.
 */
function corefile({ bridge }: LocalCluster): string {
  return `${clusterDomain} in-addr.arpa ip6.arpa {
  errors
  health
  ready
  kubernetes ${clusterDomain} in-addr.arpa ip6.arpa
  loadbalance
}
${machineDomain} {
  errors
  hosts {
    ${bridge.address} host.${machineDomain}
  }
}
import ${customPath}/*.server
. {
  errors
  template IN ANY . {
    rcode NXDOMAIN
  }
}
`;
}

/** CoreDNS as cluster DNS. Two replicas on different nodes, one on a single node. */
export function coreDns(cluster: LocalCluster, nodeCount: number): KubernetesObject[] {
  const metadata = { name, namespace, labels };
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata },
    ...coreDnsAccess(),
    { apiVersion: "v1", kind: "ConfigMap", metadata, data: { Corefile: corefile(cluster) } },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata,
      spec: { replicas: Math.min(nodeCount, 2), selector: { matchLabels: labels }, template: podTemplate(cluster) },
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { ...metadata, name: "kube-dns" },
      spec: {
        clusterIP: cluster.dnsAddress,
        selector: labels,
        ports: [
          { name: "dns", port: 53, protocol: "UDP" },
          { name: "dns-tcp", port: 53, protocol: "TCP" },
        ],
      },
    },
  ];
}

function podTemplate({ controlPlane }: LocalCluster): object {
  const probe = (path: string, port: number) => ({ httpGet: { path, port }, periodSeconds: 1, timeoutSeconds: 2 });
  return {
    metadata: { labels },
    spec: {
      serviceAccountName: name,
      priorityClassName: "system-cluster-critical",
      dnsPolicy: "Default",
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: "kubernetes.io/hostname",
          whenUnsatisfiable: "DoNotSchedule",
          labelSelector: { matchLabels: labels },
        },
      ],
      containers: [
        {
          name,
          image: "localhost/coredns:1.14.7",
          command: ["/usr/local/bin/coredns", "-conf", "/etc/coredns/Corefile"],
          // The API server's own address: DNS starts before this node's Service rules exist.
          env: [
            { name: "KUBERNETES_SERVICE_HOST", value: controlPlane.address },
            { name: "KUBERNETES_SERVICE_PORT", value: "6443" },
          ],
          ports: [
            { name: "dns", containerPort: 53, protocol: "UDP" },
            { name: "dns-tcp", containerPort: 53, protocol: "TCP" },
          ],
          readinessProbe: probe("/ready", 8181),
          livenessProbe: { ...probe("/health", 8080), periodSeconds: 10, failureThreshold: 5 },
          resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { memory: "170Mi" } },
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ["ALL"], add: ["NET_BIND_SERVICE"] },
          },
          volumeMounts: [
            { name: "config", mountPath: "/etc/coredns", readOnly: true },
            { name: "custom", mountPath: customPath, readOnly: true },
          ],
        },
      ],
      volumes: [
        { name: "config", configMap: { name } },
        { name: "custom", configMap: { name: customName, optional: true } },
      ],
    },
  };
}
