import type { KubernetesObject } from "../access/api-client";
import { monitoringImages } from "../images/catalog";
import { restrictedContainer, restrictedPod } from "../restricted";

/** Ports of the programs, and of their Services. */
export const monitoringPorts = { prometheus: 9090, alertmanager: 9093 } as const;

export type MonitoringProgram = keyof typeof monitoringPorts;

export function podLabels(name: MonitoringProgram): Record<string, string> {
  return { "app.kubernetes.io/name": name };
}

interface Program {
  args: string[];
  memory: { request: string; limit: string };
  /** Volumes, each mounted whole at `path`. */
  volumes: { name: string; path: string; source: object }[];
  /** Default: no account, and no token. */
  serviceAccountName?: string;
}

/** Deployment of one pod, which a change of `revision` replaces. */
export function deployment(
  name: MonitoringProgram,
  namespace: string,
  revision: string,
  program: Program,
): KubernetesObject {
  const labels = podLabels(name);
  const port = monitoringPorts[name];
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace, labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      strategy: { type: "Recreate" },
      template: {
        metadata: { labels, annotations: { "blockchain-clusters/revision": revision } },
        spec: {
          ...(program.serviceAccountName === undefined
            ? { automountServiceAccountToken: false }
            : { serviceAccountName: program.serviceAccountName }),
          enableServiceLinks: false,
          securityContext: restrictedPod,
          containers: [
            {
              name,
              image: monitoringImages[name].reference,
              args: program.args,
              ports: [{ name: "http", containerPort: port }],
              readinessProbe: { httpGet: { path: "/-/ready", port }, periodSeconds: 1, timeoutSeconds: 3 },
              resources: {
                requests: { cpu: "50m", memory: program.memory.request },
                limits: { memory: program.memory.limit },
              },
              securityContext: restrictedContainer,
              volumeMounts: program.volumes.map(({ name: volume, path }) => ({ name: volume, mountPath: path })),
            },
          ],
          volumes: program.volumes.map(({ name: volume, source }) => ({ name: volume, ...source })),
        },
      },
    },
  };
}

export function service(name: MonitoringProgram, namespace: string): KubernetesObject {
  const port = monitoringPorts[name];
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace },
    spec: { selector: podLabels(name), ports: [{ name: "http", port, targetPort: port }] },
  };
}
