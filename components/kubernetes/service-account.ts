import type * as k8s from "@pulumi/kubernetes";
import type { Metadata } from "./metadata";

/** An account without rights and without a token: a pod that calls the Kubernetes API asks for its token itself. */
export function buildServiceAccount(
  metadata: Metadata,
  imagePullSecrets: readonly string[] = [],
): k8s.types.input.core.v1.ServiceAccount {
  const secrets = imagePullSecrets.length === 0 ? {} : { imagePullSecrets: imagePullSecrets.map((name) => ({ name })) };
  return { metadata, automountServiceAccountToken: false, ...secrets };
}

/**
 * The account that Kubernetes creates in every namespace for pods that name none, here without a token. Server-side
 * apply works before and after Kubernetes creates it.
 */
export function buildDefaultServiceAccount(namespace: Metadata["namespace"]): k8s.types.input.core.v1.ServiceAccount {
  return buildServiceAccount({ name: "default", namespace });
}
