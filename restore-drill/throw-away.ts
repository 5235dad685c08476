/** A namespace beside the network with nodes on volumes of a backup. Nothing reaches them, and they reach nothing. */
import type { KubeConfig, V1Pod, V1PodSpec, V1Volume } from "@kubernetes/client-node";
import { UserError } from "../lib/user-error";
import { allDone, NotYet } from "../lib/wait";
import { unlessThere } from "../provider/kubernetes/kubernetes-api";
import { snapshotOf, volumeOf, type Backup, type Snapshot } from "./backups";
import { DrillApi, drillLabel, snapshotGroup } from "./drill-api";
import { ownNamesAlone } from "./isolation";

const snapshotVersion = `${snapshotGroup.group}/${snapshotGroup.version}`;

interface SnapshotContent {
  spec: { driver: string; volumeSnapshotClassName?: string };
  status?: { snapshotHandle?: string };
}

/** A node of the living network. */
export interface LivingNode {
  namespace: string;
  /** Name of its StatefulSet, for example `peer0`. */
  node: string;
}

export class ThrowAway {
  private readonly api: DrillApi;
  /** Ends all starts when one has failed. */
  private readonly failed = new AbortController();

  /**
   * @param namespace name of the namespace, which does not exist yet
   * @param signal ends all work when aborted
   */
  constructor(
    config: KubeConfig,
    readonly namespace: string,
    signal: AbortSignal,
  ) {
    this.api = new DrillApi(config, AbortSignal.any([signal, this.failed.signal]));
  }

  /** Makes the namespace. Its policy comes before its first pod. */
  async create(): Promise<void> {
    const { namespace } = this;
    await this.api.core.createNamespace({
      body: { metadata: { name: namespace, labels: { [drillLabel]: namespace } } },
    });
    await this.api.networking.createNamespacedNetworkPolicy({
      namespace,
      body: {
        metadata: { name: "nothing" },
        spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"], ingress: [], egress: [] },
      },
    });
  }

  /** Starts copies of nodes on volumes of the backup, and waits until they serve. When it fails, no start goes on. */
  async start(backup: Backup, nodes: readonly LivingNode[]): Promise<void> {
    await allDone(
      nodes.map((node) =>
        this.startOne(backup, node).catch((error: unknown) => {
          this.failed.abort(error);
          throw error;
        }),
      ),
    );
  }

  private async startOne(backup: Backup, { namespace: from, node }: LivingNode): Promise<void> {
    const { namespace } = this;
    const { spec } = await this.api.apps.readNamespacedStatefulSet({ namespace: from, name: node });
    const template = spec?.template;
    if (template?.spec === undefined) throw new UserError(`StatefulSet ${from}/${node} has no pods to copy.`);
    const pullSecrets = await this.pullSecrets(from, template.spec.serviceAccountName);
    for (const secret of [...secretsOf(template.spec), ...pullSecrets]) await this.copySecret(from, secret);
    for (const map of mapsOf(template.spec)) await this.copyMap(from, map);
    const volumes: V1Volume[] = [];
    for (const volume of template.spec.volumes ?? []) volumes.push(await this.restored(backup, from, volume));
    const pod: V1Pod = {
      metadata: { name: `${node}-0`, labels: { [drillLabel]: namespace } },
      spec: {
        ...template.spec,
        ...ownNamesAlone(template.spec),
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
    await this.api.core.createNamespacedPod({ namespace, body: pod });
    await this.api.until(`pod ${namespace}/${node}-0 to be Ready`, async () => {
      const { status } = await this.api.core.readNamespacedPod({ namespace, name: `${node}-0` });
      const ready = status?.conditions?.find(({ type }) => type === "Ready");
      return ready?.status === "True" ? true : new NotYet(`${status?.phase}: ${ready?.message ?? "no container yet"}`);
    });
  }

  /** A pod's volume: a claim becomes one of the backup. */
  private async restored(backup: Backup, from: string, volume: V1Volume): Promise<V1Volume> {
    const claimName = volume.persistentVolumeClaim?.claimName;
    if (claimName === undefined) return volume;
    const name = volumeOf(claimName);
    const { spec } = await this.api.core.readNamespacedPersistentVolumeClaim({ namespace: from, name: claimName });
    const snapshot = snapshotOf(backup, from, name);
    if (snapshot !== undefined) await this.share(snapshot, name);
    await this.api.core.createNamespacedPersistentVolumeClaim({
      namespace: this.namespace,
      body: {
        metadata: { name },
        spec: {
          accessModes: spec?.accessModes,
          storageClassName: spec?.storageClassName,
          resources: spec?.resources,
          ...(snapshot === undefined
            ? {}
            : { dataSource: { apiGroup: snapshotGroup.group, kind: "VolumeSnapshot", name } }),
        },
      },
    });
    return { name: volume.name, persistentVolumeClaim: { claimName: name } };
  }

  /** Makes a snapshot of another namespace known here. `Retain`: the copy at the storage system belongs to the backup. */
  private async share({ metadata, status }: Snapshot, name: string): Promise<void> {
    const content = (await this.api.custom.getClusterCustomObject({
      ...snapshotGroup,
      plural: "volumesnapshotcontents",
      name: status?.boundVolumeSnapshotContentName ?? "",
    })) as SnapshotContent;
    const { namespace } = this;
    const contentName = `${namespace}-${metadata.namespace}-${name}`;
    const { driver, volumeSnapshotClassName } = content.spec;
    await this.api.custom.createClusterCustomObject({
      ...snapshotGroup,
      plural: "volumesnapshotcontents",
      body: {
        apiVersion: snapshotVersion,
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
    await this.api.custom.createNamespacedCustomObject({
      ...snapshotGroup,
      namespace,
      plural: "volumesnapshots",
      body: {
        apiVersion: snapshotVersion,
        kind: "VolumeSnapshot",
        metadata: { name },
        spec: { volumeSnapshotClassName, source: { volumeSnapshotContentName: contentName } },
      },
    });
  }

  /** Names of the Secrets with which an account's pods pull images. */
  private async pullSecrets(from: string, account: string | undefined): Promise<string[]> {
    if (account === undefined) return [];
    const { imagePullSecrets } = await this.api.core.readNamespacedServiceAccount({ namespace: from, name: account });
    return (imagePullSecrets ?? []).flatMap(({ name }) => name ?? []);
  }

  private async copySecret(from: string, name: string): Promise<void> {
    const { type, data } = await this.api.core.readNamespacedSecret({ namespace: from, name });
    const { namespace } = this;
    const body = { metadata: { name }, type, data };
    // Copies of two organisations' nodes may pull images with Secrets of one name.
    await unlessThere(() => this.api.core.createNamespacedSecret({ namespace, body }));
  }

  private async copyMap(from: string, name: string): Promise<void> {
    const { data, binaryData } = await this.api.core.readNamespacedConfigMap({ namespace: from, name });
    await this.api.core.createNamespacedConfigMap({
      namespace: this.namespace,
      body: { metadata: { name }, data, binaryData },
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
