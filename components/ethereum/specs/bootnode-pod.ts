/** Pod of a bootnode: geth's `bootnode`, by which nodes find each other and which holds no chain. */
import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { ResourcesConfig } from "../../../config";
import {
  buildPodTemplate,
  buildStatefulSet,
  containerSecurityContext,
  type Labels,
  type Metadata,
  type Placement,
  type TemplatedStatefulSet,
} from "../../kubernetes";
import { bootnodePort } from "../names";
import { keysPath } from "./paths";

export interface BootnodeSpec {
  /** Name and namespace of the bootnode, and labels of all its objects. */
  metadata: Metadata & { name: string; labels: Labels };
  /** Labels that select its pod; they never change. */
  selector: Labels;
  /** Labels of all bootnodes, to spread them over hosts. */
  spread: Labels;
  user: number;
  image: string;
  pullPolicy: string;
  resources: ResourcesConfig;
  /** Nodes of the cluster that may run it. Default: any node without a taint. */
  placement?: Placement | undefined;
  serviceAccount: pulumi.Input<string>;
  /** Name of the Secret with the key file. */
  keys: pulumi.Input<string>;
}

/** Key of that Secret, and name of the file. */
export const bootnodeKeyFile = "nodekey";

/** One pod that keeps its name. It listens on UDP only and so has no probe: it serves while it runs. */
export function buildBootnodeStatefulSet(spec: BootnodeSpec): TemplatedStatefulSet {
  const { metadata, selector } = spec;
  return buildStatefulSet({
    metadata,
    selector,
    replicas: 1,
    updates: "RollingUpdate",
    template: buildPodTemplate({
      labels: metadata.labels,
      serviceAccount: spec.serviceAccount,
      user: spec.user,
      spread: { labels: spec.spread, hosts: "wish" },
      placement: spec.placement,
      // It has nothing to write at its end.
      graceSeconds: 5,
      containers: [buildContainer(spec)],
      volumes: [{ name: "keys", secret: { secretName: spec.keys, defaultMode: 0o440 } }],
    }),
  });
}

function buildContainer({ image, pullPolicy, resources }: BootnodeSpec): k8s.types.input.core.v1.Container {
  return {
    name: "bootnode",
    image,
    imagePullPolicy: pullPolicy,
    resources,
    securityContext: containerSecurityContext(),
    command: ["bootnode", `-nodekey=${keysPath}/${bootnodeKeyFile}`, `-addr=:${bootnodePort}`, "-nat=extip:$(POD_IP)"],
    env: [{ name: "POD_IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } }],
    ports: [{ name: "discovery", containerPort: bootnodePort, protocol: "UDP" }],
    volumeMounts: [{ name: "keys", mountPath: keysPath, readOnly: true }],
  };
}
