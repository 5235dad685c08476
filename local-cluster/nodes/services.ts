import { totalmem } from "node:os";
import { stringify } from "yaml";
import { cgroupRoot } from "../host/cgroup";
import { kubeProxyConfig } from "../network/kube-proxy";
import {
  afterApiServer,
  configInHost,
  kubeconfigInHost,
  pkiInHost,
  programInHost,
  type HostFiles,
  type Service,
} from "../host/service";
import { clusterDomain, region, type LocalCluster, type NodeHost } from "../settings";

const containerdSocket = "/run/containerd/containerd.sock";
const cniConfig = "10-pods.conflist";
/** Directory of Debian's containernetworking-plugins. */
const cniPlugins = "/usr/lib/cni";

/** Labels that a cloud gives its nodes. */
export function nodeLabels(node: NodeHost): Record<string, string> {
  return { "topology.kubernetes.io/region": region, "topology.kubernetes.io/zone": node.zone };
}

/** Services and configuration of a node's host. */
export function nodeFiles(cluster: LocalCluster, node: NodeHost, nodeCount: number): HostFiles {
  return {
    services: [containerd(cluster, node), kubelet(cluster, node), kubeProxy(cluster, node), kubeRouter(cluster, node)],
    config: {
      "containerd.toml": containerdConfig(cluster, node),
      [cniConfig]: cniConfigOf(node),
      "kubelet.yaml": kubeletConfig(cluster, node, nodeCount),
      "kube-proxy.yaml": kubeProxyConfig(cluster, node.address, node.name),
    },
  };
}

function containerd(cluster: LocalCluster, node: NodeHost): Service {
  return {
    name: "containerd",
    program: "containerd",
    args: [`--config=${configInHost(cluster, node.name, "containerd.toml")}`],
  };
}

function containerdConfig(cluster: LocalCluster, node: NodeHost): string {
  const cniDirectory = configInHost(cluster, node.name, cniConfig).replace(/\/[^/]+$/, "");
  return `version = 2
root = "/var/lib/containerd"
state = "/run/containerd"

[grpc]
  address = "${containerdSocket}"

[plugins."io.containerd.internal.v1.opt"]
  path = "/var/lib/containerd/opt"

[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "localhost/pause:1"
  # Without CAP_SYS_RESOURCE no process may lower its score below its parent's.
  restrict_oom_score_adj = true

[plugins."io.containerd.grpc.v1.cri".cni]
  bin_dir = "${cniPlugins}"
  conf_dir = "${cniDirectory}"
`;
}

function cniConfigOf(node: NodeHost): string {
  const config = {
    cniVersion: "0.4.0",
    name: "pods",
    plugins: [
      {
        type: "bridge",
        bridge: "cni0",
        isGateway: true,
        ipMasq: false,
        hairpinMode: true,
        ipam: { type: "host-local", ranges: [[{ subnet: node.podRange }]], routes: [{ dst: "0.0.0.0/0" }] },
      },
      { type: "portmap", capabilities: { portMappings: true } },
    ],
  };
  return JSON.stringify(config, undefined, 2);
}

function kubelet(cluster: LocalCluster, node: NodeHost): Service {
  const labels = Object.entries(nodeLabels(node)).map(([key, value]) => `${key}=${value}`);
  return {
    name: "kubelet",
    program: programInHost("kubelet"),
    args: [
      `--config=${configInHost(cluster, node.name, "kubelet.yaml")}`,
      `--kubeconfig=${kubeconfigInHost(cluster, node.name)}`,
      "--root-dir=/var/lib/kubelet",
      `--hostname-override=${node.name}`,
      `--node-ip=${node.address}`,
      `--node-labels=${labels.join(",")}`,
    ],
    after: { ...afterApiServer(cluster), socket: containerdSocket },
  };
}

/** Memory for the control plane and the services of the nodes, in bytes. */
const controlPlaneMemory = 1.5 * 2 ** 30;

/** Bytes that each of `nodes` equal nodes withholds from its pods, so that all nodes share the machine's memory. */
export function reservedMemory(machine: number, nodes: number): number {
  return machine - Math.floor((machine - controlPlaneMemory) / nodes);
}

function kubeletConfig(cluster: LocalCluster, node: NodeHost, nodeCount: number): string {
  return stringify({
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: pkiInHost(cluster, "ca.crt") },
    },
    authorization: { mode: "Webhook" },
    tlsCertFile: pkiInHost(cluster, `${node.name}.crt`),
    tlsPrivateKeyFile: pkiInHost(cluster, `${node.name}.key`),
    cgroupDriver: "cgroupfs",
    cgroupRoot: cgroupRoot(cluster, node.name),
    failCgroupV1: false,
    failSwapOn: false,
    oomScoreAdj: 0,
    containerRuntimeEndpoint: `unix://${containerdSocket}`,
    clusterDNS: [cluster.dnsAddress],
    clusterDomain,
    resolvConf: "",
    maxPods: 110,
    // Every node sees all of the machine's memory; all nodes together must not promise more.
    systemReserved: { memory: String(reservedMemory(totalmem(), nodeCount)) },
    evictionHard: { "nodefs.available": "1%", "imagefs.available": "1%", "memory.available": "100Mi" },
    // Images must stay, because nodes cannot pull them again.
    imageGCHighThresholdPercent: 100,
    imageGCLowThresholdPercent: 99,
    nodeStatusUpdateFrequency: "4s",
    nodeLeaseDurationSeconds: 12,
    // Pods of a whole network start at once, and all their images are present.
    kubeAPIQPS: 200,
    kubeAPIBurst: 400,
    eventRecordQPS: 0,
    registryPullQPS: 0,
    // Reads each mounted ConfigMap or Secret, because pods would have to wait for a watch of each.
    configMapAndSecretChangeDetectionStrategy: "Get",
  });
}

function kubeProxy(cluster: LocalCluster, node: NodeHost): Service {
  return {
    name: "kube-proxy",
    program: programInHost("kube-proxy"),
    args: [`--config=${configInHost(cluster, node.name, "kube-proxy.yaml")}`],
    after: afterApiServer(cluster),
  };
}

/** Enforces NetworkPolicies. */
function kubeRouter(cluster: LocalCluster, node: NodeHost): Service {
  return {
    name: "kube-router",
    program: programInHost("kube-router"),
    args: [
      `--kubeconfig=${kubeconfigInHost(cluster, "kube-router")}`,
      `--hostname-override=${node.name}`,
      "--run-firewall=true",
      "--run-router=false",
      "--run-service-proxy=false",
      `--loadbalancer-ip-range=${cluster.loadBalancerRange}`,
      `--service-cluster-ip-range=${cluster.serviceRange}`,
    ],
    after: afterApiServer(cluster),
  };
}
