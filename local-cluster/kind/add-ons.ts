import type { KubernetesObject } from "../access/api-client";
import { provisionerPort } from "../settings";
import { storageDrivers } from "../storage-drivers";
import { provisionerAccess } from "../access/objects";

const name = "storage-provisioner";
const labels = { app: name };
const controlPlaneRole = "node-role.kubernetes.io/control-plane";
/** The directory of all volumes, on every node. */
const volumes = { name: "volumes", path: "/srv" };

/**
 * The storage drivers, which kind lacks, as a pod beside the API server. kind enforces network policies itself.
 * LoadBalancer Services get no address in kind without its cloud provider, which is a separate program.
 */
export function kindAddOns(): KubernetesObject[] {
  const metadata = { name, namespace: "kube-system" };
  return [
    ...provisionerAccess("ServiceAccount"),
    { apiVersion: "v1", kind: "ServiceAccount", metadata },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata,
      spec: {
        selector: { matchLabels: labels },
        strategy: { type: "Recreate" },
        template: { metadata: { labels }, spec: podSpec() },
      },
    },
  ];
}

function podSpec(): object {
  return {
    serviceAccountName: name,
    nodeSelector: { [controlPlaneRole]: "" },
    tolerations: [{ key: controlPlaneRole, effect: "NoSchedule" }],
    containers: [
      {
        name,
        image: "localhost/storage-provisioner:1",
        args: [`-block=${storageDrivers.block}`, `-file=${storageDrivers.file}`, `-listen=:${provisionerPort}`],
        readinessProbe: { httpGet: { path: "/healthz", port: provisionerPort }, periodSeconds: 1 },
        volumeMounts: [{ name: volumes.name, mountPath: volumes.path }],
      },
    ],
    volumes: [{ name: volumes.name, hostPath: { path: volumes.path } }],
  };
}
