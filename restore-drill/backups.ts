/** Backups of a network, as their snapshots tell. */
import { UserError } from "../lib/user-error";
import { backupLabel } from "../provider/kubernetes/volume-reader";

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

const sizeAnnotation = "blockchain-clusters/backup-size";

export interface Backup {
  moment: string;
  snapshots: Snapshot[];
}

/** The newest backup of a network with these namespaces that lacks no snapshot; undefined if there is none. */
export function newestComplete(all: readonly Snapshot[], namespaces: readonly string[]): Backup | undefined {
  const own = all.filter(({ metadata }) => namespaces.includes(metadata.namespace));
  const moments = [...new Set(own.map(momentOf))].sort().reverse();
  return moments
    .map((moment) => ({ moment, snapshots: own.filter((snapshot) => momentOf(snapshot) === moment) }))
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

/** Name of the volume of a node's blocks in backups. */
export function ledgerOf(node: string): string {
  return `${node}-ledger`;
}

/**
 * Snapshot of a node's volume in a backup, for example of `peer0-ledger`. Undefined for a state database that the backup
 * does not have: a peer makes it anew from its blocks.
 *
 * @throws UserError for any other volume that the backup does not have
 */
export function snapshotOf({ moment, snapshots }: Backup, namespace: string, volume: string): Snapshot | undefined {
  const name = `${volume}-${moment}`;
  const found = snapshots.find(({ metadata }) => metadata.namespace === namespace && metadata.name === name);
  if (found !== undefined || volume.endsWith("-couchdb")) return found;
  throw new UserError(
    `Backup ${moment} has no snapshot of volume ${volume} in namespace ${namespace}: its node may be younger than the backup. ` +
      'Take another backup; docs/operations.md, "Backup", says how.',
  );
}

/** Name of a volume in backups, from the name of a claim, which may be that of an earlier backup. */
export function volumeOf(claim: string): string {
  return claim.replace(/-\d{8}t\d{6}z(-of-orderer\d+)?$/, "");
}
