/** A backup of a network: a snapshot of each of its volumes, in an order from which it can be restored. */

export interface Claim {
  namespace: string;
  /** Name of the volume for good, with which names of its snapshots begin. */
  volume: string;
  /** Name of the claim that is in use. */
  claim: string;
}

export interface Plan {
  /** VolumeSnapshotClass of all snapshots. */
  snapshotClass: string;
  /** Number of complete backups that stay. */
  keep: number;
  /** Claims whose volumes are copied at about the same time; a step begins when all copies of the one before are cut. */
  steps: Claim[][];
}

/** Fields of a VolumeSnapshot: https://kubernetes.io/docs/concepts/storage/volume-snapshots/ */
export interface Snapshot {
  apiVersion: "snapshot.storage.k8s.io/v1";
  kind: "VolumeSnapshot";
  metadata: {
    name: string;
    namespace: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
  spec: { volumeSnapshotClassName?: string; source: { persistentVolumeClaimName?: string } };
  status?: { creationTime?: string; readyToUse?: boolean; error?: { message?: string } };
}

/** VolumeSnapshots of a cluster. */
export interface SnapshotApi {
  create: (snapshot: Snapshot) => Promise<void>;
  /** Those with the label of a backup. */
  list: (namespace: string) => Promise<Snapshot[]>;
  remove: (snapshot: Snapshot) => Promise<void>;
}

export interface Clock {
  now: () => Date;
  /** Resolves before the next question. */
  pause: () => Promise<void>;
}

/** Label of each snapshot of a backup, with the moment of its begin. */
export const backupLabel = "blockchain-clusters/backup";
/** Annotation with the number of snapshots of the whole backup: with fewer it is not complete. */
const sizeAnnotation = "blockchain-clusters/backup-size";

/** Longest time until a volume is copied, and until the copies of all volumes can be used. */
const cutMinutes = 10;
const readyMinutes = 6 * 60;

/**
 * Copies all volumes of a plan, and deletes the backups that are too old.
 *
 * @returns the backup's moment, which is the end of its snapshots' names
 * @throws Error with the snapshots that do not come, and their reasons; the backups that exist stay
 */
export async function backUp(plan: Plan, api: SnapshotApi, clock: Clock): Promise<string> {
  const moment = momentOf(clock.now());
  const size = String(plan.steps.flat().length);
  const namespaces = [...new Set(plan.steps.flat().map(({ namespace }) => namespace))];
  const list = async () => (await Promise.all(namespaces.map((namespace) => api.list(namespace)))).flat();
  const until = async (what: string, minutes: number, claims: Claim[], isDone: (snapshot: Snapshot) => boolean) => {
    const end = clock.now().getTime() + minutes * 60_000;
    const names = claims.map((claim) => nameOf(claim, moment));
    for (;;) {
      const there = new Map((await list()).map((snapshot) => [fullName(snapshot), snapshot]));
      const missing = names.flatMap((name) => {
        const snapshot = there.get(name);
        if (snapshot === undefined) return [`${name} (deleted meanwhile)`];
        return isDone(snapshot) ? [] : [`${name} (${snapshot.status?.error?.message ?? "no reason given"})`];
      });
      if (missing.length === 0) return;
      if (clock.now().getTime() > end) throw new Error(`not ${what} within ${minutes} minutes: ${missing.join(", ")}`);
      await clock.pause();
    }
  };
  for (const step of plan.steps) {
    await Promise.all(step.map((claim) => api.create(snapshotOf(claim, moment, size, plan.snapshotClass))));
    await until("copied", cutMinutes, step, ({ status }) => status?.creationTime !== undefined);
  }
  await until("ready", readyMinutes, plan.steps.flat(), ({ status }) => status?.readyToUse === true);
  await Promise.all(outdated(await list(), plan.keep).map((snapshot) => api.remove(snapshot)));
  return moment;
}

/** A moment as a part of names, in UTC: `20260102t030405z`. */
export function momentOf(date: Date): string {
  return date
    .toISOString()
    .replace(/\.\d+Z$/, "z")
    .replace(/[-:]/g, "")
    .toLowerCase();
}

/** Time of a moment, in seconds since 1970. */
export function timeOf(moment: string): number {
  return Date.parse(moment.replace(/^(....)(..)(..)t(..)(..)(..)z$/, "$1-$2-$3T$4:$5:$6Z")) / 1000;
}

function nameOf({ namespace, volume }: Claim, moment: string): string {
  return `${namespace}/${volume}-${moment}`;
}

function snapshotOf(
  { namespace, volume, claim }: Claim,
  moment: string,
  size: string,
  snapshotClass: string,
): Snapshot {
  return {
    apiVersion: "snapshot.storage.k8s.io/v1",
    kind: "VolumeSnapshot",
    metadata: {
      name: `${volume}-${moment}`,
      namespace,
      labels: { [backupLabel]: moment },
      annotations: { [sizeAnnotation]: size },
    },
    spec: { volumeSnapshotClassName: snapshotClass, source: { persistentVolumeClaimName: claim } },
  };
}

function fullName({ metadata: { namespace, name } }: Snapshot): string {
  return `${namespace}/${name}`;
}

/**
 * Snapshots of backups that are older than the newest `keep` complete ones. A backup that was never completed goes when as
 * many newer ones are complete.
 */
export function outdated(snapshots: Snapshot[], keep: number): Snapshot[] {
  const oldest = completeMoments(snapshots)[keep - 1];
  if (oldest === undefined) return [];
  return snapshots.filter((snapshot) => labelOf(snapshot) < oldest);
}

/** Moments of the backups that lack no snapshot, the newest first. */
export function completeMoments(snapshots: Snapshot[]): string[] {
  const moments = new Map<string, Snapshot[]>();
  for (const snapshot of snapshots) {
    const moment = labelOf(snapshot);
    moments.set(moment, [...(moments.get(moment) ?? []), snapshot]);
  }
  const complete = [...moments].filter(([, members]) => isComplete(members));
  return complete
    .map(([moment]) => moment)
    .sort()
    .reverse();
}

function labelOf({ metadata }: Snapshot): string {
  return metadata.labels?.[backupLabel] ?? "";
}

function isComplete(members: Snapshot[]): boolean {
  return members.every(
    ({ metadata, status }) =>
      status?.readyToUse === true && metadata.annotations?.[sizeAnnotation] === String(members.length),
  );
}
