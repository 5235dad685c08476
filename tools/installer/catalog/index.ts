import type { Group, Tool } from "../tool";
import { clusterTools } from "./cluster";
import { engineTools } from "./engine";
import { ethereumTools } from "./ethereum";
import { fabricTools } from "./fabric";
import { metricsTools } from "./metrics";
import { monitoringTools } from "./monitoring";
import { snapshotTools } from "./snapshots";

/** Tools that this project needs besides Node.js and npm packages, each at one pinned version. */
export const catalog: readonly Tool[] = [
  ...engineTools,
  ...fabricTools,
  ...ethereumTools,
  ...monitoringTools,
  ...metricsTools,
  ...snapshotTools,
  ...clusterTools,
];

/** Groups that a user can name. The group `cluster` includes `kind` or `builtin`. */
export const groups: readonly Group[] = [
  "engine",
  "fabric",
  "ethereum",
  "router",
  "monitoring",
  "metrics",
  "snapshots",
  "ladder",
  "cluster",
  "kind",
  "builtin",
];

/** Debian packages that a group's programs call, or that its images contain. */
export const runtimePackages: Readonly<Record<Group, readonly string[]>> = {
  engine: [],
  fabric: [],
  ethereum: [],
  router: ["haproxy"],
  monitoring: [],
  metrics: [],
  snapshots: [],
  ladder: [],
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
