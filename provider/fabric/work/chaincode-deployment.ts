/** Installs, approves and commits the missing parts of a chaincode. Repeatable and interruptible at any point. */
import { mergeCollections } from "../../../ledger/fabric/collections";
import {
  approveChaincodeCall,
  checkCommitReadinessCall,
  commitChaincodeCall,
  installChaincodeCall,
  parseCommitReadiness,
  parseInstallResult,
  type ChaincodeDefinition,
  type CommitReadiness,
} from "../../../ledger/fabric/lifecycle";
import { ProposalRefused } from "../../../ledger/fabric/transaction";
import { describeDifference, type DefinitionPart } from "../../../ledger/fabric/consortium/definition-differences";
import { identityOf, type Identity } from "../clients/identity";
import { NodeError } from "../clients/node-error";
import type { PeerClient } from "../clients/peer-client";
import { ProviderError } from "../../framework/errors";
import { NotYet, waitOptions, waitUntil, type WaitOptions } from "../../framework/wait";
import type { Session } from "../clients/session";
import type { ChaincodeInputs, ChaincodeOrganization } from "../sdk";
import { chainHeight } from "./chain-height";
import {
  approvedDefinition,
  committedDefinition,
  installedPackages,
  isInstalled,
  isReferenced,
  isSameDefinition,
  normalizePolicy,
} from "./chaincode-queries";
import { membersToApprove, othersToEndorse } from "./endorsing-members";
import { transact } from "./transactions";

/** Answers to a step that was done before. */
const alreadyInstalled = /chaincode already successfully installed/;
const alreadyApproved =
  /attempted to redefine (uncommitted sequence \(\d+\) for namespace \S+ with unchanged content|the current committed sequence \(\d+\) for namespace \S+$)/;
/** Answers after somebody else's commit or approval; a fresh look shows the remaining work. */
const overtaken =
  /requested sequence (is )?\d+,? (but new definition must be|is larger than)|is larger than requested sequence/;

/** Answer of another company's peer that has not yet the block with its own company's approval. */
const isBehind = /not agreed to by this org/;

/** Outcome of a deployment. */
export interface DeployedChaincode {
  /** Committed sequence, 0 when there is none. */
  sequence: number;
  /** Members that have to approve the definition before it can be committed. Undefined once it is committed. */
  waitingFor?: string[];
}

/** An organisation with its connections. Its first peer answers questions. */
interface Organization extends ChaincodeOrganization {
  identity: Identity;
  clients: PeerClient[];
  speaker: PeerClient;
}

/** The definition that is to be approved, and whether the channel has it already. */
interface DefinitionPlan {
  definition: ChaincodeDefinition;
  isCommitted: boolean;
}

export class ChaincodeDeployment {
  /** Tries of a commit so far. */
  private commits = 0;

  private constructor(
    private readonly session: Session,
    private readonly inputs: ChaincodeInputs,
    private readonly organizations: Organization[],
  ) {}

  static async open(session: Session, inputs: ChaincodeInputs): Promise<ChaincodeDeployment> {
    const organizations = await Promise.all(inputs.organizations.map((organization) => connect(session, organization)));
    return new ChaincodeDeployment(session, inputs, organizations);
  }

  /** Ends when every peer has the package, and the definition unless too few companies approved it. */
  async run(): Promise<DeployedChaincode> {
    // Packages and definitions do not depend on one another, and only definitions wait for blocks.
    const [deployed] = await Promise.all([this.define(), this.install()]);
    await this.waitForSequence(deployed.sequence, this.organizations.flatMap(pairWithIdentity));
    return deployed;
  }

  private async install(): Promise<void> {
    await Promise.all(
      this.organizations.flatMap((organization) => organization.clients.map((peer) => installOn(peer, organization))),
    );
  }

  private async define(): Promise<DeployedChaincode> {
    return waitUntil<DeployedChaincode>(
      async () => {
        const plan = await this.plan();
        const { definition, isCommitted } = plan;
        const approvals = await Promise.all(this.organizations.map((organization) => this.approve(organization, plan)));
        const unsettled = approvals.find((result) => result !== undefined);
        if (unsettled !== undefined) return unsettled;
        return isCommitted ? { sequence: definition.sequence } : this.commit(definition);
      },
      this.waitOptions(`chaincode ${this.inputs.name} to be defined on channel ${this.inputs.channelId}`),
    );
  }

