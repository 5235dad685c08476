/** Removal of all that a drill made. */
import { PatchStrategy, setHeaderOptions, type KubeConfig, type V1PersistentVolume } from "@kubernetes/client-node";
import { messageOf } from "../lib/errors";
import { UserError } from "../lib/user-error";
import { NotYet } from "../lib/wait";
import { TimeoutError, withinTime } from "../provider/framework/time-limit";
import { unlessMissing } from "../provider/kubernetes/kubernetes-api";
import { DrillApi, drillLabel, snapshotGroup } from "./drill-api";

/** Limit of a clean-up, in milliseconds from its begin. */
const cleanUpMs = 15 * 60_000;

/**
 * Does the work, and the clean-up after it in any case. Where both fail, `tell` gets the message of the clean-up, and the
 * error is that of the work.
 */
export async function withCleanUp(
  work: () => Promise<void>,
  cleanUp: () => Promise<void>,
  tell: (line: string) => void,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    await cleanUp().catch((second: unknown) => tell(`The clean-up failed, too: ${messageOf(second)}`));
    throw error;
  }
  await cleanUp();
}

/**
 * Removes what drills made, the last one and interrupted ones: the namespace, the disks of its claims, and what they made
 * outside of it.
 *
 * @throws UserError for a namespace that no drill made, before anything is touched; with all that may be left, after
 * the namespace is gone
 */
export async function removeDrill(config: KubeConfig, namespace: string): Promise<void> {
  try {
    await withinTime(cleanUpMs, new AbortController().signal, (signal) =>
      new Removal(new DrillApi(config, signal), namespace).run(),
    );
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
    throw new UserError(`Removal of namespace ${namespace}: ${error.message}. The next drill removes the rest.`);
  }
}

class Removal {
  constructor(
    private readonly api: DrillApi,
    private readonly namespace: string,
  ) {}

  async run(): Promise<void> {
    const uid = await this.drillsOwn();
    const problems = uid === undefined ? [] : await this.removeNamespace(uid);
    await this.removeContents().catch((error: unknown) => problems.push(`VolumeSnapshotContents: ${messageOf(error)}`));
    if (problems.length === 0) return;
    throw new UserError([`Namespace ${this.namespace} is gone, but these may be left:`, ...problems].join("\n  "));
  }

  /** Removes what the drill knew of the backup's snapshots; the copies stay. */
  private removeContents(): Promise<unknown> {
    return this.api.custom.deleteCollectionClusterCustomObject({
      ...snapshotGroup,
      plural: "volumesnapshotcontents",
      labelSelector: `${drillLabel}=${this.namespace}`,
    });
  }

  /** Unique id of the namespace, which a drill made; undefined without one. */
  private async drillsOwn(): Promise<string | undefined> {
    const { api, namespace } = this;
    const found = await unlessMissing(() => api.core.readNamespace({ name: namespace }));
    if (found === undefined) return undefined;
    if (found.metadata?.labels?.[drillLabel] === namespace) return found.metadata.uid ?? "";
    throw new UserError(
      `Namespace ${namespace} was not made by a drill: it has no label ${drillLabel}=${namespace}. A drill needs this name, and ` +
        "deletes the namespace with all its volumes. Nothing was touched; give the owner of that namespace another name.",
    );
  }

  /** Deletes the namespace whatever happens to its disks, and returns what is wrong with these. */
  private async removeNamespace(uid: string): Promise<string[]> {
    const { api, namespace } = this;
    const claims = await this.claims();
    // Tells nothing yet: the second time finds all disks that are left, and those that were made in the meantime.
    await this.releaseDisks(claims.uids);
    await unlessMissing(() => api.core.deleteNamespace({ name: namespace, body: { preconditions: { uid } } }));
    await api.until(`namespace ${namespace} to be gone`, async () => {
      const found = await unlessMissing(() => api.core.readNamespace({ name: namespace }));
      return found?.metadata?.uid === uid ? new NotYet(found?.status?.phase ?? "it is there") : true;
    });
    return [...claims.problems, ...(await this.releaseDisks(claims.uids))];
  }

  /** Unique ids of the namespace's claims: a former owner of its name may have left volumes that are to stay. */
  private async claims(): Promise<{ uids: Set<string | undefined>; problems: string[] }> {
    try {
      const { items } = await this.api.core.listNamespacedPersistentVolumeClaim({ namespace: this.namespace });
      return { uids: new Set(items.map(({ metadata }) => metadata?.uid)), problems: [] };
    } catch (error) {
      return { uids: new Set(), problems: [`disks, since its claims could not be listed: ${messageOf(error)}`] };
    }
  }

  /** Lets disks go with their claims. Returns the reason for each that stays. */
  private async releaseDisks(claims: ReadonlySet<string | undefined>): Promise<string[]> {
    if (claims.size === 0) return [];
    let volumes: V1PersistentVolume[];
    try {
      volumes = (await this.api.core.listPersistentVolume()).items;
    } catch (error) {
      return [`disks, since volumes could not be listed: ${messageOf(error)}`];
    }
    const problems: string[] = [];
    for (const { metadata, spec } of volumes) {
      const name = metadata?.name ?? "";
      if (!claims.has(spec?.claimRef?.uid ?? "") || spec?.persistentVolumeReclaimPolicy === "Delete") continue;
      await this.releaseDisk(name).catch((error: unknown) => problems.push(`volume ${name}: ${messageOf(error)}`));
    }
    return problems;
  }

  private async releaseDisk(name: string): Promise<void> {
    const body = { spec: { persistentVolumeReclaimPolicy: "Delete" } };
    const options = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
    await unlessMissing(() => this.api.core.patchPersistentVolume({ name, body }, options));
  }
}
