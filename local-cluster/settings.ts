import { join, resolve } from "node:path";

/**
 * Facts of the local cluster that more than one file needs: names, addresses and paths.
 *
 * All addresses are private to this machine; the guard in `network.ts` keeps packets for them on it.
 */

/** Prefix of the names of all interfaces, network namespaces and netfilter tables of the cluster. */
export const prefix = "bc";

/** Name of the cluster, of its cgroup, and of the kubeconfig's cluster, user and context. */
export const clusterName = "blockchain-clusters";

/** The machine's own interface in the network of hosts. */
export const bridge = { name: `${prefix}-br0`, address: "10.240.0.1" } as const;

/** Hosts have addresses of the first /24, LoadBalancer Services of the second. */
export const hostRange = "10.240.0.0/16";
export const loadBalancerRange = "10.240.1.0/24";
/** Node N has `10.244.N.0/24`. */
export const podRange = "10.244.0.0/16";
export const serviceRange = "10.96.0.0/16";
export const kubernetesServiceAddress = "10.96.0.1";
export const dnsAddress = "10.96.0.10";
export const clusterDomain = "cluster.local";

/** Port of the storage provisioner's `/healthz` on the control plane host. */
export const provisionerPort = 9810;

export const maxNodes = 3;

/** One "computer" of the cluster, with its own network, mount, pid, uts and ipc namespaces and its own cgroup. */
export interface Host {
  name: string;
  /** Last byte of its address and of its MAC address. */
  octet: number;
  address: string;
}

/** A host that runs pods. */
export interface NodeHost extends Host {
  podRange: string;
  zone: string;
}

export const region = "region-1";
const zones = ["zone-a", "zone-b", "zone-c"];

/** etcd, API server, controller manager, scheduler and the storage provisioner run here. */
export const controlPlane: Host = { name: "cp", octet: 10, address: "10.240.0.10" };

export const apiServer = `https://${controlPlane.address}:6443`;

/** The first `count` nodes, `node-1` to `node-3`, each in a zone of its own. */
export function nodeHosts(count: number): NodeHost[] {
  return zones.slice(0, count).map((zone, index) => {
    const number = index + 1;
    const octet = controlPlane.octet + number;
    return {
      name: `node-${number}`,
      octet,
      address: `10.240.0.${octet}`,
      podRange: `10.244.${number}.0/24`,
      zone,
    };
  });
}

export const projectRoot = resolve(__dirname, "..");

/** Path of the project in hosts. The path on the machine would not do, because mounts of a host may hide it. */
const projectInHost = "/run/project";

const state = join(projectRoot, ".local", "cluster");

/** Files of the cluster. `down` removes those below `.local/cluster`, except the logs. */
export const paths = {
  state,
  /** {@link import("./record").ClusterRecord} */
  record: join(state, "cluster.json"),
  /** The administrator's kubeconfig, mode 0600. Exists only while the cluster is up. */
  kubeconfig: join(state, "kubeconfig.json"),
  pki: join(state, "pki"),
  kubeconfigs: join(state, "kubeconfigs"),
  hosts: join(state, "hosts"),
  volumes: join(state, "volumes"),
  logs: join(state, "logs"),
  /** Exists when the API server is ready; services that call it wait for this file. */
  apiReady: join(state, "api-ready"),
  /** Executables built from pinned Go modules. */
  bin: join(projectRoot, ".tools", "bin"),
  node: join(projectRoot, ".tools", "node", "node_modules", ".bin", "node"),
  images: join(projectRoot, ".tools", "images"),
  chaincode: join(projectRoot, "samples", "chaincode"),
  /** One Go module per group of tools. */
  goModules: join(projectRoot, "tools", "go"),
  /** Modules of builds in Docker, for machines without Go. */
  dockerGoModules: join(projectRoot, ".tools", "go-cache", "path", "pkg", "mod"),
} as const;

/** Home of a host: its configuration, services and disk. */
export function hostHome(host: string): string {
  return join(paths.hosts, host);
}

/** Path in hosts of a file of the project. */
export function inHost(path: string): string {
  if (!path.startsWith(`${projectRoot}/`)) throw new Error(`${path} is not below ${projectRoot}`);
  return projectInHost + path.slice(projectRoot.length);
}
