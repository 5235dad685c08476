/** The workload of one peer or orderer: one pod that keeps its name and its disk. */
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

/** How a probe asks, without how often. */
export type ServingProbe = Pick<Probe, "exec" | "tcpSocket">;

export interface NodeSpec {
  /** Name and namespace are the node's; labels are those of all its objects. */
  metadata: Metadata & { name: string; labels: Labels };
  /** Labels that select its pod, and never change. */
  selector: Labels;
  component: "orderer" | "peer";
  /** Labels of all pods to spread apart, this one's among them. */
  spread: { labels: Labels; hosts: "must" | "wish" };
  /** Labels of all namespaces in which pods with these labels stand for the same thing. Default: only its own. */
  apartIn?: Labels;
  /** Default: any node without a taint. */
  placement?: Placement | undefined;
  image: string;
  pullPolicy: string;
  command: string[];
  logging: string;
  env: EnvVar[];
  ports: Record<string, number>;
  operationsPort: number;
  /** Succeeds from the moment on in which the node serves. */
  serving: ServingProbe;
  /** Names that lead the pod to itself, on loopback. Default: none. */
  ownHosts?: string[];
  resources: ResourcesConfig;
  serviceAccount: pulumi.Input<string>;
  /** ConfigMap with the settings file. */
  configMap: pulumi.Input<string>;
  /** Secret with the files of `keyFileItems`. */
  keys: pulumi.Input<string>;
  /** Volume claim of the ledger. */
  claim: pulumi.Input<string>;
  /** What starts before the node in its pod, and what of it stays beside it. */
  sidecar?: { initContainers: Container[]; volumes: Volume[] } | undefined;
}

/** One pod that keeps its name and its disk. */
export function buildNodeStatefulSet(spec: NodeSpec): TemplatedStatefulSet {
  const { metadata, selector, sidecar } = spec;
  return buildStatefulSet({
    metadata,
    selector,
    replicas: 1,
    // A rollout restarts nodes one at a time; by itself each StatefulSet would restart its own at once.
    updates: "OnDelete",
    template: buildPodTemplate({
      labels: metadata.labels,
      serviceAccount: spec.serviceAccount,
      user: anyUser,
      looksUpNodes: true,
      ownHosts: spec.ownHosts,
      spread: spec.spread,
      apartIn: spec.apartIn,
      placement: spec.placement,
      // Peers and orderers stop within a second or two; the rest is for a slow disk.
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

/** A week. Recovery of a ledger may take hours, and one that is killed begins anew. */
const longestStartSeconds = 7 * 24 * 60 * 60;

/**
 * A node has started when it serves, which /healthz does not say: until a database or a ledger is opened nothing is there
 * to fail. From then on it is what readiness asks for, every second so that nothing waits longer than it must. Liveness
 * asks for /version, which answers whenever the process does: /healthz also fails for a database that is away, and a
 * restart would not bring it back.
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
    // Readable by the group, which is the pod's fsGroup; Fabric calls an unreadable certificate a missing one.
    { name: "keys", secret: { secretName: spec.keys, defaultMode: 0o440, items: keyFileItems } },
    { name: "ledger", persistentVolumeClaim: { claimName: spec.claim } },
    { name: "tmp", emptyDir: {} },
  ];
}