  /** The definition with its sequence: the committed sequence if the definition is the same, else the next one. */
  private async plan(): Promise<DefinitionPlan> {
    const { channelId, name, version, endorsementPolicy, initRequired } = this.inputs;
    const found = await Promise.all(
      this.organizations.map(({ speaker, identity }) => committedDefinition(speaker, identity, channelId, name)),
    );
    const committed = found.reduce(
      (newest, next) => ((next?.definition.sequence ?? 0) > (newest?.definition.sequence ?? 0) ? next : newest),
      undefined,
    );
    const collections = mergeCollections(committed?.definition.collections, this.inputs.collections);
    const wished = { name, version, endorsementPolicy, initRequired, collections };
    const sequence = committed?.definition.sequence ?? 0;
    // A peer behind the others would refuse an approval after a sequence that it has not seen.
    await this.waitForSequence(
      sequence,
      this.organizations.map(({ speaker, identity }) => ({ peer: speaker, identity })),
    );
    const isCommitted = committed !== undefined && isSameDefinition(committed.definition, { ...wished, sequence });
    return { definition: { ...wished, sequence: isCommitted ? sequence : sequence + 1 }, isCommitted };
  }

  /**
   * Approves a definition. All peers of the organisation endorse, so that none has to fetch the approval's private part
   * by gossip.
   */
  private async approve(organization: Organization, plan: DefinitionPlan): Promise<NotYet | undefined> {
    const { definition } = plan;
    const { channelId, name } = this.inputs;
    const { speaker, identity, packageId } = organization;
    const step = `approving chaincode ${name}, sequence ${definition.sequence}`;
    const existing = await approvedDefinition(speaker, identity, channelId, definition);
    if (existing === "lost") return this.lostApproval(organization, plan);
    if (existing?.packageId === packageId && isSameDefinition(existing.definition, definition)) return undefined;
    this.session.context.log.status(`${organization.mspId}: ${step}`);
    const result = await transact({
      channelId,
      step,
      identity,
      call: approveChaincodeCall(definition, packageId),
      endorsers: organization.clients,
      needsAll: false,
      committers: this.organizations.map((each) => each.speaker),
    });
    if (!(result instanceof ProposalRefused)) return result;
    if (alreadyApproved.test(result.answer)) return undefined;
    if (overtaken.test(result.answer)) return new NotYet(result.answer);
    throw speaker.refused(step, result);
  }

  /**
   * An approval whose content is lost. Fabric takes no second one for the same sequence, but hashes on the ledger tell
   * whether it is of this definition and package, and peers execute the chaincode by it.
   *
   * @throws ProviderError when it is of another one
   */
  private async lostApproval(
    organization: Organization,
    { definition, isCommitted }: DefinitionPlan,
  ): Promise<NotYet | undefined> {
    const { channelId, name } = this.inputs;
    const { speaker, identity, mspId, packageId } = organization;
    const { sequence, version } = definition;
    const what = `${mspId} approved chaincode ${name} of channel ${channelId}, sequence ${sequence}`;
    const remedy =
      "That approval was lost with the volumes of its peers, and Fabric takes no other one for this sequence: put back what was " +
      `approved, or give the next one by another \`version\` than ${version} in every company's file`;
    if (!isCommitted) {
      const readiness = await this.readinessAt(organization, definition);
      if (readiness instanceof NotYet) return readiness;
      if (readiness.some((each) => each.mspId === mspId && each.approved)) return undefined;
      throw new ProviderError(`${what}, with another definition than the stack file's. ${remedy}`);
    }
    const installed = (await installedPackages(speaker, identity)).find((each) => each.packageId === packageId);
    if (installed === undefined) return new NotYet(`${speaker.node.name} has not yet package ${packageId}`);
    if (isReferenced(installed, channelId, name)) return undefined;
    throw new ProviderError(`${what}, with another package than ${packageId}. ${remedy}`);
  }

