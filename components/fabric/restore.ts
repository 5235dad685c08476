/** Nodes that go on from a backup. */
import type * as pulumi from "@pulumi/pulumi";
import { restoredFrom, type PeerOrganizationConfig } from "../../config";
import { RestorePoint } from "../../provider/sdk";
import { restoredClaim, type RestoredVolume } from "../workload";
import type { NodeArgs } from "./node";

/** Volumes of a peer in backups. */
export const peerVolumes = (node: string) => ({ ledger: `${node}-ledger`, database: `${node}-couchdb` });

/** Volumes that a peer goes on with. */
export interface RestoredPeer {
  ledger: RestoredVolume;
  database: RestoredVolume;
}

/** Backup of a peer, which is there before volumes are made of it; undefined if the peer runs on its own volumes. */
export function restoredPeer(
  component: pulumi.Resource,
  name: string,
  node: string,
  { context, organization, index, settings }: NodeArgs & { settings: PeerOrganizationConfig },
): RestoredPeer | undefined {
  const { config, ledger: provider } = context;
  const entry = restoredFrom(settings, index);
  if (entry === undefined) return undefined;
  const { moment, stateDatabase, at } = entry;
  const { ledger, database } = peerVolumes(node);
  const hasDatabase = settings.stateDatabase === "couchdb" && stateDatabase === "snapshot";
  const volumes = hasDatabase ? [ledger, database] : [ledger];
  const point = new RestorePoint(
    `${name}-restore-${moment}`,
    {
      name: `${organization.name}/${node}`,
      path: `network.fabric.peerOrganizations[${config.peerOrganizations.indexOf(settings)}].restore[${at}].moment`,
      namespace: organization.namespace.name,
      moment,
      volumes: volumes.map((volume) => ({ volume, claim: restoredClaim(volume, moment) })),
    },
    { parent: component, provider },
  );
  return {
    ledger: { moment, point, fromSnapshot: true },
    database: { moment, point, fromSnapshot: hasDatabase },
  };
}
