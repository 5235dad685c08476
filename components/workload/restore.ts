import type * as pulumi from "@pulumi/pulumi";
import { RestorePoint, type LedgerProvider } from "../../provider/sdk";
import { restoredClaim } from "./objects";

export interface RestorePointArgs {
  /** Owner of the volumes in messages, for example `org1/peer0`. */
  name: string;
  /** Setting that names the backup, for messages. */
  path: string;
  /** Namespace of the volumes. */
  namespace: pulumi.Input<string>;
  /** Moment of the backup. */
  moment: string;
  /** Names of the volumes in backups, whose claims end with the moment. */
  volumes: readonly string[];
  /** Reason for which no node may go back to a backup any more. Default: none. */
  refusal?: string | undefined;
}

/**
 * A resource that is there once the backup has a snapshot for each volume of one node.
 *
 * @param prefix Name of the node's component.
 */
export function createRestorePoint(
  prefix: string,
  { volumes, refusal, ...args }: RestorePointArgs,
  opts: { parent: pulumi.Resource; provider: LedgerProvider },
): RestorePoint {
  const { moment } = args;
  const wished = volumes.map((volume) => ({ volume, claim: restoredClaim(volume, moment) }));
  const reason = refusal === undefined ? {} : { refusal };
  return new RestorePoint(`${prefix}-restore-${moment}`, { ...args, volumes: wished, ...reason }, opts);
}
