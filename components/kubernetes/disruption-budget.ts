import type * as k8s from "@pulumi/kubernetes";
import type { Metadata } from "./metadata";
import type { Labels } from "./labels";

/**
 * Allows drains and upgrades to take `maxUnavailable` of the pods at a time. A pod that is not Ready may always go: it
 * serves no client, and would otherwise block the repair of its host.
 */
export function buildDisruptionBudget(
  metadata: Metadata,
  selector: Labels,
  maxUnavailable = 1,
): k8s.types.input.policy.v1.PodDisruptionBudget {
  return {
    metadata,
    spec: { maxUnavailable, unhealthyPodEvictionPolicy: "AlwaysAllow", selector: { matchLabels: selector } },
  };
}
