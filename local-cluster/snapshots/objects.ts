import type { KubernetesObject } from "../access/api-client";
import { access } from "../access/objects";
import { snapshotImages } from "../images/catalog";
import { nodeHosts, type LocalCluster } from "../settings";
import { storageDrivers } from "../storage-drivers";

const namespace = "kube-system";
const driver = storageDrivers.blockWithSnapshots;
const read = ["get", "list", "watch"];

/** Names of the Deployments and of the DaemonSet. */
export const snapshotWorkloads = {
  controller: "snapshot-controller",
  driver: "csi-driver",
  nodes: "csi-node",
} as const;

/**
 * The CSI driver of the local cluster with the sidecars and the controller that Kubernetes' storage group publishes, in
 * the arrangement of their documentation: one pod serves the API server, one per node the kubelet.
 * https://kubernetes-csi.github.io/docs/deploying.html
 */
export function snapshotObjects(cluster: LocalCluster, nodeCount: number): KubernetesObject[] {
  return [
    {
      apiVersion: "storage.k8s.io/v1",
      kind: "CSIDriver",
      metadata: { name: driver },
      spec: {
        attachRequired: false,
        podInfoOnMount: false,
        // The kubelet applies fsGroup, as to a cloud's disk.
        fsGroupPolicy: "File",
        volumeLifecycleModes: ["Persistent"],
      },
    },
    ...controllerAccess(),
    ...driverAccess(),
    serviceAccount(snapshotWorkloads.controller),
    serviceAccount(snapshotWorkloads.driver),
    deployment(snapshotWorkloads.controller, {
      containers: [
        {
          name: "snapshot-controller",
          image: snapshotImages.snapshotController.reference,
          args: ["--leader-election=false", ...retries, ...calls],
        },
      ],
    }),
    deployment(snapshotWorkloads.driver, {
      containers: [
        {
          name: "csi-driver",
          image: snapshotImages.csiDriver.reference,
          args: [`-driver=${driver}`, "-socket=/csi/csi.sock"],
          volumeMounts: [
            socket,
            { name: "volumes", mountPath: "/srv" },
            { name: "cgroups", mountPath: "/sys/fs/cgroup" },
          ],
        },
        {
          name: "csi-provisioner",
          image: snapshotImages.csiProvisioner.reference,
          args: ["--csi-address=/csi/csi.sock", "--worker-threads=32", ...retries, ...calls],
          volumeMounts: [socket],
        },
        {
          name: "csi-snapshotter",
          image: snapshotImages.csiSnapshotter.reference,
          args: ["--csi-address=/csi/csi.sock", "--leader-election=false", ...retries, ...calls],
          volumeMounts: [socket],
        },
      ],
      volumes: [
        { name: "socket", emptyDir: {} },
        { name: "volumes", hostPath: { path: "/srv" } },
        { name: "cgroups", hostPath: { path: "/sys/fs/cgroup" } },
      ],
    }),
    nodeDriver(cluster, nodeCount),
  ];
}

const socket = { name: "socket", mountPath: "/csi" };

/** A cluster without other users is asked again soon. */
const retries = ["--retry-interval-start=200ms", "--retry-interval-max=10s"];
/** A stack asks for all its volumes at once. */
const calls = ["--kube-api-qps=200", "--kube-api-burst=400"];

interface PodParts {
  containers: object[];
  volumes?: object[];
}

function serviceAccount(name: string): KubernetesObject {
  return { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace } };
}

function deployment(name: string, parts: PodParts): KubernetesObject {
  const labels = { "app.kubernetes.io/name": name };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace, labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      strategy: { type: "Recreate" },
      template: {
        metadata: { labels },
        spec: { serviceAccountName: name, priorityClassName: "system-cluster-critical", ...parts },
      },
    },
  };
}

/** The driver beside each kubelet. It mounts, so it is privileged, and its mounts reach the kubelet and pods. */
function nodeDriver(cluster: LocalCluster, nodeCount: number): KubernetesObject {
  const name = snapshotWorkloads.nodes;
  const labels = { "app.kubernetes.io/name": name };
  const zones = nodeHosts(cluster, nodeCount).map(({ name: node, zone }) => `${node}=${zone}`);
  const kubelet = "/var/lib/kubelet";
  return {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name, namespace, labels },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          automountServiceAccountToken: false,
          priorityClassName: "system-node-critical",
          tolerations: [{ operator: "Exists" }],
          containers: [
            {
              name: "csi-driver",
              image: snapshotImages.csiDriver.reference,
              args: [
                `-driver=${driver}`,
                `-socket=${kubelet}/plugins/${driver}/csi.sock`,
                "-node=$(NODE)",
                `-zones=${zones.join(",")}`,
              ],
              env: [{ name: "NODE", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } }],
              securityContext: { privileged: true },
              volumeMounts: [
                { name: "kubelet", mountPath: kubelet, mountPropagation: "Bidirectional" },
                { name: "volumes", mountPath: "/srv" },
              ],
            },
          ],
          volumes: [
            { name: "kubelet", hostPath: { path: kubelet } },
            { name: "volumes", hostPath: { path: "/srv" } },
          ],
        },
      },
    },
  };
}

const snapshotApi = "snapshot.storage.k8s.io";
const events = { apiGroups: [""], resources: ["events"], verbs: ["list", "watch", "create", "update", "patch"] };

/** By upstream's rbac-snapshot-controller.yaml, without group snapshots. */
function controllerAccess(): KubernetesObject[] {
  return access(snapshotWorkloads.controller, "ServiceAccount", [
    { apiGroups: [""], resources: ["persistentvolumes"], verbs: read },
    { apiGroups: [""], resources: ["persistentvolumeclaims"], verbs: [...read, "update"] },
    events,
    { apiGroups: [snapshotApi], resources: ["volumesnapshotclasses"], verbs: read },
    {
      apiGroups: [snapshotApi],
      resources: ["volumesnapshots", "volumesnapshotcontents"],
      verbs: [...read, "create", "update", "patch", "delete"],
    },
    {
      apiGroups: [snapshotApi],
      resources: ["volumesnapshots/status", "volumesnapshotcontents/status"],
      verbs: ["update", "patch"],
    },
  ]);
}

/** By upstream's rbac.yaml of external-provisioner and rbac-csi-snapshotter.yaml, without group snapshots. */
function driverAccess(): KubernetesObject[] {
  return access(snapshotWorkloads.driver, "ServiceAccount", [
    { apiGroups: [""], resources: ["persistentvolumes"], verbs: [...read, "create", "patch", "delete"] },
    { apiGroups: [""], resources: ["persistentvolumeclaims"], verbs: [...read, "update"] },
    { apiGroups: [""], resources: ["nodes"], verbs: read },
    events,
    { apiGroups: ["storage.k8s.io"], resources: ["storageclasses", "csinodes", "volumeattachments"], verbs: read },
    { apiGroups: [snapshotApi], resources: ["volumesnapshotclasses"], verbs: read },
    { apiGroups: [snapshotApi], resources: ["volumesnapshots"], verbs: [...read, "update"] },
    { apiGroups: [snapshotApi], resources: ["volumesnapshotcontents"], verbs: [...read, "update", "patch"] },
    { apiGroups: [snapshotApi], resources: ["volumesnapshotcontents/status"], verbs: ["update", "patch"] },
  ]);
}
