/**
 * The cluster autoscaler: its account, its permissions and its pods.
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

/** Name and namespace of its service account and of its other objects. */
export const autoscaler = { name: "cluster-autoscaler", namespace: "kube-system" } as const;

const labels = appLabels({ name: autoscaler.name, instance: autoscaler.name, partOf: "cluster" });
const healthPort = 8085;

export const autoscalerMetadata: Metadata = { ...autoscaler, labels };

/** Metadata of objects outside of namespaces. */
export const autoscalerClusterMetadata = { name: autoscaler.name, labels };

/** Labels of its pods. */
export const autoscalerSelector = {
  "app.kubernetes.io/name": autoscaler.name,
  "app.kubernetes.io/instance": autoscaler.name,
};

const watch = ["get", "list", "watch"];

/**
 * Permissions in the whole cluster: the autoscaler simulates the scheduling of waiting pods, and evicts pods from nodes
 * that it removes.
 */
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

/** Permissions in its own namespace: leader election and the status that it reports. */
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
  /** AWS region of the cluster. */
  region: string;
  /** Minor version of Kubernetes, for example `1.35`: an autoscaler simulates the scheduler of that version. */
  kubernetesVersion: string;
  /** Version of the autoscaler, for example `v1.35.2`. Default: the first for that version of Kubernetes. */
  version?: string;
  /** Number of pods. One leads, the others wait. */
  replicas: number;
}

export function buildAutoscaler(settings: AutoscalerSettings): k8s.types.input.apps.v1.Deployment {
  const { cluster, region, kubernetesVersion, version = `v${kubernetesVersion}.0`, replicas } = settings;
  const resources = { cpu: "100m", memory: "600Mi", "ephemeral-storage": "100Mi" };
  return {
    // The minimum of nodes suffices for every resource here, so none waits for the autoscaler.
    metadata: { ...autoscalerMetadata, annotations: skipAwait },
    spec: {
      replicas,
      selector: { matchLabels: autoscalerSelector },
      template: {
        metadata: {
          labels,
          // The autoscaler must not remove its own node.
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
                // EKS sets both tags on the autoscaling groups of its node groups.
                `--node-group-auto-discovery=asg:tag=k8s.io/cluster-autoscaler/enabled,k8s.io/cluster-autoscaler/${cluster}`,
                "--balance-similar-node-groups",
                "--expander=least-waste",
                // Pods of chaincode and other programs keep scratch files.
                "--skip-nodes-with-local-storage=false",
              ],
              // The autoscaler would read its region from the node's metadata, which pods cannot reach.
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
