/**
 * The way of a living channel from raft to BFT. Fabric changes the type of consensus in maintenance mode only, in which
 * orderers refuse transactions; mode and type each change in an update of their own (`MaintenanceFilter` in
 * orderer/common/msgprocessor). Orderers run the new consensus from their next start on.
 * https://hyperledger-fabric.readthedocs.io/en/latest/raft_bft_migration.html
 */
import type { Config, ConfigGroup } from "@hyperledger/fabric-protos/lib/common/configtx_pb";
import { Orderers } from "@hyperledger/fabric-protos/lib/common/configuration_pb";
import { ConsensusType } from "@hyperledger/fabric-protos/lib/orderer/configuration_pb";
import type { ChannelConfig, Consensus, Consenter } from "./channel-config";
import { setPolicy, setValue } from "./channel-group";
import { readConsensusType, readRaftMetadata } from "./config-decode";
import { groupNames, policyNames, policyTypes, valueNames } from "./config-names";
import { addressText } from "./config-normal-form";
import { bftOptions, buildBftConsenter, buildBlockValidationPolicy } from "./consenters";
import { problem, type Problem } from "../../lib/problem";

/** A change of the channel group, for people and as a function. */
export interface MigrationStep {
  /** For people. */
  description: string;
  /** The channel group after the step. */
  change: (group: ConfigGroup) => ConfigGroup;
  /** Whether each orderer must have started since the last update. */
  isAfterRestart: boolean;
}

/** Whether a channel is in maintenance mode, in which it takes no transaction. */
export function isInMaintenance(config: Config): boolean {
  const group = config.getChannelGroup();
  return group !== undefined && isMaintenance(ordererGroup(group));
}

/** Whether the orderers of a channel may still run raft while its config says BFT: they change with their next start. */
export function isBetweenConsensuses(config: Config, { consensus }: Pick<ChannelConfig, "consensus">): boolean {
  return consensus === "BFT" && isInMaintenance(config);
}

/** Reasons why a channel in maintenance mode cannot become BFT: its consenters stay until it left the mode. */
export function validateMigration(
  config: Config,
  live: ChannelConfig,
  desired: ChannelConfig,
  path: string,
): Problem[] {
  if (live.consensus === desired.consensus || !isInMaintenance(config)) return [];
  const known = new Set(desired.consenters.map(addressText));
  return live.consenters
    .map(addressText)
    .filter((address) => !known.has(address))
    .map((address) =>
      problem({
        path: `${path}.consenters`,
        must: `have ${address}`,
        because: "the channel is in maintenance mode, in which its consenters stay",
        hint: "Remove it once the channel has left the mode",
      }),
    );
}

const enter: MigrationStep = {
  description: "begin maintenance mode, in which orderers refuse transactions",
  change: (group) => withState(group, ConsensusType.State.STATE_MAINTENANCE),
  isAfterRestart: false,
};

function migrate(consenters: readonly Consenter[]): MigrationStep {
  return {
    description: "consensus etcdraft -> BFT",
    change: (group) => withBft(group, consenters),
    isAfterRestart: false,
  };
}

function leave(consensus: Consensus): MigrationStep {
  return {
    description: "end maintenance mode",
    change: (group) => withState(group, ConsensusType.State.STATE_NORMAL),
    isAfterRestart: consensus === "BFT",
  };
}

/**
 * Steps that are left until a channel has the wished consensus, and takes transactions; none for a channel that has and
 * does. A channel in maintenance mode whose consensus is the wished one leaves the mode.
 */
export function migrationSteps(config: Config, live: ChannelConfig, desired: ChannelConfig): MigrationStep[] {
  const hasMode = isInMaintenance(config);
  if (live.consensus === desired.consensus) return hasMode ? [leave(live.consensus)] : [];
  return [...(hasMode ? [] : [enter]), migrate(desired.consenters), leave(desired.consensus)];
}

/**
 * `live` with the changes of consensus and mode that `outcome` has, and their words. Everything that a migration does not
 * change is as in `live`.
 *
 * @param next the config of `outcome`
 */
export function migrationBetween(
  live: ConfigGroup,
  outcome: ConfigGroup,
  next: ChannelConfig,
): { words: string[]; group: ConfigGroup } {
  const before = readConsensusType(ordererGroup(live));
  const after = readConsensusType(ordererGroup(outcome));
  const isMigrated = before.getType() === "etcdraft" && next.consensus === "BFT";
  const group = isMigrated ? withBft(live, next.consenters) : live;
  if (before.getState() === after.getState()) return { words: [], group };
  const step = isMaintenance(ordererGroup(outcome)) ? enter : leave(next.consensus);
  return { words: [step.description], group: step.change(group) };
}

function isMaintenance(orderer: ConfigGroup): boolean {
  return readConsensusType(orderer).getState() === ConsensusType.State.STATE_MAINTENANCE;
}

function withState(group: ConfigGroup, state: 0 | 1): ConfigGroup {
  return changeOrderer(group, (orderer) => {
    const consensus = readConsensusType(orderer);
    consensus.setState(state);
    setValue(orderer, valueNames.consensusType, consensus);
  });
}

/**
 * The channel with BFT: options of a new BFT channel, and the raft consenters with their identities. Fabric wants exactly
 * the consenters of before, with their TLS certificates byte for byte.
 */
function withBft(group: ConfigGroup, consenters: readonly Consenter[]): ConfigGroup {
  return changeOrderer(group, (orderer) => {
    const mapping = readRaftMetadata(orderer)
      .getConsentersList()
      .map((raft, index) => {
        const address = addressText({ host: raft.getHost(), port: raft.getPort() });
        const known = consenters.find((consenter) => addressText(consenter) === address);
        if (known === undefined) throw new Error(`the identity of consenter ${address} is unknown`);
        const message = buildBftConsenter(known, index + 1);
        message.setClientTlsCert(raft.getClientTlsCert_asU8());
        message.setServerTlsCert(raft.getServerTlsCert_asU8());
        return message;
      });
    const orderers = new Orderers();
    orderers.setConsenterMappingList(mapping);
    setValue(orderer, valueNames.orderers, orderers);
    setPolicy(orderer, policyNames.blockValidation, policyTypes.signature, buildBlockValidationPolicy(mapping));
    const consensus = readConsensusType(orderer);
    consensus.setType("BFT");
    consensus.setMetadata(bftOptions().serializeBinary());
    setValue(orderer, valueNames.consensusType, consensus);
  });
}

function changeOrderer(group: ConfigGroup, change: (orderer: ConfigGroup) => void): ConfigGroup {
  const target = group.clone();
  change(ordererGroup(target));
  return target;
}

function ordererGroup(group: ConfigGroup): ConfigGroup {
  const orderer = group.getGroupsMap().get(groupNames.orderer);
  if (orderer === undefined) throw new Error(`the config has no group ${groupNames.orderer}`);
  return orderer;
}
