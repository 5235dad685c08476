/** Backups of a network, as their snapshots tell. */

/** Fields of a VolumeSnapshot of a backup. */
export interface Snapshot {
  metadata: {
    name: string;
    namespace: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
  status?: { readyToUse?: boolean; creationTime?: string; boundVolumeSnapshotContentName?: string };
}

export const backupLabel = "blockchain-clusters/backup";
const sizeAnnotation = "blockchain-clusters/backup-size";

export interface Backup {
  moment: string;
  snapshots: Snapshot[];
}

/** The newest backup that lacks no snapshot; undefined if there is none. */
export function newestComplete(snapshots: readonly Snapshot[]): Backup | undefined {
  const moments = [...new Set(snapshots.map(momentOf))].sort().reverse();
  return moments
    .map((moment) => ({ moment, snapshots: snapshots.filter((snapshot) => momentOf(snapshot) === moment) }))
    .find(({ snapshots: members }) =>
      members.every(
        ({ metadata, status }) =>
          status?.readyToUse === true && metadata.annotations?.[sizeAnnotation] === String(members.length),
      ),
    );
}

function momentOf({ metadata }: Snapshot): string {
  return metadata.labels?.[backupLabel] ?? "";
}

/** Snapshot of a node's volume in a backup, for example of `peer0-ledger`. */
export function snapshotOf({ moment, snapshots }: Backup, namespace: string, volume: string): Snapshot | undefined {
  return snapshots.find(({ metadata }) => metadata.namespace === namespace && metadata.name === `${volume}-${moment}`);
}

/** Name of a volume in backups, from the name of a claim, which may be that of an earlier backup. */
export function volumeOf(claim: string): string {
  return claim.replace(/-\d{8}t\d{6}z(-of-orderer\d+)?$/, "");
}
