/**
 * Calls of `_lifecycle`, the system chaincode that installs packages and defines chaincodes.
 * https://hyperledger-fabric.readthedocs.io/en/latest/chaincode_lifecycle.html
 */
import { ApplicationPolicy } from "@hyperledger/fabric-protos/lib/common/policies_pb";
import type { CollectionConfigPackage } from "@hyperledger/fabric-protos/lib/peer/collection_pb";
import {
  ApproveChaincodeDefinitionForMyOrgArgs,
  ChaincodeSource,
  CheckCommitReadinessArgs,
  CheckCommitReadinessResult,
  CommitChaincodeDefinitionArgs,
  InstallChaincodeArgs,
  InstallChaincodeResult,
  QueryApprovedChaincodeDefinitionArgs,
  QueryApprovedChaincodeDefinitionResult,
  QueryChaincodeDefinitionArgs,
  QueryChaincodeDefinitionResult,
  QueryInstalledChaincodesArgs,
  QueryInstalledChaincodesResult,
} from "@hyperledger/fabric-protos/lib/peer/lifecycle/lifecycle_pb";
import type { Message } from "google-protobuf";
import { formatApplicationPolicy, parseApplicationPolicy } from "./policy";
import type { ChaincodeCall } from "./proposal";

/** Definition for one sequence of a chaincode, on which organisations agree. */
export interface ChaincodeDefinition {
  name: string;
  version: string;
  /** Counts from 1. */
  sequence: number;
  /**
   * Signature policy, or path of a channel policy.
   * @default `/Channel/Application/Endorsement`
   */
  endorsementPolicy?: string;
  /** @default false */
  initRequired?: boolean;
  /** Private data collections. Default: none. Once committed, each of them must be in every later definition. */
  collections?: CollectionConfigPackage;
}

/** A definition as a ledger has it: everything said, but collections only where there are any. */
export type RecordedDefinition = Required<Omit<ChaincodeDefinition, "collections">> &
  Pick<ChaincodeDefinition, "collections">;

/** Fabric's policy for a definition without one. */
export const defaultEndorsementPolicy = "/Channel/Application/Endorsement";

/** A package on a peer. */
export interface InstalledChaincode {
  /** `label:sha256`. */
  packageId: string;
  label: string;
  /** Committed definitions whose approval names it, as the peer tells by the approval's hash on the ledger. */
  references: { channelId: string; name: string; version: string }[];
}

/** Approval of an organisation for a sequence. */
export interface ApprovedDefinition {
  definition: RecordedDefinition;
  /** Package the organisation's peers run; none when it approved without one. */
  packageId?: string;
}

/** Whether one organisation approved exactly the definition that was asked about. */
export interface CommitReadiness {
  mspId: string;
  approved: boolean;
  /** Parts of its own approval that differ, in the peer's words; only newer peers report them. */
  mismatches: string[];
}

/** The definition that a channel runs. */
export interface CommittedDefinition {
  definition: RecordedDefinition;
  /** MSP ids of the organisations that approved it. */
  approvals: string[];
}

/** Installs a package (tar.gz bytes) on the peer. Proposal without channel. */
export function installChaincodeCall(packageBytes: Uint8Array): ChaincodeCall {
  const args = new InstallChaincodeArgs();
  args.setChaincodeInstallPackage(packageBytes);
  return lifecycleCall("InstallChaincode", args);
}

export function parseInstallResult(payload: Uint8Array): Pick<InstalledChaincode, "packageId" | "label"> {
  const result = InstallChaincodeResult.deserializeBinary(payload);
  return { packageId: result.getPackageId(), label: result.getLabel() };
}

/** Packages on the peer. Proposal without channel. */
export function queryInstalledCall(): ChaincodeCall {
  return lifecycleCall("QueryInstalledChaincodes", new QueryInstalledChaincodesArgs());
}

export function parseInstalled(payload: Uint8Array): InstalledChaincode[] {
  return QueryInstalledChaincodesResult.deserializeBinary(payload)
    .getInstalledChaincodesList()
    .map((chaincode) => ({
      packageId: chaincode.getPackageId(),
      label: chaincode.getLabel(),
      references: [...chaincode.getReferencesMap().entries()].flatMap(([channelId, references]) =>
        references.getChaincodesList().map((each) => ({ channelId, name: each.getName(), version: each.getVersion() })),
      ),
    }));
}

/**
 * Approves a definition for the organisation of the peer that endorses it.
 *
 * @param packageId the package the organisation's peers run; left out, they do not run the chaincode
 * @throws PolicySyntaxError
 */
export function approveChaincodeCall(definition: ChaincodeDefinition, packageId?: string): ChaincodeCall {
  const args = setDefinition(new ApproveChaincodeDefinitionForMyOrgArgs(), definition);
  args.setSource(buildSource(packageId));
  return lifecycleCall("ApproveChaincodeDefinitionForMyOrg", args);
}

