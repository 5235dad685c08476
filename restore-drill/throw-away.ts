/** A namespace beside the network with nodes on volumes of a backup. Nothing reaches them, and they reach nothing. */
import {
  CoreV1Api,
  CustomObjectsApi,
  NetworkingV1Api,
  AppsV1Api,
  PatchStrategy,
  setHeaderOptions,
  type KubeConfig,
  type V1Pod,
  type V1PodSpec,
  type V1Volume,
} from "@kubernetes/client-node";
import { UserError } from "../lib/user-error";
import { NotYet, repeat } from "../lib/wait";
import { backupLabel, snapshotOf, volumeOf, type Backup, type Snapshot } from "./backups";

const group = "snapshot.storage.k8s.io";
const version = "v1";
/** Label of the objects that belong to no namespace. */
const drillLabel = "blockchain-clusters/restore-drill";
const readyMs = 10 * 60_000;
const pauses = { firstPauseMs: 250, longestPauseMs: 2000 };

interface SnapshotContent {
  spec: { driver: string; volumeSnapshotClassName?: string };
  status?: { snapshotHandle?: string };
}

export class ThrowAway {
  private readonly core: CoreV1Api;
  private readonly apps: AppsV1Api;
  private readonly custom: CustomObjectsApi;
  private readonly networking: NetworkingV1Api;

  /** @param namespace name of the namespace, which nothing else has */
  constructor(
    config: KubeConfig,
    readonly namespace: string,
    private readonly signal: AbortSignal,
  ) {
    this.core = config.makeApiClient(CoreV1Api);
    this.apps = config.makeApiClient(AppsV1Api);
    this.custom = config.makeApiClient(CustomObjectsApi);
    this.networking = config.makeApiClient(NetworkingV1Api);
  }

  /** All snapshots of backups in the cluster. */
  async snapshots(): Promise<Snapshot[]> {
    const { items } = (await this.custom.listCustomObjectForAllNamespaces({
      group,
      version,
      resourcePlural: "volumesnapshots",
      labelSelector: backupLabel,
    })) as { items: Snapshot[] };
    return items;
  }

  /** Makes the namespace. Its policy comes before its first pod. */
  async create(): Promise<void> {
    const { namespace } = this;
    await this.core.createNamespace({ body: { metadata: { name: namespace, labels: { [drillLabel]: namespace } } } });
    await this.networking.createNamespacedNetworkPolicy({
      namespace,
      body: {
        metadata: { name: "nothing" },
        spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"], ingress: [], egress: [] },
      },
    });
  }

  /** Starts a copy of a node on volumes of the backup, and waits until it serves. */
  async start(backup: Backup, from: string, node: string): Promise<void> {
    const { namespace } = this;
    const { spec } = await this.apps.readNamespacedStatefulSet({ namespace: from, name: node });
    const template = spec?.template;
    if (template?.spec === undefined) throw new UserError(`StatefulSet ${from}/${node} has no pods to copy.`);
    const pullSecrets = await this.pullSecrets(from, template.spec.serviceAccountName);
    for (const secret of [...secretsOf(template.spec), ...pullSecrets]) await this.copySecret(from, secret);
    for (const map of mapsOf(template.spec)) await this.copyMap(from, map);
    const volumes = await Promise.all(
      (template.spec.volumes ?? []).map((volume) => this.restored(backup, from, volume)),
    );
    const pod: V1Pod = {
      metadata: { name: `${node}-0`, labels: { [drillLabel]: namespace } },
      spec: {
        ...template.spec,
        volumes,
        hostname: `${node}-0`,
        affinity: undefined,
        topologySpreadConstraints: undefined,
        serviceAccountName: undefined,
        serviceAccount: undefined,
        automountServiceAccountToken: false,
        imagePullSecrets: pullSecrets.map((name) => ({ name })),
      },
    };
    await this.core.createNamespacedPod({ namespace, body: pod });
    await this.until(`pod ${namespace}/${node}-0 to be Ready`, async () => {
      const { status } = await this.core.readNamespacedPod({ namespace, name: `${node}-0` });
      const ready = status?.conditions?.find(({ type }) => type === "Ready");
      return ready?.status === "True" ? true : new NotYet(`${status?.phase}: ${ready?.message ?? "no container yet"}`);
    });
  }

  /** Removes everything that a drill made, this one's and an interrupted one's. Disks go with their claims. */
  async remove(): Promise<void> {
    const { namespace } = this;
    const { items } = await this.core.listPersistentVolume();
    for (const { metadata, spec } of items) {
      if (spec?.claimRef?.namespace !== namespace || spec.persistentVolumeReclaimPolicy === "Delete") continue;
      await this.core.patchPersistentVolume(
        { name: metadata?.name ?? "", body: { spec: { persistentVolumeReclaimPolicy: "Delete" } } },
        setHeaderOptions("Content-Type", PatchStrategy.MergePatch),
      );
    }
    await unlessMissing(() => this.core.deleteNamespace({ name: namespace }));
    await this.until(`namespace ${namespace} to be gone`, async () => {
      const gone = await unlessMissing(() => this.core.readNamespace({ name: namespace }));
      return gone === undefined ? true : new NotYet(gone.status?.phase ?? "it is there");
    });
    await this.custom.deleteCollectionClusterCustomObject({
      group,
      version,
      plural: "volumesnapshotcontents",
      labelSelector: `${drillLabel}=${namespace}`,
    });
  }

