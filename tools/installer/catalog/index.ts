import type { Group, Tool } from "../tool";
import { clusterTools } from "./cluster";
import { engineTools } from "./engine";
import { ethereumTools } from "./ethereum";
import { fabricTools } from "./fabric";

/** Everything this project needs beyond Node.js and npm packages, each at one pinned version. */
export const catalog: readonly Tool[] = [...engineTools, ...fabricTools, ...ethereumTools, ...clusterTools];

/** What can be asked for. The group `cluster` brings `kind` or `builtin` with it. */
export const groups: readonly Group[] = ["engine", "fabric", "ethereum", "cluster", "kind", "builtin"];

/** Debian packages that the programs of a group call while they run, or that its images are made of. */
export const runtimePackages: Readonly<Record<Group, readonly string[]>> = {
  engine: [],
  fabric: [],
  ethereum: [],
  cluster: ["busybox-static"],
  kind: [],
  builtin: [
    "containerd",
    "containernetworking-plugins",
    "etcd-server",
    "gcc",
    "hostname",
    "iproute2",
    "ipset",
    "iptables",
    "libc6-dev",
    "nftables",
    "runc",
    "util-linux",
  ],
};