/** Call for the approval of the peer's organisation for a sequence. */
export function queryApprovedCall(name: string, sequence: number): ChaincodeCall {
  const args = new QueryApprovedChaincodeDefinitionArgs();
  args.setName(name);
  args.setSequence(sequence);
  return lifecycleCall("QueryApprovedChaincodeDefinition", args);
}

export function parseApproved(name: string, payload: Uint8Array): ApprovedDefinition {
  const result = QueryApprovedChaincodeDefinitionResult.deserializeBinary(payload);
  const packageId = result.getSource()?.getLocalPackage()?.getPackageId();
  return { definition: readDefinition(name, result), ...(packageId === undefined ? {} : { packageId }) };
}

/**
 * Call for the organisations that approved a definition.
 *
 * @throws PolicySyntaxError
 */
export function checkCommitReadinessCall(definition: ChaincodeDefinition): ChaincodeCall {
  return lifecycleCall("CheckCommitReadiness", setDefinition(new CheckCommitReadinessArgs(), definition));
}

/** One entry for each organisation of the channel, by MSP id. */
export function parseCommitReadiness(payload: Uint8Array): CommitReadiness[] {
  const result = CheckCommitReadinessResult.deserializeBinary(payload);
  const mismatches = result.getMismatchesMap();
  const readiness: CommitReadiness[] = [];
  result.getApprovalsMap().forEach((approved, mspId) => {
    readiness.push({ mspId, approved, mismatches: mismatches.get(mspId)?.getItemsList() ?? [] });
  });
  return readiness.sort((a, b) => (a.mspId < b.mspId ? -1 : 1));
}

/**
 * Makes a definition the one the channel runs.
 *
 * @throws PolicySyntaxError
 */
export function commitChaincodeCall(definition: ChaincodeDefinition): ChaincodeCall {
  return lifecycleCall("CommitChaincodeDefinition", setDefinition(new CommitChaincodeDefinitionArgs(), definition));
}

/** The definition the channel runs. A peer refuses with status 404 when there is none. */
export function queryCommittedCall(name: string): ChaincodeCall {
  const args = new QueryChaincodeDefinitionArgs();
  args.setName(name);
  return lifecycleCall("QueryChaincodeDefinition", args);
}

export function parseCommitted(name: string, payload: Uint8Array): CommittedDefinition {
  const result = QueryChaincodeDefinitionResult.deserializeBinary(payload);
  const approvals: string[] = [];
  result.getApprovalsMap().forEach((approved, mspId) => {
    if (approved) approvals.push(mspId);
  });
  return { definition: readDefinition(name, result), approvals: approvals.sort() };
}

/** The setters that the arguments of approve, check and commit share. */
interface DefinitionArgs extends Message {
  setName(value: string): void;
  setVersion(value: string): void;
  setSequence(value: number): void;
  setValidationParameter(value: Uint8Array): void;
  setInitRequired(value: boolean): void;
  setCollections(value?: CollectionConfigPackage): void;
}

/** The getters that all answers with a definition share. */
interface DefinitionResult {
  getVersion(): string;
  getSequence(): number;
  getValidationParameter_asU8(): Uint8Array;
  getInitRequired(): boolean;
  getCollections(): CollectionConfigPackage | undefined;
}

function setDefinition<T extends DefinitionArgs>(args: T, definition: ChaincodeDefinition): T {
  args.setName(definition.name);
  args.setVersion(definition.version);
  args.setSequence(definition.sequence);
  const policy = parseApplicationPolicy(definition.endorsementPolicy ?? defaultEndorsementPolicy);
  args.setValidationParameter(policy.serializeBinary());
  args.setInitRequired(definition.initRequired ?? false);
  if (definition.collections !== undefined) args.setCollections(definition.collections);
  return args;
}

function readDefinition(name: string, result: DefinitionResult): RecordedDefinition {
  const collections = result.getCollections();
  return {
    name,
    version: result.getVersion(),
    sequence: result.getSequence(),
    endorsementPolicy: formatApplicationPolicy(
      ApplicationPolicy.deserializeBinary(result.getValidationParameter_asU8()),
    ),
    initRequired: result.getInitRequired(),
    ...(collections === undefined || collections.getConfigList().length === 0 ? {} : { collections }),
  };
}

function buildSource(packageId: string | undefined): ChaincodeSource {
  const source = new ChaincodeSource();
  if (packageId === undefined) {
    source.setUnavailable(new ChaincodeSource.Unavailable());
  } else {
    const local = new ChaincodeSource.Local();
    local.setPackageId(packageId);
    source.setLocalPackage(local);
  }
  return source;
}

function lifecycleCall(name: string, args: Message): ChaincodeCall {
  return { chaincode: "_lifecycle", function: name, args: [args.serializeBinary()] };
}
