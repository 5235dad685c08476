import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { BackupConfig } from "../../../config";
import { anyUser, buildPodTemplate, containerSecurityContext, type Labels, type Metadata } from "../../kubernetes";

export interface BackupCronJobSpec {
  metadata: Metadata & { name: string };
  /** Labels of its pods. */
  podLabels: Labels;
  config: BackupConfig;
  /** Condition on which nodes pull the image. */
  pullPolicy: string;
  serviceAccount: pulumi.Input<string>;
  /** Name of the ConfigMap with the program and its plan. */
  program: pulumi.Input<string>;
}

/** File of the ConfigMap with the plan. */
export const planFile = "plan.json";

/** Folder of the programs in their containers. */
export const programPath = "/app";
/** Makes Node.js trust the API server. */
export const trustInCluster = {
  name: "NODE_EXTRA_CA_CERTS",
  value: "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt",
};
/** A backup that could not begin for so long waits for the next time, and one that runs longer has failed. */
const startingDeadlineSeconds = 3600;
const activeDeadlineSeconds = 7 * 3600;

/** One pod at a time, once for each time of the schedule. A failed backup is not repeated before the next time. */
export function buildBackupCronJob(spec: BackupCronJobSpec): k8s.types.input.batch.v1.CronJob {
  const { schedule, timeZone, image, resources } = spec.config;
  return {
    metadata: spec.metadata,
    spec: {
      schedule,
      timeZone,
      concurrencyPolicy: "Forbid",
      startingDeadlineSeconds,
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 3,
      jobTemplate: {
        spec: {
          backoffLimit: 0,
          activeDeadlineSeconds,
          template: buildPodTemplate({
            labels: spec.podLabels,
            serviceAccount: spec.serviceAccount,
            hasToken: true,
            user: anyUser,
            graceSeconds: 5,
            restartPolicy: "Never",
            containers: [
              {
                name: "backup",
                image,
                imagePullPolicy: spec.pullPolicy,
                resources,
                securityContext: containerSecurityContext(),
                command: ["node", `${programPath}/main.ts`, `${programPath}/${planFile}`],
                env: [trustInCluster],
                volumeMounts: [{ name: "program", mountPath: programPath, readOnly: true }],
              },
            ],
            volumes: [{ name: "program", configMap: { name: spec.program } }],
          }),
        },
      },
    },
  };
}
