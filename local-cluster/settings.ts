import { join, resolve } from "node:path";

/**
 * Facts of the local clusters that more than one file needs: names, addresses and paths.
 *
 * All addresses are private to this machine; the guard in `network.ts` keeps packets for them on it.
 */

/** Name of the project in domain names, cgroups and field managers. */
export const productName = "blockchain-clusters";

/** Name of the cluster that commands mean when they name none. */
export const defaultName = "local";

/**
 * Slots of this machine: one for each cluster that it can have at a time, with ranges and names of interfaces of its
 * own. The first is the default cluster's.
 */
export const slots = [0, 1, 2, 3] as const;

export type Slot = (typeof slots)[number];

export const clusterDomain = "cluster.local";

/** Port of the storage provisioner's `/healthz` on the control plane host. */
export const provisionerPort = 9810;

export const maxNodes = 3;

/** One "computer" of a cluster, with its own network, mount, pid, uts and ipc namespaces and its own cgroup. */
export interface Host {
  name: string;
  address: string;
}

/** A host that runs pods. */
export interface NodeHost extends Host {
  podRange: string;
  zone: string;
}

export const region = "region-1";
const zones = ["zone-a", "zone-b", "zone-c"];

/** Names, addresses and paths of one local cluster. No two clusters on a machine share any of them. */
export interface LocalCluster {
  /** `cluster.name` of its stack files. */
  name: string;
  slot: Slot;
  /** Name of its cgroup, of kind's cluster, and of the kubeconfig's cluster, user and context. */
  id: string;
  /** Prefix of the names of its interfaces, network namespaces and netfilter tables. */
  prefix: string;
  /** The machine's own interface in the network of hosts. */
  bridge: { name: string; address: string };
  /** Hosts have addresses of the first /24, LoadBalancer Services of the second. */
  hostRange: string;
  loadBalancerRange: string;
  /** Node N has the Nth /24. */
  podRange: string;
  serviceRange: string;
  kubernetesServiceAddress: string;
  dnsAddress: string;
  /** etcd, API server, controller manager, scheduler and the storage provisioner run here. */
  controlPlane: Host;
  /** URL of the API server. */
  apiServer: string;
  paths: ClusterPaths;
}

/** Octet of the control plane in the network of hosts. Node N follows N addresses later. */
const controlPlaneOctet = 10;

/** First two octets of each slot's ranges: those of different slots and kinds never meet. */
function networks(slot: Slot): { hosts: string; pods: string; services: string } {
  return { hosts: `10.${240 + slot}`, pods: `10.${244 + slot}`, services: `10.${96 + slot}` };
}

/** The cluster of a name in a slot. */
export function localCluster(name: string, slot: Slot): LocalCluster {
  const isDefault = name === defaultName;
  const { hosts, pods, services } = networks(slot);
  const prefix = slotPrefix(slot);
  const controlPlane = { name: "cp", address: `${hosts}.0.${controlPlaneOctet}` };
  return {
    name,
    slot,
    id: isDefault ? productName : `${productName}-${name}`,
    prefix,
    bridge: { name: bridgeName(prefix), address: `${hosts}.0.1` },
    hostRange: `${hosts}.0.0/16`,
    loadBalancerRange: `${hosts}.1.0/24`,
    podRange: `${pods}.0.0/16`,
    serviceRange: `${services}.0.0/16`,
    kubernetesServiceAddress: `${services}.0.1`,
    dnsAddress: `${services}.0.10`,
    controlPlane,
    apiServer: `https://${controlPlane.address}:6443`,
    paths: clusterPaths(name),
  };
}

/** Prefix of the names of everything that a slot's cluster adds to the machine's network. */
export function slotPrefix(slot: Slot): string {
  return slot === 0 ? "bc" : `bc${slot}`;
}

/** The machine's interface in a cluster's network of hosts. */
export function bridgeName(prefix: string): string {
  return `${prefix}-br0`;
}

/** The first `count` nodes, `node-1` to `node-3`, each in a zone of its own. */
export function nodeHosts({ slot }: LocalCluster, count: number): NodeHost[] {
  const { hosts, pods } = networks(slot);
  return zones.slice(0, count).map((zone, index) => {
    const number = index + 1;
    return {
      name: `node-${number}`,
      address: `${hosts}.0.${controlPlaneOctet + number}`,
      podRange: `${pods}.${number}.0/24`,
      zone,
    };
  });
}

export const projectRoot = resolve(__dirname, "..");

/** Path of the project in hosts. The path on the machine would not do, because mounts of a host may hide it. */
const projectInHost = "/run/project";

const local = join(projectRoot, ".local");

/** A folder per cluster but the default one. */
export const namedClusters = join(local, "clusters");

/** Files of a cluster. Its removal deletes those below `state`, except the logs. */
export interface ClusterPaths {
  state: string;
  /** {@link import("./record").ClusterRecord} */
  record: string;
  /** The administrator's kubeconfig, mode 0600. Exists only while the cluster is up. */
  kubeconfig: string;
  pki: string;
  kubeconfigs: string;
  hosts: string;
  volumes: string;
  logs: string;
  /** Exists when the API server is ready; services that call it wait for this file. */
  apiReady: string;
}

/** `.local/cluster` for the default cluster, `.local/clusters/<name>` for another. */
export function clusterPaths(name: string): ClusterPaths {
  const state = name === defaultName ? join(local, "cluster") : join(namedClusters, name);
  return {
    state,
    record: join(state, "cluster.json"),
    kubeconfig: join(state, "kubeconfig.json"),
    pki: join(state, "pki"),
    kubeconfigs: join(state, "kubeconfigs"),
    hosts: join(state, "hosts"),
    volumes: join(state, "volumes"),
    logs: join(state, "logs"),
    apiReady: join(state, "api-ready"),
  };
}

/** Files that all clusters share. */
export const paths = {
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

/** The cluster of commands and tests that name none. */
export const defaultCluster = localCluster(defaultName, 0);

/** Home of a host: its configuration, services and disk. */
export function hostHome({ paths: { hosts } }: LocalCluster, host: string): string {
  return join(hosts, host);
}

/** Path in hosts of a file of the project. */
export function inHost(path: string): string {
  if (!path.startsWith(`${projectRoot}/`)) throw new Error(`${path} is not below ${projectRoot}`);
  return projectInHost + path.slice(projectRoot.length);
}
