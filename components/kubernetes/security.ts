/** Security contexts that satisfy Pod Security `restricted` and go further: fixed users, read-only images. */
import type * as k8s from "@pulumi/kubernetes";

/**
 * User for programs that run as any user: a number of no account of a host, so that a process that escapes its
 * container owns no files there. Accounts of hosts have numbers below 10000.
 */
export const anyUser = 10_001;

/**
 * Security context of a pod whose files belong to `id`. The kubelet gives volumes to the group once, without a walk
 * through all files at every start.
 */
export function podSecurityContext(id: number): k8s.types.input.core.v1.PodSecurityContext {
  return {
    runAsNonRoot: true,
    runAsUser: id,
    runAsGroup: id,
    fsGroup: id,
    fsGroupChangePolicy: "OnRootMismatch",
    seccompProfile: { type: "RuntimeDefault" },
  };
}

/** Security context of every container. @param user Default: the pod's user. */
export function containerSecurityContext(user?: number): k8s.types.input.core.v1.SecurityContext {
  return {
    ...(user === undefined ? {} : { runAsUser: user, runAsGroup: user }),
    runAsNonRoot: true,
    privileged: false,
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
  };
}
