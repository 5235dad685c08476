import type * as k8s from "@pulumi/kubernetes";
import type { Metadata } from "../../kubernetes";

export interface AutoscalerSpec {
  metadata: Metadata;
  /** Name of the StatefulSet to scale. */
  target: string;
  minReplicas: number;
  maxReplicas: number;
  targetCpuPercent: number;
}

/**
 * Autoscaler of the RPC nodes. New nodes fetch the chain before they serve, so pods are removed one by one, after ten
 * minutes of low load.
 */
export function buildAutoscaler(spec: AutoscalerSpec): k8s.types.input.autoscaling.v2.HorizontalPodAutoscaler {
  return {
    metadata: spec.metadata,
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "StatefulSet", name: spec.target },
      minReplicas: spec.minReplicas,
      maxReplicas: spec.maxReplicas,
      metrics: [
        {
          type: "Resource",
          resource: { name: "cpu", target: { type: "Utilization", averageUtilization: spec.targetCpuPercent } },
        },
      ],
      behavior: {
        scaleDown: { stabilizationWindowSeconds: 600, policies: [{ type: "Pods", value: 1, periodSeconds: 300 }] },
      },
    },
  };
}
