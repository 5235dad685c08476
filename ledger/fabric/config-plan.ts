/**
 * How a live channel becomes the wished one: ordered config updates, each of which Fabric accepts on its own.
 *
 * Everything but the consenter set can change in one update. Of consenters, Fabric takes one at a time. So a change
 * of both is: first everything that new consenters rely on (their organisation, its authorities), then one consenter
 * after the other, then what may go or come only with them (old organisations and authorities, new endpoints). A change of
 * consensus has steps of its own.
 */
import { isDeepStrictEqual } from "node:util";
import type { Config, ConfigGroup } from "@hyperledger/fabric-protos/lib/common/configtx_pb";
import type {
  ChannelConfig,
  Consenter,
  HostPort,
  OrdererOrganization,
  OrganizationMsp,
  PeerOrganization,
} from "./channel-config";
import { describeChanges } from "./config-changes";
import { describeChannelConfig } from "./config-decode";
import { applyConfigUpdate, computeConfigUpdate } from "./config-diff";
import { addressText, normalizeChannelConfig } from "./config-normal-form";
import { overlayChannelGroup, pairConsenters } from "./config-overlay";
import { firstEndpoints } from "./first-endpoints";
import type { RequiredSigners } from "./config-signers";
import { wantedSigners } from "./consenter-owners";
import { isInMaintenance, migrationSteps, validateMigration } from "./consensus-migration";
import { throwProblems } from "../../lib/problem";
import { validateChannelChange, validateChannelConfig } from "./validate-channel";

export interface ConfigUpdateStep {
  /** For people, for example `add consenter orderer3.example:7050`. */
  description: string;
  /** Protobuf bytes of `common.ConfigUpdate`, which administrators sign. */
  update: Uint8Array;
  /** Policies that must all be satisfied, and owners of consenters who must sign. */
  requiredSigners: RequiredSigners[];
  /** Whether each orderer must have started since the update before: it runs the new consensus from then on. */
  isAfterRestart: boolean;
}

/**
 * Ordered steps from the live config to `desired`; empty without a difference. Each step is computed against the result
 * of the earlier ones. A new plan after every step, of which only the first step is taken, gives the same updates.
 *
 * Consenters are added before others are removed, so that the set always tolerates as many failures as before. Fabric
 * accepts no new consenter while one that the set needs is down: a dead consenter must be removed by a separate change.
 *
 * A change of consensus is last, since maintenance mode permits no other change and is to be short. A channel that is in
 * this mode leaves it first.
 *
 * @throws InputError with all problems, when `desired` is no valid channel or config updates cannot reach it.
 */
export function planConfigUpdates(channelId: string, current: Config, desired: ChannelConfig): ConfigUpdateStep[] {
  const live = describeChannelConfig(channelId, current);
  // Problems of the live config are not this change's: other parties wrote it, and Fabric accepted it.
  const inherited = new Set(validateChannelConfig(live, "config").map(({ message }) => message));
  throwProblems(`channel ${channelId}`, [
    ...validateChannelConfig(desired, "config").filter(({ message }) => !inherited.has(message)),
    ...validateChannelChange(live, desired, "config"),
    ...validateMigration(current, live, desired, "config"),
  ]);
  const plan = new Plan(channelId, current);
  const wished = keepRevocationLists(normalizeChannelConfig(desired), normalizeChannelConfig(live));
  if (!isInMaintenance(current)) plan.change(normalizeChannelConfig({ ...wished, consensus: live.consensus }));
  for (const { description, change, isAfterRestart } of migrationSteps(current, live, wished)) {
    plan.step(description, change, isAfterRestart);
  }
  plan.change(wished);
  return plan.steps;
}

/** Updates so far, and the config after them. */
class Plan {
  readonly steps: ConfigUpdateStep[] = [];

  constructor(
    private readonly channelId: string,
    private config: Config,
  ) {}

  /** Changes everything but the consensus. @param desired in normal form */
  change(desired: ChannelConfig): void {
    let state = normalizeChannelConfig(describeChannelConfig(this.channelId, this.config));
    for (const next of stages(state, desired)) {
      const before = state;
      this.step(describeChanges(before, next).join("; "), (group) => overlayChannelGroup(group, before, next));
      state = next;
    }
  }

  step(description: string, change: (group: ConfigGroup) => ConfigGroup, isAfterRestart = false): void {
    const group = this.config.getChannelGroup();
    const update = group && computeConfigUpdate(this.channelId, this.config, change(group));
    if (update === undefined) return;
    this.steps.push({
      description,
      update: update.serializeBinary(),
      requiredSigners: wantedSigners(this.channelId, this.config, update),
      isAfterRestart,
    });
    this.config = applyConfigUpdate(this.config, update);
  }
}

