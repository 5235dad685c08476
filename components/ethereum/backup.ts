/** Backups of an Ethereum network. */
import * as pulumi from "@pulumi/pulumi";
import { backupNamespace } from "../../config";
import { createBackup, type BackedUpClaim, type MonitoredBackup } from "../workload";
import { furtherRpc, usualRpc, type EthereumContext } from "./context";
import { ethereumLabels } from "./names";
import { rpcClaim } from "./specs/node-pod";
import type { Validator } from "./validator";

/**
 * Creates the backups that the stack file asks for. RPC nodes come before validators, so that no RPC node of a backup is
 * ahead of all validators of it.
 *
 * @returns undefined without backups, or where the stack file opens the metrics to nobody
 */
export function ethereumBackup(
  context: EthereumContext,
  validators: readonly Validator[],
): MonitoredBackup | undefined {
  const { component, prefix, network, config, storage, ledger, place, namespace: owner } = context;
  const { backup } = config;
  if (backup === undefined) return undefined;
  const inNetwork = { namespace: place.namespace, owner };
  return createBackup(
    prefix,
    {
      type: "blockchain-clusters:ethereum:BackupNamespace",
      network,
      names: ethereumLabels,
      config: backup,
      path: "network.ethereum.backup",
      monitoring: config.monitoring,
      namespace: backupNamespace(network),
      podSecurity: config.podSecurity,
      imagePullSecrets: config.imagePullSecrets,
      pullPolicy: config.pullPolicy,
      storage,
      steps: [
        backup.rpcNodes ? firstRpcNodes(context).map((claim) => ({ ...claim, ...inNetwork })) : [],
        validators.map(({ chain: { volume, claim } }) => ({ volume, claim, ...inNetwork })),
      ].filter((step) => step.length > 0),
      ledger,
    },
    { parent: component },
  );
}

/** Volume of the first node of each group of RPC nodes: those of a group are alike. */
function firstRpcNodes({ config }: EthereumContext): Pick<BackedUpClaim, "volume" | "claim">[] {
  const groups = [usualRpc(config), ...config.rpcGroups.map((group) => furtherRpc(group, config))];
  return groups
    .filter(({ rpc }) => rpc.replicas > 0)
    .map(({ name }) => ({ volume: `${name}-chain`, claim: pulumi.output(rpcClaim(name, 0)) }));
}
