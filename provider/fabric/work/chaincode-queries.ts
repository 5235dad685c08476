/** Questions to peers about a chaincode. */
import { isSameCollections } from "../../../ledger/fabric/collections";
import {
  defaultEndorsementPolicy,
  parseApproved,
  parseCommitted,
  parseInstalled,
  queryApprovedCall,
  queryCommittedCall,
  queryInstalledCall,
  type ApprovedDefinition,
  type ChaincodeDefinition,
  type CommittedDefinition,
  type InstalledChaincode,
} from "../../../ledger/fabric/lifecycle";
import { formatApplicationPolicy, parseApplicationPolicy } from "../../../ledger/fabric/policy";
import { ProposalRefused } from "../../../ledger/fabric/transaction";
import type { Identity } from "../clients/identity";
import type { PeerClient } from "../clients/peer-client";

/**
 * A peer's answers for "nothing committed under this name" and "my organisation approved nothing for this sequence".
 */
const notCommitted = /namespace \S+ is not defined/;
const notApproved = /could not fetch approved chaincode definition/;
/**
 * A peer's answer for an approval of which it has the hash alone. The content is private to the organisation, so it is lost
 * with the volumes of the last peer that had it.
 */
const approvalIsLost = /private data matching public hash version is not available/;

export async function isInstalled(peer: PeerClient, identity: Identity, packageId: string): Promise<boolean> {
  return (await installedPackages(peer, identity)).some((installed) => installed.packageId === packageId);
}

export async function installedPackages(peer: PeerClient, identity: Identity): Promise<InstalledChaincode[]> {
  return parseInstalled(await peer.query("listing installed chaincode", identity, "", queryInstalledCall()));
}

/** Definition on the peer's ledger; undefined if there is none. */
export async function committedDefinition(
  peer: PeerClient,
  identity: Identity,
  channelId: string,
  name: string,
): Promise<CommittedDefinition | undefined> {
  const step = `reading the definition of chaincode ${name}`;
  const answer = await peer.tryQuery(step, identity, channelId, queryCommittedCall(name));
  if (!(answer instanceof ProposalRefused)) return parseCommitted(name, answer);
  if (notCommitted.test(answer.answer)) return undefined;
  throw peer.refused(step, answer);
}

/**
 * Definition that the peer's organisation approved for a sequence; undefined if there is none. `lost` when there is one, but
 * no peer of the organisation has its content any more: it stays in force by its hash on the ledger, cannot be read, and
 * cannot be given again.
 */
export async function approvedDefinition(
  peer: PeerClient,
  identity: Identity,
  channelId: string,
  definition: Pick<ChaincodeDefinition, "name" | "sequence">,
): Promise<ApprovedDefinition | "lost" | undefined> {
  const { name, sequence } = definition;
  const step = `reading the approval of chaincode ${name}, sequence ${sequence}`;
  const answer = await peer.tryQuery(step, identity, channelId, queryApprovedCall(name, sequence));
  if (!(answer instanceof ProposalRefused)) return parseApproved(name, answer);
  if (notApproved.test(answer.answer)) return undefined;
  if (approvalIsLost.test(answer.answer)) return "lost";
  throw peer.refused(step, answer);
}

/** Whether the approval of a committed definition names a package, one of the peer's, as the peer tells by hashes. */
export function isReferenced(installed: InstalledChaincode, channelId: string, name: string): boolean {
  return installed.references.some((each) => each.channelId === channelId && each.name === name);
}

/**
 * Whether two definitions are the same apart from their sequence: policies by meaning, and collections as peers compare
 * them.
 */
export function isSameDefinition(one: ChaincodeDefinition, other: ChaincodeDefinition): boolean {
  return (
    one.version === other.version &&
    (one.initRequired ?? false) === (other.initRequired ?? false) &&
    normalizePolicy(one.endorsementPolicy) === normalizePolicy(other.endorsementPolicy) &&
    isSameCollections(one.collections, other.collections)
  );
}

export function normalizePolicy(policy: string | undefined): string {
  return formatApplicationPolicy(parseApplicationPolicy(policy ?? defaultEndorsementPolicy));
}
