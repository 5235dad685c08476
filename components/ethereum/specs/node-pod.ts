/** Pod of a validator or RPC node, and the workloads around it. */
import { dirname } from "node:path/posix";
import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { ResourcesConfig } from "../../../config";
import {
  buildPodTemplate,
  buildStatefulSet,
  containerSecurityContext,
  leaveServicesFirst,
  type Labels,
  type Metadata,
  type Placement,
  type TemplatedStatefulSet,
} from "../../kubernetes";
import { podName } from "../../workload";
import {
  chainVariables,
  ethstatsVariables,
  type CatchUp,
  type ClientProcess,
  type EthereumClient,
  type FileMount,
  type NodeSettings,
} from "../clients/client";
import { speakingContainer } from "../../../lib/container-words";
import { beginningKey, beginningName, peersName } from "../names";
import { dataPath, genesisPath, jwtKeyPath, temporaryPath } from "./paths";

type EnvVar = k8s.types.input.core.v1.EnvVar;
type Container = k8s.types.input.core.v1.Container;
type PodTemplate = k8s.types.input.core.v1.PodTemplateSpec;
type Volume = k8s.types.input.core.v1.Volume;
type VolumeMount = k8s.types.input.core.v1.VolumeMount;

export interface NodeSpec {
  /** Name and namespace of the node, and labels of all its objects. */
  metadata: Metadata & { name: string; labels: Labels };
  /** Labels that select its pods; they never change. */
  selector: Labels;
  component: NodeSettings["role"];
  /** Labels of all pods to spread over hosts, this pod included. */
  spread: { labels: Labels; hosts: "must" | "wish" };
  client: EthereumClient;
  process: ClientProcess;
  /** Annotations of the pod. Default: none. */
  annotations?: Record<string, string> | undefined;
  image: string;
  pullPolicy: string;
  resources: ResourcesConfig;
  /** Nodes of the cluster that may run it. Default: any node without a taint. */
  placement?: Placement | undefined;
  serviceAccount: pulumi.Input<string>;
  /** Name of the ConfigMap with genesis.json. */
  genesis: pulumi.Input<string>;
  /**
   * Name of the Secret with the client's key files. Default: none, and the node makes a key itself, as RPC nodes do.
   */
  keys?: pulumi.Input<string>;
  /** Name of the ConfigMap with the key that checks tokens. Default: none, requests need no token. */
  jwtKey?: pulumi.Input<string> | undefined;
  /** Name of the Secret that nodes report with. Default: none, there is no dashboard. */
  ethstats?: pulumi.Input<string> | undefined;
  /** Where the chain of a validator may begin. Default: a node that never seals. */
  beginning?: NodeBeginning;
}

/** What decides whether a validator on an empty volume may seal the first block. */
export interface NodeBeginning {
  /** Generation of the chain; another text for a validator that could not seal that block anyway. */
  generation: pulumi.Input<string>;
  /** Generation that has begun in another place, as a text. */
  begunElsewhere: pulumi.Input<string>;
}

/** Key of the ConfigMap with the key that checks tokens. */
export const jwtKeyFile = "public-key.pem";

/** Key of the Secret that nodes report with. */
export const ethstatsKey = "secret";

/** A validator: one pod that keeps its name and its disk. */
export function buildValidatorStatefulSet(spec: NodeSpec, claim: pulumi.Input<string>): TemplatedStatefulSet {
  const { settleSeconds } = spec.process;
  return buildStatefulSet({
    metadata: spec.metadata,
    selector: spec.selector,
    replicas: 1,
    // A rollout restarts validators one at a time. By itself each StatefulSet would restart its pod at once.
    updates: "OnDelete",
    template: buildTemplate(spec, [{ name: "chain", persistentVolumeClaim: { claimName: claim } }]),
    further: settleSeconds === undefined ? {} : { minReadySeconds: settleSeconds },
  });
}

/** Name of the template of their claims. */
const rpcVolume = "chain";

/** Claim of an RPC node, as its StatefulSet names it. */
export function rpcClaim(statefulSet: string, index: number): string {
  return `${rpcVolume}-${podName(statefulSet, index)}`;
}

/** RPC nodes, all alike, so that their number can change. Their copies of the chain are deleted with them. */
export function buildRpcStatefulSet(
  spec: NodeSpec,
  replicas: number,
  disk: { size: string; className: pulumi.Input<string> },
): TemplatedStatefulSet {
  return buildStatefulSet({
    metadata: spec.metadata,
    selector: spec.selector,
    replicas,
    updates: "RollingUpdate",
    template: buildTemplate(spec, []),
    further: {
      persistentVolumeClaimRetentionPolicy: { whenDeleted: "Delete", whenScaled: "Delete" },
      volumeClaimTemplates: [
        {
          metadata: { name: rpcVolume, labels: spec.selector },
          spec: {
            accessModes: ["ReadWriteOnce"],
            storageClassName: disk.className,
            resources: { requests: { storage: disk.size } },
          },
        },
      ],
    },
  });
}

