/** Pod that gives metrics about the backups of a network. */
import type * as pulumi from "@pulumi/pulumi";
import type { BackupConfig } from "../../../config";
import {
  anyUser,
  buildPodTemplate,
  buildStatefulSet,
  containerSecurityContext,
  type Labels,
  type Metadata,
  type TemplatedStatefulSet,
} from "../../kubernetes";
import { programPath, trustInCluster } from "./backup-cron-job";

export interface BackupMetricsSpec {
  metadata: Metadata & { name: string; labels: Labels };
  /** Labels that select its pod; they never change. */
  selector: Labels;
  /** Annotations of its pod. Default: none. */
  annotations: Record<string, string> | undefined;
  config: BackupConfig;
  /** Condition on which nodes pull the image. */
  pullPolicy: string;
  serviceAccount: pulumi.Input<string>;
  /** Name of the ConfigMap with the program and what it watches. */
  program: pulumi.Input<string>;
}

/** File of the ConfigMap with what is watched. */
export const watchedFile = "watched.json";

/** Port of the metrics, its name and the path. */
export const backupMetrics = { port: 9100, portName: "metrics", path: "/metrics" } as const;

/** A StatefulSet, so that the pod has a name by which an alert can miss it. */
export function buildBackupMetrics(spec: BackupMetricsSpec): TemplatedStatefulSet {
  const { metadata, selector, annotations, config, pullPolicy, serviceAccount, program } = spec;
  const { port, portName } = backupMetrics;
  const check = { httpGet: { path: "/healthz", port } };
  return buildStatefulSet({
    metadata,
    selector,
    replicas: 1,
    updates: "RollingUpdate",
    template: buildPodTemplate({
      labels: metadata.labels,
      annotations,
      serviceAccount,
      hasToken: true,
      user: anyUser,
      graceSeconds: 5,
      containers: [
        {
          name: "metrics",
          image: config.image,
          imagePullPolicy: pullPolicy,
          resources: config.resources,
          securityContext: containerSecurityContext(),
          command: ["node", `${programPath}/serve-metrics.ts`, `${programPath}/${watchedFile}`],
          env: [trustInCluster, { name: "PORT", value: String(port) }],
          ports: [{ name: portName, containerPort: port }],
          startupProbe: { ...check, periodSeconds: 1, failureThreshold: 60 },
          readinessProbe: { ...check, periodSeconds: 5, failureThreshold: 2 },
          livenessProbe: { ...check, periodSeconds: 15, timeoutSeconds: 5, failureThreshold: 4 },
          volumeMounts: [{ name: "program", mountPath: programPath, readOnly: true }],
        },
      ],
      volumes: [{ name: "program", configMap: { name: program } }],
    }),
  });
}
