import type * as k8s from "@pulumi/kubernetes";
import type { Metadata } from "./metadata";

/** An account without rights and without a token: our pods never talk to the Kubernetes API. */
export function buildServiceAccount(metadata: Metadata): k8s.types.input.core.v1.ServiceAccount {
  return { metadata, automountServiceAccountToken: false };
}