function buildTemplate(spec: NodeSpec, chain: Volume[]): PodTemplate {
  const { prepare, catchUp } = spec.process;
  const before = [
    ...(prepare === undefined ? [] : [prepareContainer(spec, prepare)]),
    ...(catchUp === undefined || spec.beginning === undefined ? [] : [catchUpContainer(spec, catchUp, spec.beginning)]),
  ];
  return buildPodTemplate({
    labels: spec.metadata.labels,
    annotations: spec.annotations,
    serviceAccount: spec.serviceAccount,
    user: spec.client.user,
    looksUpNodes: true,
    spread: spec.spread,
    placement: spec.placement,
    // A client writes its memory to disk before it ends.
    graceSeconds: 120,
    initContainers: before.length === 0 ? undefined : before,
    containers: [nodeContainer(spec)],
    volumes: [...chain, ...configVolumes(spec)],
  });
}

function prepareContainer(spec: NodeSpec, command: string[]): Container {
  return {
    ...containerBasis(spec),
    name: "prepare",
    command,
    volumeMounts: baseMounts,
  };
}

/** Follows the chain until the validator may seal. See `CatchUp`. */
function catchUpContainer(spec: NodeSpec, { command, env }: CatchUp, beginning: NodeBeginning): Container {
  const { generation, begunHere, begunElsewhere } = chainVariables;
  return {
    ...containerBasis(spec),
    name: speakingContainer,
    command,
    env: [
      { name: generation, value: beginning.generation },
      { name: begunElsewhere, value: beginning.begunElsewhere },
      // There is none before the first block.
      { name: begunHere, valueFrom: { configMapKeyRef: { name: beginningName, key: beginningKey, optional: true } } },
      ...env,
    ],
    volumeMounts: [
      ...baseMounts,
      ...spec.client
        .files(spec.component)
        .filter(({ from }) => from === "peers")
        .map(fileMount),
    ],
  };
}

function nodeContainer(spec: NodeSpec): Container {
  const { command, startupProbe, readinessProbe, livenessProbe } = spec.process;
  return {
    ...containerBasis(spec),
    name: spec.component,
    command,
    // A variable may refer to earlier ones.
    env: [...reportVariables(spec), ...spec.process.env, ...keyVariables(spec)],
    ports: openPorts(spec).map(([name, containerPort]) => ({ name, containerPort })),
    startupProbe,
    readinessProbe,
    livenessProbe,
    ...(spec.component === "rpc" ? { lifecycle: leaveServicesFirst() } : {}),
    volumeMounts: [
      ...baseMounts,
      ...spec.client.files(spec.component).map(fileMount),
      ...(spec.jwtKey === undefined ? [] : [{ name: "jwt", mountPath: dirname(jwtKeyPath), readOnly: true }]),
    ],
  };
}

function containerBasis({ image, pullPolicy, resources }: NodeSpec) {
  return { image, imagePullPolicy: pullPolicy, resources, securityContext: containerSecurityContext() };
}

function keyVariables({ process, keys }: NodeSpec): EnvVar[] {
  return Object.entries(process.keyEnv ?? {}).map(([name, key]) => ({
    name,
    valueFrom: { secretKeyRef: { name: keys, key } },
  }));
}

function reportVariables({ ethstats }: NodeSpec): EnvVar[] {
  if (ethstats === undefined) return [];
  return [
    { name: ethstatsVariables.node, valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
    { name: ethstatsVariables.secret, valueFrom: { secretKeyRef: { name: ethstats, key: ethstatsKey } } },
  ];
}

function openPorts({ component, client }: NodeSpec): [string, number][] {
  const { p2p, http, ws, metrics } = client.ports;
  return component === "rpc"
    ? [
        ["p2p", p2p],
        ["http", http],
        ["ws", ws],
        ["metrics", metrics],
      ]
    : [
        ["p2p", p2p],
        ["metrics", metrics],
      ];
}

const baseMounts: VolumeMount[] = [
  { name: "chain", mountPath: dataPath },
  { name: "genesis", mountPath: genesisPath, readOnly: true },
  { name: "tmp", mountPath: temporaryPath },
];

/** Mount of a single file. A mounted folder has symbolic links, which geth skips among its keystores. */
function fileMount({ from, key, path }: FileMount): VolumeMount {
  return { name: from, mountPath: path, subPath: key, readOnly: true };
}

function configVolumes({ genesis, keys, jwtKey }: NodeSpec): Volume[] {
  return [
    { name: "genesis", configMap: { name: genesis } },
    { name: "peers", configMap: { name: peersName } },
    // The group may read the files; it is the pod's fsGroup.
    ...(keys === undefined ? [] : [{ name: "keys", secret: { secretName: keys, defaultMode: 0o440 } }]),
    ...(jwtKey === undefined ? [] : [{ name: "jwt", configMap: { name: jwtKey } }]),
    { name: "tmp", emptyDir: {} },
  ];
}
