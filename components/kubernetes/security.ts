/** Security contexts that satisfy Pod Security `restricted` and go further: fixed users, read-only images. */
import type * as k8s from "@pulumi/kubernetes";

/**
 * For programs that run as any user: a number that no account of a host has, so that nobody who breaks out of a container finds
 * files of its own. Hosts give their accounts numbers below 10000.
 */
export const anyUser = 10_001;

/** For a pod whose files belong to `id`. Volumes are handed to the group once, not walked through at every start. */
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

/** For every container; `user` where it is not the pod's. */
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
