/**
 * The cluster autoscaler: who it is, what it may do, and its pods.
 * https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/cloudprovider/aws/README.md
 */
import type * as k8s from "@pulumi/kubernetes";
import {
  appLabels,
  containerSecurityContext,
  podSecurityContext,
  skipAwait,
  spreadOver,
  type Metadata,
} from "../../../kubernetes";
import { poolLabels, systemTaint } from "../../node-pools";

type Rule = k8s.types.input.rbac.v1.PolicyRule;

/** Its service account, and all that belongs to it. */
export const autoscaler = { name: "cluster-autoscaler", namespace: "kube-system" } as const;

const labels = appLabels({ name: autoscaler.name, instance: autoscaler.name, partOf: "cluster" });
const healthPort = 8085;

export const autoscalerMetadata: Metadata = { ...autoscaler, labels };

/** Of what belongs to no namespace. */
export const autoscalerClusterMetadata = { name: autoscaler.name, labels };

/** Labels of its pods. */
export const autoscalerSelector = {
  "app.kubernetes.io/name": autoscaler.name,
  "app.kubernetes.io/instance": autoscaler.name,
};

const watch = ["get", "list", "watch"];

/** In the whole cluster: it works out where a waiting pod would fit, and moves pods off nodes that it takes away. */
export const clusterRules: Rule[] = [
  { apiGroups: [""], resources: ["events", "endpoints"], verbs: ["create", "patch"] },
  { apiGroups: [""], resources: ["pods/eviction"], verbs: ["create"] },
  { apiGroups: [""], resources: ["pods/status"], verbs: ["update"] },
  { apiGroups: [""], resources: ["nodes"], verbs: [...watch, "update"] },
  {
    apiGroups: [""],
    resources: [
      "namespaces",
      "persistentvolumeclaims",
      "persistentvolumes",
      "pods",
      "replicationcontrollers",
      "services",
    ],
    verbs: watch,
  },
  { apiGroups: ["apps"], resources: ["daemonsets", "replicasets", "statefulsets"], verbs: watch },
  { apiGroups: ["batch"], resources: ["jobs"], verbs: [...watch, "patch"] },
  { apiGroups: ["policy"], resources: ["poddisruptionbudgets"], verbs: watch },
  { apiGroups: ["resource.k8s.io"], resources: ["deviceclasses", "resourceclaims", "resourceslices"], verbs: watch },
  {
    apiGroups: ["storage.k8s.io"],
    resources: ["csidrivers", "csinodes", "csistoragecapacities", "storageclasses", "volumeattachments"],
    verbs: watch,
  },
];

/** In its own namespace: which of its pods leads, and what it last thought. */
export const namespaceRules: Rule[] = [
  { apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs: ["create"] },
  {
    apiGroups: ["coordination.k8s.io"],
    resources: ["leases"],
    resourceNames: [autoscaler.name],
    verbs: ["get", "update"],
  },
  { apiGroups: [""], resources: ["configmaps"], verbs: ["create", "list", "watch"] },
  {
    apiGroups: [""],
    resources: ["configmaps"],
    resourceNames: ["cluster-autoscaler-status"],
    verbs: ["delete", "get", "update", "watch"],
  },
];

export interface AutoscalerSettings {
  /** Name of the cluster at AWS. */
  cluster: string;
  region: string;
  /** Minor version of Kubernetes: an autoscaler simulates the scheduler of its own. */
  kubernetesVersion: string;
  /** Version of the autoscaler, for example `v1.35.2`. Default: the first for that version of Kubernetes. */
  version?: string;
  /** One leads, the others wait. */
  replicas: number;
}

export function buildAutoscaler(settings: AutoscalerSettings): k8s.types.input.apps.v1.Deployment {
  const { cluster, region, kubernetesVersion, version = `v${kubernetesVersion}.0`, replicas } = settings;
  const resources = { cpu: "100m", memory: "600Mi", "ephemeral-storage": "100Mi" };
  return {
    // Nothing waits for more nodes than the least.
    metadata: { ...autoscalerMetadata, annotations: skipAwait },
    spec: {
      replicas,
      selector: { matchLabels: autoscalerSelector },
      template: {
        metadata: {
          labels,
          // It must not take the node away that it runs on.
          annotations: { "cluster-autoscaler.kubernetes.io/safe-to-evict": "false" },
        },
        spec: {
          serviceAccountName: autoscaler.name,
          priorityClassName: "system-cluster-critical",
          nodeSelector: poolLabels("system"),
          tolerations: [{ key: systemTaint.key, operator: "Exists", effect: "NoSchedule" }],
          topologySpreadConstraints: spreadOver(autoscalerSelector, "wish"),
          securityContext: podSecurityContext(65534),
          containers: [
            {
              name: autoscaler.name,
              image: `registry.k8s.io/autoscaling/cluster-autoscaler:${version}`,
              command: ["./cluster-autoscaler"],
              args: [
                "--cloud-provider=aws",
                // EKS puts both tags on the groups behind its node groups.
                `--node-group-auto-discovery=asg:tag=k8s.io/cluster-autoscaler/enabled,k8s.io/cluster-autoscaler/${cluster}`,
                "--balance-similar-node-groups",
                "--expander=least-waste",
                // Chaincode and the like keep scratch files in their pods.
                "--skip-nodes-with-local-storage=false",
              ],
              // The node's own metadata, from which it would read its region, is out of reach of pods.
              env: [{ name: "AWS_REGION", value: region }],
              ports: [{ name: "http", containerPort: healthPort }],
              livenessProbe: {
                httpGet: { path: "/health-check", port: "http" },
                initialDelaySeconds: 60,
                periodSeconds: 30,
                failureThreshold: 5,
              },
              resources: { requests: resources, limits: { ...resources, cpu: "1" } },
              securityContext: containerSecurityContext(),
            },
          ],
        },
      },
    },
  };
}
