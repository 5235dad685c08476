/** Objects by which a stand-in for nodes and storage answers pods and claims. */
import type {
  V1ContainerStatus,
  V1PersistentVolume,
  V1PersistentVolumeClaim,
  V1Pod,
  V1PodStatus,
} from "@kubernetes/client-node";

/** Name of the one node. */
export const pretendNode = "pretend-1";

/** CSI driver of the volumes. */
export const pretendDriver = "pretend.example.com";

/** A pod's next step: it gets the node; it runs and is Ready; it ends. Undefined when nothing is left to do. */
export function nextStep({ metadata, spec, status }: V1Pod): "bind" | "run" | "end" | undefined {
  if (metadata?.deletionTimestamp !== undefined) return "end";
  if (spec?.nodeName === undefined) return "bind";
  const isReady = status?.conditions?.some((condition) => condition.type === "Ready" && condition.status === "True");
  return isReady === true ? undefined : "run";
}

/** Status of a pod all of whose containers have started, and whose init containers have ended, except sidecars. */
export function runningStatus({ spec }: V1Pod, address: string, now: Date): V1PodStatus {
  const running = (name: string): V1ContainerStatus => ({
    ...containerStatus(name),
    started: true,
    state: { running: { startedAt: now } },
  });
  const ended = (name: string): V1ContainerStatus => ({
    ...containerStatus(name),
    state: { terminated: { exitCode: 0, reason: "Completed", startedAt: now, finishedAt: now } },
  });
  const types = ["PodScheduled", "Initialized", "ContainersReady", "Ready"];
  return {
    phase: "Running",
    startTime: now,
    podIP: address,
    podIPs: [{ ip: address }],
    conditions: types.map((type) => ({ type, status: "True", lastTransitionTime: now })),
    containerStatuses: spec?.containers.map(({ name }) => running(name)) ?? [],
    initContainerStatuses:
      spec?.initContainers?.map(({ name, restartPolicy }) =>
        restartPolicy === "Always" ? running(name) : ended(name),
      ) ?? [],
  };
}

function containerStatus(name: string): V1ContainerStatus {
  return { name, image: "", imageID: "", ready: true, restartCount: 0 };
}

/** Address of the pod with a number from 0 on. */
export function podAddress(number: number): string {
  const [first, last] = [Math.floor(number / 250), number % 250];
  if (first > 255) throw new Error(`there are addresses for ${256 * 250} pods; this is number ${number}`);
  return `10.244.${first}.${last + 1}`;
}

/** A volume for a claim, bound to it by name. */
export function volumeFor({ metadata, spec }: V1PersistentVolumeClaim): V1PersistentVolume {
  const { name, namespace, uid } = metadata ?? {};
  return {
    metadata: { name: `pretend-${uid}` },
    spec: {
      accessModes: spec?.accessModes,
      capacity: { storage: spec?.resources?.requests?.storage ?? "1Gi" },
      storageClassName: spec?.storageClassName,
      persistentVolumeReclaimPolicy: "Retain",
      claimRef: { apiVersion: "v1", kind: "PersistentVolumeClaim", name, namespace, uid },
      csi: { driver: pretendDriver, volumeHandle: uid ?? "" },
    },
  };
}