/** The desired channel with the live revocation lists of each organisation for which it names none. */
function keepRevocationLists(desired: ChannelConfig, live: ChannelConfig): ChannelConfig {
  const keep = <T extends OrdererOrganization | PeerOrganization>(organization: T, current: T[]): T => {
    const before = current.find(({ name }) => name === organization.name);
    const revocationLists = organization.msp.revocationLists ?? before?.msp.revocationLists;
    return revocationLists === undefined
      ? organization
      : { ...organization, msp: { ...organization.msp, revocationLists } };
  };
  return {
    ...desired,
    ordererOrganizations: desired.ordererOrganizations.map((each) => keep(each, live.ordererOrganizations)),
    peerOrganizations: desired.peerOrganizations.map((each) => keep(each, live.peerOrganizations)),
  };
}

/** Consecutive states of the channel, the last of which is `desired`. All in normal form. */
function stages(current: ChannelConfig, desired: ChannelConfig): ChannelConfig[] {
  const consenterSets = consenterStages(current.consenters, desired.consenters);
  if (consenterSets.length === 0) return [desired];
  const prepared = prepare(current, desired);
  return [prepared, ...consenterSets.map((consenters) => ({ ...prepared, consenters })), desired].map(
    normalizeChannelConfig,
  );
}

/** The desired channel, except for elements that must outlive the change of consenters, or must wait for it. */
function prepare(current: ChannelConfig, desired: ChannelConfig): ChannelConfig {
  const before = new Map(current.ordererOrganizations.map((organization) => [organization.name, organization]));
  const voting = new Set(current.consenters.map(addressText));
  const isVoting = (endpoint: HostPort): boolean => voting.has(addressText(endpoint));
  // Peers that know no voting orderer would never get the block with the others.
  const staysReachable = desired.ordererOrganizations.some(({ endpoints }) => endpoints.some(isVoting));
  const staying = desired.ordererOrganizations.map((organization) => {
    const old = before.get(organization.name);
    if (old !== undefined) return prepareOrganization(old, organization);
    if (!staysReachable) return organization;
    return { ...organization, endpoints: firstEndpoints(organization.endpoints, isVoting, current) };
  });
  const names = new Set(staying.map(({ name }) => name));
  const leaving = current.ordererOrganizations.filter(({ name }) => !names.has(name));
  return { ...desired, ordererOrganizations: [...staying, ...leaving], consenters: current.consenters };
}

function prepareOrganization(current: OrdererOrganization, desired: OrdererOrganization): OrdererOrganization {
  return {
    ...desired,
    msp: {
      ...desired.msp,
      ...joinedAuthorities(current.msp, desired.msp),
    },
    endpoints: sharedEndpoints(current.endpoints, desired.endpoints),
  };
}

/** Authorities of both configs: old and new consenters must chain to one of them until the end of the change. */
function joinedAuthorities(current: OrganizationMsp, desired: OrganizationMsp): Partial<OrganizationMsp> {
  const join = (a: string[] = [], b: string[] = []): string[] => [...new Set([...a, ...b])];
  return {
    caCertificates: join(desired.caCertificates, current.caCertificates),
    intermediateCaCertificates: join(desired.intermediateCaCertificates, current.intermediateCaCertificates),
    tlsCaCertificates: join(desired.tlsCaCertificates, current.tlsCaCertificates),
  };
}

/** Endpoints of both configs. Clients stop using orderers that will leave, and do not use new ones yet. */
function sharedEndpoints(current: HostPort[], desired: HostPort[]): HostPort[] {
  const wanted = new Set(desired.map(addressText));
  const shared = current.filter((endpoint) => wanted.has(addressText(endpoint)));
  return shared.length > 0 ? shared : current;
}

/** Consenter sets from `current` (exclusive) to `desired` (inclusive): renewals, then additions, then removals. */
export function consenterStages(current: Consenter[], desired: Consenter[]): Consenter[][] {
  const pairs = pairConsenters(current, desired);
  const kept = new Set(pairs.values());
  const sets: Consenter[][] = [];
  let set = current;
  for (const [before, after] of pairs) {
    if (!isDeepStrictEqual(before, after)) {
      set = set.map((consenter) => (consenter === before ? after : consenter));
      sets.push(set);
    }
  }
  for (const added of desired.filter((consenter) => !kept.has(consenter))) {
    set = [...set, added];
    sets.push(set);
  }
  for (const removed of current.filter((consenter) => !pairs.has(consenter))) {
    set = set.filter((consenter) => consenter !== removed);
    sets.push(set);
  }
  return sets;
}
