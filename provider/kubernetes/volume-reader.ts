import type { DialOptions } from "./dialer";

/** Label of each snapshot of a backup, with the moment of the backup. The CronJob sets it. */
export const backupLabel = "blockchain-clusters/backup";

/** A node, or several, with volumes in a namespace. */
export interface VolumeOwner {
  /** Name used in messages, for example `org1/peer0`. */
  name: string;
  namespace: string;
}

/** A PersistentVolumeClaim. */
export interface VolumeClaim {
  name: string;
  /** Whether it has its volume. */
  isBound: boolean;
}

/** A VolumeSnapshot of a backup. */
export interface BackupSnapshot {
  name: string;
  /** Moment of the backup. */
  moment: string;
  /** Whether a volume can be made of it. */
  isReady: boolean;
  /** Error of the storage system, if it reported one. */
  error: string | undefined;
}

/** Volumes and backups in namespaces of a cluster. */
export interface VolumeReader {
  claims(owner: VolumeOwner, options: DialOptions): Promise<VolumeClaim[]>;
  /** Snapshots of backups; none where the cluster knows no snapshots. */
  snapshots(owner: VolumeOwner, options: DialOptions): Promise<BackupSnapshot[]>;
}
