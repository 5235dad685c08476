import type * as k8s from "@pulumi/kubernetes";
import type { Labels } from "./labels";

/** Levels of https://kubernetes.io/docs/concepts/security/pod-security-standards/ */
export type PodSecurityLevel = "restricted" | "baseline" | "privileged";

/**
 * A namespace that admits pods up to `enforce` only. Pods that are not `restricted` always cause warnings and audit
 * entries, so a namespace with a lower level shows which pods use it.
 */
export function buildNamespace(
  name: string,
  labels: Labels,
  enforce: PodSecurityLevel,
): k8s.types.input.core.v1.Namespace {
  return {
    metadata: {
      name,
      labels: {
        ...labels,
        "app.kubernetes.io/managed-by": "pulumi",
        "pod-security.kubernetes.io/enforce": enforce,
        "pod-security.kubernetes.io/warn": "restricted",
        "pod-security.kubernetes.io/audit": "restricted",
      },
    },
  };
}