  /** A pod's volume: a claim becomes one of the backup. */
  private async restored(backup: Backup, from: string, volume: V1Volume): Promise<V1Volume> {
    const claimName = volume.persistentVolumeClaim?.claimName;
    if (claimName === undefined) return volume;
    const name = volumeOf(claimName);
    const { spec } = await this.core.readNamespacedPersistentVolumeClaim({ namespace: from, name: claimName });
    const snapshot = snapshotOf(backup, from, name);
    if (snapshot !== undefined) await this.share(snapshot, name);
    await this.core.createNamespacedPersistentVolumeClaim({
      namespace: this.namespace,
      body: {
        metadata: { name },
        spec: {
          accessModes: spec?.accessModes,
          storageClassName: spec?.storageClassName,
          resources: spec?.resources,
          ...(snapshot === undefined ? {} : { dataSource: { apiGroup: group, kind: "VolumeSnapshot", name } }),
        },
      },
    });
    return { name: volume.name, persistentVolumeClaim: { claimName: name } };
  }

  /** Makes a snapshot of another namespace known here. `Retain`: the copy at the storage system belongs to the backup. */
  private async share({ metadata, status }: Snapshot, name: string): Promise<void> {
    const content = (await this.custom.getClusterCustomObject({
      group,
      version,
      plural: "volumesnapshotcontents",
      name: status?.boundVolumeSnapshotContentName ?? "",
    })) as SnapshotContent;
    const { namespace } = this;
    const contentName = `${namespace}-${metadata.namespace}-${name}`;
    const { driver, volumeSnapshotClassName } = content.spec;
    await this.custom.createClusterCustomObject({
      group,
      version,
      plural: "volumesnapshotcontents",
      body: {
        apiVersion: `${group}/${version}`,
        kind: "VolumeSnapshotContent",
        metadata: { name: contentName, labels: { [drillLabel]: namespace } },
        spec: {
          deletionPolicy: "Retain",
          driver,
          volumeSnapshotClassName,
          source: { snapshotHandle: content.status?.snapshotHandle },
          volumeSnapshotRef: { name, namespace },
        },
      },
    });
    await this.custom.createNamespacedCustomObject({
      group,
      version,
      namespace,
      plural: "volumesnapshots",
      body: {
        apiVersion: `${group}/${version}`,
        kind: "VolumeSnapshot",
        metadata: { name },
        spec: { volumeSnapshotClassName, source: { volumeSnapshotContentName: contentName } },
      },
    });
  }

  /** Names of the Secrets with which an account's pods pull images. */
  private async pullSecrets(from: string, account: string | undefined): Promise<string[]> {
    if (account === undefined) return [];
    const { imagePullSecrets } = await this.core.readNamespacedServiceAccount({ namespace: from, name: account });
    return (imagePullSecrets ?? []).flatMap(({ name }) => name ?? []);
  }

  private async copySecret(from: string, name: string): Promise<void> {
    const { type, data } = await this.core.readNamespacedSecret({ namespace: from, name });
    await this.core.createNamespacedSecret({ namespace: this.namespace, body: { metadata: { name }, type, data } });
  }

  private async copyMap(from: string, name: string): Promise<void> {
    const { data, binaryData } = await this.core.readNamespacedConfigMap({ namespace: from, name });
    await this.core.createNamespacedConfigMap({
      namespace: this.namespace,
      body: { metadata: { name }, data, binaryData },
    });
  }

  private until<T>(what: string, attempt: () => Promise<T | NotYet>): Promise<T> {
    const end = Date.now() + readyMs;
    let last = "";
    return repeat(attempt, {
      ...pauses,
      signal: this.signal,
      onAnswer: ({ answer }) => (last = answer),
      throwIfOver: () => {
        this.signal.throwIfAborted();
        if (Date.now() > end) throw new UserError(`Waited ${readyMs / 60_000} minutes for ${what}: ${last}`);
      },
    });
  }
}

function containersOf({ containers, initContainers = [] }: V1PodSpec) {
  return [...containers, ...initContainers];
}

function secretsOf(spec: V1PodSpec): Set<string> {
  const mounted = (spec.volumes ?? []).flatMap(({ secret }) => secret?.secretName ?? []);
  const read = containersOf(spec).flatMap(({ env = [] }) =>
    env.flatMap((one) => one.valueFrom?.secretKeyRef?.name ?? []),
  );
  return new Set([...mounted, ...read]);
}

function mapsOf(spec: V1PodSpec): Set<string> {
  return new Set((spec.volumes ?? []).flatMap(({ configMap }) => configMap?.name ?? []));
}

/** Answer of the API; undefined for an object that does not exist. */
async function unlessMissing<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if ((error as { code?: number }).code === 404) return undefined;
    throw error;
  }
}
