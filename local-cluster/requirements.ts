import { existsSync } from "node:fs";
import { join } from "node:path";
import { findProgram, isExecutable } from "../lib/find-program";
import { paths } from "./settings";

/** Debian packages, each with the programs that the cluster uses. */
const packages: Record<string, string[]> = {
  "etcd-server": ["etcd"],
  containerd: ["containerd", "ctr"],
  runc: ["runc"],
  "containernetworking-plugins": ["/usr/lib/cni/bridge", "/usr/lib/cni/host-local", "/usr/lib/cni/portmap"],
  iptables: ["iptables"],
  ipset: ["ipset"],
  nftables: ["nft"],
  iproute2: ["ip"],
  "util-linux": ["nsenter", "unshare", "setsid", "setpriv"],
  hostname: ["hostname"],
};

/** Programs that the toolchain builds. */
const built = [
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kube-proxy",
  "kubelet",
  "kube-router",
  "coredns",
  "load-balancer",
  "storage-provisioner",
];

/** @throws Error with everything that is missing, and the remedy. */
export function checkRequirements(): void {
  if (process.getuid?.() !== 0) {
    throw new Error(
      "The built-in cluster makes network namespaces and mounts, which only root may: run this as root, " +
        "or start a Docker engine and it runs in kind.",
    );
  }
  const missingPackages = Object.keys(packages).filter((name) => !packages[name]?.every(isThere));
  const missingTools = built.filter((name) => !existsSync(join(paths.bin, name)));
  if (missingPackages.length + missingTools.length === 0) return;
  const packageText = missingPackages.length > 0 ? [`packages ${missingPackages.join(", ")}`] : [];
  const toolText = missingTools.length > 0 ? [`programs ${missingTools.join(", ")}`] : [];
  throw new Error(`The local cluster lacks ${[...packageText, ...toolText].join(" and ")}; run: make tools`);
}

function isThere(program: string): boolean {
  return program.startsWith("/") ? isExecutable(program) : findProgram(program, process.env.PATH) !== undefined;
}
