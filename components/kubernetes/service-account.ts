import type * as k8s from "@pulumi/kubernetes";
import type { Metadata } from "./metadata";

/** An account without rights and without a token: our pods never talk to the Kubernetes API. */
export function buildServiceAccount(
  metadata: Metadata,
  imagePullSecrets: readonly string[] = [],
): k8s.types.input.core.v1.ServiceAccount {
  const secrets = imagePullSecrets.length === 0 ? {} : { imagePullSecrets: imagePullSecrets.map((name) => ({ name })) };
  return { metadata, automountServiceAccountToken: false, ...secrets };
}

/**
 * The account that Kubernetes makes in every namespace, and gives to pods that name none: without a token, too. It is
 * there already or will be; server-side apply takes it as it is.
 */
export function buildDefaultServiceAccount(namespace: Metadata["namespace"]): k8s.types.input.core.v1.ServiceAccount {
  return buildServiceAccount({ name: "default", namespace });
}
