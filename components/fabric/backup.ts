/** Backups of a Fabric network. */
import { Backup, WorkloadNamespace, type BackedUpClaim, type ClaimInUse } from "../workload";
import type { FabricContext, Organization } from "./context";
import { componentLabels, fabricLabels, namespaceName, networkLabels, type Component } from "./names";
import type { OrdererOrganization, PeerOrganization } from "./organization";

/** Ports of API servers: of their Service and of most clouds, and of Kubernetes itself. */
const apiServerPorts = [443, 6443];

/**
 * Creates the backups that the stack file asks for. Copies are cut in this order: state databases, which a ledger may be
 * ahead of but not behind; ledgers of peers; orderers, so that no restored peer is ahead of the restored orderers.
 */
export function createBackup(
  context: FabricContext,
  ordering: readonly OrdererOrganization[],
  endorsing: readonly PeerOrganization[],
): void {
  const { component, prefix, network, config, options, storage } = context;
  const { backup } = config;
  if (backup === undefined) return;
  const labels = networkLabels(network);
  const place = namespaceName(network, "backup");
  const opts = { parent: component };
  const namespace = new WorkloadNamespace<Component>(
    `${prefix}-backup`,
    {
      type: "blockchain-clusters:fabric:BackupNamespace",
      namespace: place,
      network,
      labels,
      podSecurity: config.podSecurity,
      protect: false,
      serviceAccount: "backup",
      imagePullSecrets: options.imagePullSecrets,
      components: ["backup"],
      names: fabricLabels,
      traffic: {
        pairs: [],
        guests: [],
        outside: apiServerPorts.map((port) => ({ from: "backup", port, cidrs: backup.apiServerCidrs })),
        dns: [],
      },
      budgets: {},
    },
    opts,
  );
  const ledgers = (organization: Organization, nodes: readonly { ledger: ClaimInUse }[]) =>
    nodes.map(({ ledger }) => claimOf(organization, ledger));
  const databases = endorsing.flatMap((organization) =>
    organization.peers.flatMap(({ stateDatabase }) =>
      stateDatabase !== undefined && backup.stateDatabases ? [claimOf(organization, stateDatabase)] : [],
    ),
  );
  new Backup(
    `${prefix}-backup-job`,
    {
      config: backup,
      path: "network.fabric.backup",
      namespace,
      place,
      labels,
      podLabels: componentLabels(network, "backup"),
      pullPolicy: config.images.pullPolicy,
      storage,
      steps: [
        databases,
        endorsing.flatMap((organization) => ledgers(organization, organization.peers)),
        ordering.flatMap((organization) => ledgers(organization, organization.orderers)),
      ].filter((step) => step.length > 0),
    },
    opts,
  );
}

function claimOf({ namespace, place }: Organization, claim: ClaimInUse): BackedUpClaim {
  return { ...claim, namespace: place.namespace, owner: namespace };
}
