/** Workloads of Kubernetes around a pod template. */
import type * as k8s from "@pulumi/kubernetes";
import type { Labels } from "./labels";
import { skipAwait, unawaited, type Metadata } from "./metadata";

type PodTemplate = k8s.types.input.core.v1.PodTemplateSpec;
type StatefulSetSpec = k8s.types.input.apps.v1.StatefulSetSpec;
type DeploymentSpec = k8s.types.input.apps.v1.DeploymentSpec;

/** A StatefulSet whose template is readable. */
export type TemplatedStatefulSet = k8s.types.input.apps.v1.StatefulSet & { spec: StatefulSetSpec };

/** A Deployment whose template is readable. */
export type TemplatedDeployment = k8s.types.input.apps.v1.Deployment & { spec: DeploymentSpec };

export interface WorkloadSpec {
  metadata: Metadata & { name: string };
  /** Labels that select its pods. They never change, since selectors are immutable. */
  selector: Labels;
  replicas: number;
  template: PodTemplate;
}

export interface StatefulSetOptions extends WorkloadSpec {
  /** `OnDelete` if a rollout restarts the pods, one of several StatefulSets at a time. */
  updates: "OnDelete" | "RollingUpdate";
  /** Further fields of the StatefulSet. Default: none. */
  further?: Pick<StatefulSetSpec, "minReadySeconds" | "persistentVolumeClaimRetentionPolicy" | "volumeClaimTemplates">;
}

/** Pods that keep their names and disks. Its Service has the same name, and all its pods start at once. */
export function buildStatefulSet(options: StatefulSetOptions): TemplatedStatefulSet {
  const { metadata, selector, replicas, template, updates, further } = options;
  return {
    metadata: unawaited(metadata),
    spec: {
      serviceName: metadata.name,
      replicas,
      podManagementPolicy: "Parallel",
      updateStrategy: { type: updates },
      selector: { matchLabels: selector },
      template,
      ...further,
    },
  };
}

/** Pods without names or disks of their own, replaceable at any time. */
export function buildDeployment({ metadata, selector, replicas, template }: WorkloadSpec): TemplatedDeployment {
  return {
    metadata: { ...metadata, annotations: skipAwait },
    spec: { replicas, selector: { matchLabels: selector }, template },
  };
}
