import type { KubernetesObject } from "../api";
import { loadBalancerRange, provisionerPort, serviceRange } from "../settings";
import { storageDrivers } from "../storage";
import { kubeRouterAccess, provisionerAccess } from "./access";

/**
 * What the built-in cluster runs on its control plane host, as pods for kind: kind's own storage class and network
 * policies stay beside them.
 */
export function kindAddOns(): KubernetesObject[] {
  return [
    ...provisionerAccess("ServiceAccount"),
    ...deployment("storage-provisioner", {
      image: "localhost/storage-provisioner:1",
      args: [`-block=${storageDrivers.block}`, `-file=${storageDrivers.file}`, `-listen=:${provisionerPort}`],
      readinessProbe: { httpGet: { path: "/healthz", port: provisionerPort }, periodSeconds: 1 },
      volumeMounts: [{ name: "volumes", mountPath: "/srv" }],
    }),
    ...kubeRouterAccess("ServiceAccount"),
    ...deployment("kube-router", {
      image: "localhost/kube-router:2.6.3",
      args: [
        ...["--run-firewall=false", "--run-router=false", "--run-service-proxy=false", "--run-loadbalancer=true"],
        ...[`--loadbalancer-ip-range=${loadBalancerRange}`, `--service-cluster-ip-range=${serviceRange}`],
      ],
      env: [
        { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
        { name: "POD_NAMESPACE", valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } } },
        { name: "NODE_NAME", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } },
      ],
    }),
  ];
}

/** A service account of kube-system and a Deployment of one pod beside the API server. */
function deployment(name: string, container: object): KubernetesObject[] {
  const metadata = { name, namespace: "kube-system" };
  const labels = { app: name };
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata,
      spec: {
        selector: { matchLabels: labels },
        strategy: { type: "Recreate" },
        template: {
          metadata: { labels },
          spec: {
            serviceAccountName: name,
            nodeSelector: { "node-role.kubernetes.io/control-plane": "" },
            tolerations: [{ key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" }],
            containers: [{ name, ...container }],
            volumes: [{ name: "volumes", hostPath: { path: "/srv" } }],
          },
        },
      },
    },
  ];
}
