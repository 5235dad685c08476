/** Backups of a Fabric network. */
import { createBackup, type BackedUpClaim, type ClaimInUse, type MonitoredBackup } from "../workload";
import type { FabricContext, Organization } from "./context";
import { fabricLabels, namespaceName } from "./names";
import type { OrdererOrganization, PeerOrganization } from "./organization";

/**
 * Creates the backups that the stack file asks for. Copies are cut in this order: state databases, which a ledger may be
 * ahead of but not behind; ledgers of peers; orderers, so that no restored peer is ahead of the restored orderers.
 *
 * @returns undefined without backups, or where the stack file opens the metrics to nobody
 */
export function fabricBackup(
  { component, prefix, network, config, options, storage, ledger }: FabricContext,
  ordering: readonly OrdererOrganization[],
  endorsing: readonly PeerOrganization[],
): MonitoredBackup | undefined {
  const { backup, monitoring, podSecurity, images } = config;
  if (backup === undefined) return undefined;
  const ledgers = (organization: Organization, nodes: readonly { ledger: ClaimInUse }[]) =>
    nodes.map((node) => claimOf(organization, node.ledger));
  const databases = endorsing.flatMap((organization) =>
    organization.peers.flatMap(({ stateDatabase }) =>
      stateDatabase !== undefined && backup.stateDatabases ? [claimOf(organization, stateDatabase)] : [],
    ),
  );
  return createBackup(
    prefix,
    {
      type: "blockchain-clusters:fabric:BackupNamespace",
      network,
      names: fabricLabels,
      config: backup,
      path: "network.fabric.backup",
      monitoring,
      namespace: namespaceName(network, "backup"),
      podSecurity,
      imagePullSecrets: options.imagePullSecrets,
      pullPolicy: images.pullPolicy,
      storage,
      steps: [
        databases,
        endorsing.flatMap((organization) => ledgers(organization, organization.peers)),
        ordering.flatMap((organization) => ledgers(organization, organization.orderers)),
      ].filter((step) => step.length > 0),
      ledger,
    },
    { parent: component },
  );
}

function claimOf({ namespace, place }: Organization, claim: ClaimInUse): BackedUpClaim {
  return { ...claim, namespace: place.namespace, owner: namespace };
}
