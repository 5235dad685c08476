/** Workload of a peer or orderer: one pod that keeps its name and its disk. */
import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { ResourcesConfig } from "../../../config";
import {
  anyUser,
  buildPodTemplate,
  buildStatefulSet,
  containerSecurityContext,
  goMemoryLimit,
  leaveServicesFirst,
  type Labels,
  type Metadata,
  type Placement,
  type TemplatedStatefulSet,
} from "../../kubernetes";
import { keyFileItems } from "./key-files";
import { configPath, dataPath, keysPath } from "./paths";

type Container = k8s.types.input.core.v1.Container;
type EnvVar = k8s.types.input.core.v1.EnvVar;
type Probe = k8s.types.input.core.v1.Probe;
type Volume = k8s.types.input.core.v1.Volume;

/** Question of a probe, without its times. */
export type ServingProbe = Pick<Probe, "exec" | "tcpSocket">;

export interface NodeSpec {
  /** Name and namespace of the node, and labels of all its objects. */
  metadata: Metadata & { name: string; labels: Labels };
  /** Labels that select its pod; they never change. */
  selector: Labels;
  component: "orderer" | "peer";
  /** Labels of all pods to spread over hosts, this pod included. */
  spread: { labels: Labels; hosts: "must" | "wish" };
  /** Labels of the namespaces whose pods count as equal to this one. Default: only its own namespace. */
  apartIn?: Labels;
  /** Nodes of the cluster that may run it. Default: any node without a taint. */
  placement?: Placement | undefined;
  image: string;
  pullPolicy: string;
  command: string[];
  logging: string;
  logFormat: "plain" | "json";
  env: EnvVar[];
  ports: Record<string, number>;
  operationsPort: number;
  /** Probe that succeeds as soon as the node serves. */
  serving: ServingProbe;
  /** Host names that resolve to loopback in the pod. Default: none. */
  ownHosts?: string[];
  /** Addresses of further host names in the pod. Default: none. */
  knownHosts?: pulumi.Output<k8s.types.input.core.v1.HostAlias[]> | undefined;
  resources: ResourcesConfig;
  serviceAccount: pulumi.Input<string>;
  /** Name of the ConfigMap with the settings file. */
  configMap: pulumi.Input<string>;
  /** Name of the Secret with the files of `keyFileItems`. */
  keys: pulumi.Input<string>;
  /** Files of that Secret. Default: those of a node without revocation lists. */
  keyItems?: pulumi.Input<ReturnType<typeof keyFileItems>> | undefined;
  /** Name of the volume claim of the ledger. */
  claim: pulumi.Input<string>;
  /** Containers that start before the node in its pod, and their volumes. Default: none. */
  sidecar?: { initContainers: Container[]; volumes: Volume[] } | undefined;
}

export function buildNodeStatefulSet(spec: NodeSpec): TemplatedStatefulSet {
  const { metadata, selector, sidecar } = spec;
  return buildStatefulSet({
    metadata,
    selector,
    replicas: 1,
    // A rollout restarts nodes one at a time. By itself each StatefulSet would restart its pod at once.
    updates: "OnDelete",
    template: buildPodTemplate({
      labels: metadata.labels,
      serviceAccount: spec.serviceAccount,
      user: anyUser,
      looksUpNodes: true,
      ownHosts: spec.ownHosts,
      knownHosts: spec.knownHosts,
      spread: spec.spread,
      apartIn: spec.apartIn,
      placement: spec.placement,
      // Peers and orderers stop within two seconds; the rest is for a slow disk.
      graceSeconds: 30,
      initContainers: sidecar?.initContainers,
      containers: [nodeContainer(spec)],
      volumes: [...nodeVolumes(spec), ...(sidecar?.volumes ?? [])],
    }),
  });
}

function nodeContainer(spec: NodeSpec): Container {
  return {
    name: spec.component,
    image: spec.image,
    imagePullPolicy: spec.pullPolicy,
    command: spec.command,
    env: [
      { name: "FABRIC_CFG_PATH", value: configPath },
      { name: "FABRIC_LOGGING_SPEC", value: spec.logging },
      // Anything but this word is the form of a plain line.
      ...(spec.logFormat === "json" ? [{ name: "FABRIC_LOGGING_FORMAT", value: "json" }] : []),
      goMemoryLimit(spec.resources.limits.memory),
      ...spec.env,
    ],
    ports: Object.entries(spec.ports).map(([name, containerPort]) => ({ name, containerPort })),
    resources: spec.resources,
    securityContext: containerSecurityContext(),
    ...nodeProbes(spec),
    lifecycle: leaveServicesFirst(),
    volumeMounts: [
      { name: "config", mountPath: configPath, readOnly: true },
      { name: "keys", mountPath: keysPath, readOnly: true },
      { name: "ledger", mountPath: dataPath },
      // Peers unpack chaincode packages here.
      { name: "tmp", mountPath: "/tmp" },
    ],
  };
}

/** A week, in seconds. Recovery of a ledger may take hours, and starts over after a kill. */
const longestStartSeconds = 7 * 24 * 60 * 60;

/**
 * Probes of a node. It has started when it serves; /healthz would not tell, since it reports no fault before a database
 * or ledger is opened. Readiness asks the same, every second, so that others wait no longer than needed. Liveness asks
 * for /version, which answers while the process runs: /healthz also fails for a missing database, which a restart of
 * the node would not bring back.
 */
function nodeProbes({ operationsPort, serving }: NodeSpec): {
  startupProbe: Probe;
  readinessProbe: Probe;
  livenessProbe: Probe;
} {
  const get = (path: string) => ({ httpGet: { path, port: operationsPort, scheme: "HTTPS" } });
  return {
    startupProbe: { ...serving, periodSeconds: 1, timeoutSeconds: 10, failureThreshold: longestStartSeconds },
    readinessProbe: { ...get("/healthz"), periodSeconds: 1, timeoutSeconds: 3, failureThreshold: 3 },
    livenessProbe: { ...get("/version"), periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
  };
}

function nodeVolumes(spec: NodeSpec): Volume[] {
  return [
    { name: "config", configMap: { name: spec.configMap } },
    // The group may read the files; it is the pod's fsGroup. Fabric reports an unreadable certificate as missing.
    { name: "keys", secret: { secretName: spec.keys, defaultMode: 0o440, items: spec.keyItems ?? keyFileItems() } },
    { name: "ledger", persistentVolumeClaim: { claimName: spec.claim } },
    { name: "tmp", emptyDir: {} },
  ];
}