  /** Commits a definition that enough members approved. */
  private async commit(definition: ChaincodeDefinition): Promise<NotYet | DeployedChaincode> {
    const { channelId, name } = this.inputs;
    const [first] = this.organizations;
    if (first === undefined) throw new Error(`chaincode ${name}: no organisation`);
    const step = `committing chaincode ${name}, sequence ${definition.sequence}`;
    const readiness = await this.readiness(definition);
    if (readiness instanceof NotYet) return readiness;
    const waitingFor = membersToApprove(readiness);
    if (waitingFor.length > 0) return this.wait(definition, readiness, waitingFor);
    this.session.context.log.status(step);
    const own = this.organizations.map(({ mspId }) => mspId);
    try {
      const result = await transact({
        channelId,
        step,
        identity: first.identity,
        call: commitChaincodeCall(definition),
        endorsers: this.organizations.map(({ speaker }) => speaker),
        needsAll: true,
        through: othersToEndorse(readiness, own, this.commits++),
        committers: this.organizations.flatMap(({ clients }) => clients),
      });
      if (result === undefined) return { sequence: definition.sequence };
      if (!(result instanceof ProposalRefused)) return result;
      if (overtaken.test(result.answer)) return new NotYet(result.answer);
      throw first.speaker.refused(step, result);
    } catch (error) {
      // Companies that approve in the same moment commit in the same moment, each through its own gateway.
      if (error instanceof NodeError && (overtaken.test(error.answer) || isBehind.test(error.answer))) {
        return new NotYet(error.answer);
      }
      throw error instanceof NodeError && error.answer.includes("ENDORSEMENT_POLICY_FAILURE")
        ? new NodeError(error.node, step, `${error.answer}; ${lackingApprovals(readiness, channelId)}`)
        : error;
    }
  }

  /**
   * Ends without a commit: other companies approve in their own time.
   *
   * @throws ProviderError when one of them approved another definition for this sequence
   */
  private wait(
    { sequence, version }: ChaincodeDefinition,
    readiness: readonly CommitReadiness[],
    waitingFor: string[],
  ): DeployedChaincode {
    const { channelId, name } = this.inputs;
    const what = `chaincode ${name} of channel ${channelId}, version ${version}, sequence ${sequence}`;
    const differences = this.differences(sequence, readiness);
    if (differences.length > 0) throw new ProviderError(`${what}: ${differentDefinitions(differences)}`);
    const approved = readiness.flatMap((each) => (each.approved ? [each.mspId] : []));
    this.session.context.log.warn(
      `${what} waits for approvals: ${waitingFor.join(", ")}; approved by ${approved.join(", ")}. Each approves with its own ` +
        "stack, and the one that completes the majority commits",
    );
    return { sequence: sequence - 1, waitingFor };
  }

  /** Warns of companies that approved another definition for the next sequence. Changes nothing. */
  async tellDifferences(): Promise<void> {
    const { channelId, name } = this.inputs;
    const { definition, isCommitted } = await this.plan();
    const [first] = this.organizations;
    if (isCommitted || first === undefined) return;
    const readiness = await this.readinessAt(first, definition);
    if (readiness instanceof NotYet) return;
    const differences = this.differences(definition.sequence, readiness);
    if (differences.length === 0) return;
    this.session.context.log.warn(
      `chaincode ${name} of channel ${channelId}, version ${definition.version}, sequence ${definition.sequence}: ` +
        differentDefinitions(differences),
    );
  }

  /** Fields in which definitions of other companies differ from this stack's, with both values where partners tell theirs. */
  private differences(sequence: number, readiness: readonly CommitReadiness[]): string[] {
    const { version, initRequired, collections = [], partnerDefinitions = [] } = this.inputs;
    const ours = {
      version,
      initRequired: initRequired ?? false,
      endorsementPolicy: normalizePolicy(this.inputs.endorsementPolicy),
      collections,
    };
    const own = this.organizations.map(({ mspId }) => mspId);
    return readiness
      .filter(({ mspId, approved }) => !approved && !own.includes(mspId))
      .flatMap(({ mspId, mismatches }) => {
        const theirs = partnerDefinitions.find((each) => each.mspId === mspId && each.sequence === sequence);
        return definitionParts
          .filter((part) => mismatches.some((mismatch) => mismatch.startsWith(part)))
          .map((part) => describeDifference(part, mspId, theirs, ours));
      });
  }

  /**
   * Organisations that approved, once every peer that will endorse the commit has the approvals of all our
   * organisations.
   */
  private async readiness(definition: ChaincodeDefinition): Promise<CommitReadiness[] | NotYet> {
    const own = this.organizations.map(({ mspId }) => mspId);
    let approvals: CommitReadiness[] = [];
    for (const organization of this.organizations) {
      const answer = await this.readinessAt(organization, definition);
      if (answer instanceof NotYet) return answer;
      approvals = answer;
      const late = approvals.find(({ mspId, approved }) => own.includes(mspId) && !approved);
      if (late !== undefined) {
        return new NotYet(
          `${organization.speaker.node.name} has no approval of ${late.mspId} ${late.mismatches.join(", ")}`.trimEnd(),
        );
      }
    }
    return approvals;
  }

