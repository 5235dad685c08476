/** Volumes and their snapshots by the Kubernetes API. */
import { CoreV1Api, CustomObjectsApi } from "@kubernetes/client-node";
import type { DialOptions } from "./dialer";
import { askApi, parseKubeconfig, unlessMissing } from "./kubernetes-api";
import {
  backupLabel,
  type BackupSnapshot,
  type VolumeClaim,
  type VolumeOwner,
  type VolumeReader,
} from "./volume-reader";

/** Fields of a VolumeSnapshot: https://kubernetes.io/docs/concepts/storage/volume-snapshots/ */
interface VolumeSnapshot {
  metadata: { name: string; labels?: Record<string, string>; deletionTimestamp?: string };
  status?: { readyToUse?: boolean; error?: { message?: string } };
}

export class ClusterVolumes implements VolumeReader {
  private readonly core: CoreV1Api;
  private readonly custom: CustomObjectsApi;

  constructor(kubeconfig: string) {
    const config = parseKubeconfig(kubeconfig);
    this.core = config.makeApiClient(CoreV1Api);
    this.custom = config.makeApiClient(CustomObjectsApi);
  }

  async claims(owner: VolumeOwner, options: DialOptions): Promise<VolumeClaim[]> {
    const question = { node: owner, object: "claims", rights: "list on persistentvolumeclaims" };
    const { namespace } = owner;
    const { items } = await askApi(question, options, () =>
      this.core.listNamespacedPersistentVolumeClaim({ namespace }),
    );
    return items.map(({ metadata, status }) => ({ name: metadata?.name ?? "", isBound: status?.phase === "Bound" }));
  }

  async snapshots(owner: VolumeOwner, options: DialOptions): Promise<BackupSnapshot[]> {
    const question = { node: owner, object: "snapshots", rights: "list on volumesnapshots" };
    const kind = { group: "snapshot.storage.k8s.io", version: "v1", plural: "volumesnapshots" };
    const { namespace } = owner;
    const list = { ...kind, namespace, labelSelector: backupLabel };
    const found = (await askApi(question, options, () =>
      unlessMissing<unknown>(() => this.custom.listNamespacedCustomObject(list)),
    )) as { items: VolumeSnapshot[] } | undefined;
    return (found?.items ?? []).map(({ metadata: { name, labels, deletionTimestamp }, status }) => ({
      name,
      moment: labels?.[backupLabel] ?? "",
      isReady: status?.readyToUse === true && deletionTimestamp === undefined,
      error: status?.error?.message,
    }));
  }
}