  /** Organisations that approved a definition, as a peer of one of ours sees it. */
  private async readinessAt(
    { speaker, identity }: Organization,
    definition: ChaincodeDefinition,
  ): Promise<CommitReadiness[] | NotYet> {
    const { channelId, name } = this.inputs;
    const step = `checking the approvals of chaincode ${name}`;
    const answer = await speaker.tryQuery(step, identity, channelId, checkCommitReadinessCall(definition));
    if (!(answer instanceof ProposalRefused)) return parseCommitReadiness(answer);
    if (overtaken.test(answer.answer)) return new NotYet(answer.answer);
    throw speaker.refused(step, answer);
  }

  private async waitForSequence(sequence: number, peers: { peer: PeerClient; identity: Identity }[]): Promise<void> {
    const { channelId, name } = this.inputs;
    if (sequence === 0) return;
    await Promise.all(
      peers.map(({ peer, identity }) =>
        waitUntil<true>(
          async () => {
            const committed = await committedDefinition(peer, identity, channelId, name);
            const reached = committed?.definition.sequence ?? 0;
            return reached >= sequence ? true : this.behind(peer, identity, `it has sequence ${reached}`);
          },
          this.waitOptions(`${peer.node.name} to have sequence ${sequence} of chaincode ${name}`),
        ),
      ),
    );
  }

  /** Progress of a peer that is behind the others: with a long chain it needs hours. */
  private async behind(peer: PeerClient, identity: Identity, answer: string): Promise<NotYet> {
    const { channelId } = this.inputs;
    const speakers = this.organizations.map((each) => chainHeight(each.speaker, each.identity, channelId));
    const [own, ...others] = await Promise.all([chainHeight(peer, identity, channelId), ...speakers]);
    if (own === undefined) return new NotYet(answer);
    const head = Math.max(own, ...others.map((height) => height ?? 0));
    return new NotYet(`${answer}, block ${own} of ${head}`, own);
  }

  private waitOptions(waitingFor: string): WaitOptions {
    return waitOptions(this.session.context, waitingFor);
  }
}

async function connect(session: Session, organization: ChaincodeOrganization): Promise<Organization> {
  const clients = await Promise.all(organization.peers.map((peer) => session.peer(peer)));
  const [speaker] = clients;
  if (speaker === undefined) throw new Error(`${organization.mspId}: no peer`);
  return { ...organization, identity: identityOf(organization.administrator), clients, speaker };
}

async function installOn(peer: PeerClient, organization: Organization): Promise<void> {
  const { identity, packageId } = organization;
  const step = `installing chaincode package ${packageId}`;
  if (await isInstalled(peer, identity, packageId)) return;
  const call = installChaincodeCall(Buffer.from(organization.package, "base64"));
  const answer = await peer.tryQuery(step, identity, "", call);
  if (answer instanceof ProposalRefused) {
    if (alreadyInstalled.test(answer.answer)) return;
    throw peer.refused(step, answer);
  }
  const installed = parseInstallResult(answer);
  if (installed.packageId !== packageId) {
    throw new NodeError(peer.node, step, `the peer computed another package id, ${installed.packageId}`);
  }
}

/** A member that approved nothing for the sequence lacks the whole, `ChaincodeParameters`, which is no difference. */
const definitionParts: readonly DefinitionPart[] = ["EndorsementInfo", "ValidationInfo", "Collections"];

function differentDefinitions(differences: readonly string[]): string {
  return `companies approved different definitions: ${differences.join("; ")}. Agree on one definition in all stack files`;
}

function pairWithIdentity({ clients, identity }: Organization): { peer: PeerClient; identity: Identity }[] {
  return clients.map((peer) => ({ peer, identity }));
}

function lackingApprovals(readiness: CommitReadiness[], channelId: string): string {
  const missing = readiness.filter(({ approved }) => !approved).map(({ mspId }) => mspId);
  return missing.length === 0
    ? `the endorsement of the organisations listed does not satisfy the LifecycleEndorsement policy of channel ${channelId}`
    : `not approved by ${missing.join(", ")}: list them in \`organizations\`, or let their own stacks approve first`;
}
