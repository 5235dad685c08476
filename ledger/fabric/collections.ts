/**
 * Private data collections of a chaincode definition.
 * https://hyperledger-fabric.readthedocs.io/en/latest/private-data-arch.html
 */
import type { SignaturePolicy } from "@hyperledger/fabric-protos/lib/common/policies_pb";
import {
  CollectionConfig as CollectionMessage,
  CollectionConfigPackage,
  CollectionPolicyConfig,
  StaticCollectionConfig,
} from "@hyperledger/fabric-protos/lib/peer/collection_pb";
import { problem, type Problem } from "../../lib/problem";
import {
  formatSignaturePolicy,
  formatApplicationPolicy,
  normalizeApplicationPolicy,
  parseApplicationPolicy,
  parseSignaturePolicy,
} from "./policy";
import { duplicates } from "./validate-lists";
import { validateSignaturePolicy } from "./validate-names";

/** One collection, in the words of the file that `peer lifecycle chaincode --collections-config` reads. */
export interface Collection {
  /** Letters, digits, `-` and `_`, the first no `_`. */
  name: string;
  /** Members that store the data, `OR` of organisations: `OR('Org1MSP.member','Org2MSP.member')`. */
  policy: string;
  /** Peers that must have the data before an endorsement is given. */
  requiredPeerCount: number;
  /** Peers that are tried; at least requiredPeerCount. */
  maxPeerCount: number;
  /** Blocks after which the data is purged; 0 keeps it for ever. Fabric fixes it with the first commit. @default 0 */
  blockToLive?: number;
  /** Refuse to read to clients of organisations that do not hold the data. @default false */
  memberOnlyRead?: boolean;
  /** The same for writing. @default false */
  memberOnlyWrite?: boolean;
  /** Signature policy or path of a channel policy for keys of this collection. @default the chaincode's */
  endorsementPolicy?: string;
}

/** Fabric `core/chaincode/lifecycle`: collectionNameRegExp. */
export const collectionNameForm = /^[A-Za-z0-9-][A-Za-z0-9_-]*$/;

/** Problems that Fabric would report in the middle of a deployment. */
export function validateCollections(collections: readonly Collection[], path: string): Problem[] {
  return [
    ...duplicates(
      collections.map(({ name }) => name),
      path,
      "a name",
    ),
    ...collections.flatMap((collection, index) => validateCollection(collection, `${path}[${index}]`)),
  ];
}

/**
 * The collections of the next definition: those of the committed one, changed where they are wished otherwise, then new
 * ones. None is ever left out, since Fabric refuses that. Where both mean the same the committed bytes stay.
 *
 * @throws PolicySyntaxError
 */
export function mergeCollections(
  committed: CollectionConfigPackage | undefined,
  wished: readonly Collection[] = [],
): CollectionConfigPackage | undefined {
  const existing = committed?.getConfigList() ?? [];
  const names = existing.map(nameOf);
  const kept = existing.map((message) => {
    const wish = wished.find(({ name }) => name === nameOf(message));
    return wish === undefined || isInForce(wish, message) ? message : buildCollection(wish);
  });
  const all = [...kept, ...wished.filter(({ name }) => !names.includes(name)).map(buildCollection)];
  if (all.length === 0) return undefined;
  const merged = new CollectionConfigPackage();
  merged.setConfigList(all);
  return merged;
}

/** Whether peers take two definitions' collections for the same: all of them, in one order, field by field. */
export function isSameCollections(
  one: CollectionConfigPackage | undefined,
  other: CollectionConfigPackage | undefined,
): boolean {
  const bytes = (message = new CollectionConfigPackage()): Buffer => Buffer.from(message.serializeBinary());
  return bytes(one).equals(bytes(other));
}

/** Of wished collections those that a committed definition has, as they are wished. */
export function collectionsInForce(
  committed: CollectionConfigPackage | undefined,
  wished: readonly Collection[],
): Collection[] {
  const existing = committed?.getConfigList() ?? [];
  return wished.filter((wish) => existing.some((message) => nameOf(message) === wish.name && isInForce(wish, message)));
}

/** Whether both ask for the same collection, whatever the spelling of their policies. @throws PolicySyntaxError */
export function isSameCollection(one: Collection, other: Collection): boolean {
  return inOneSpelling(one) === inOneSpelling(other);
}

function isInForce(wished: Collection, message: CollectionMessage): boolean {
  const settings = message.getStaticCollectionConfig();
  const policy = settings?.getMemberOrgsPolicy()?.getSignaturePolicy();
  if (settings === undefined || policy === undefined) return false;
  const endorsement = settings.getEndorsementPolicy();
  return isSameCollection(wished, {
    name: settings.getName(),
    policy: formatSignaturePolicy(policy),
    requiredPeerCount: settings.getRequiredPeerCount(),
    maxPeerCount: settings.getMaximumPeerCount(),
    blockToLive: settings.getBlockToLive(),
    memberOnlyRead: settings.getMemberOnlyRead(),
    memberOnlyWrite: settings.getMemberOnlyWrite(),
    endorsementPolicy: endorsement && formatApplicationPolicy(endorsement),
  });
}

function inOneSpelling(collection: Collection): string {
  const { name, policy, requiredPeerCount, maxPeerCount, endorsementPolicy } = collection;
  const { blockToLive = 0, memberOnlyRead = false, memberOnlyWrite = false } = collection;
  return JSON.stringify([
    name,
    formatSignaturePolicy(parseSignaturePolicy(policy)),
    [requiredPeerCount, maxPeerCount, blockToLive],
    [memberOnlyRead, memberOnlyWrite],
    endorsementPolicy === undefined ? "" : normalizeApplicationPolicy(endorsementPolicy),
  ]);
}

function buildCollection(collection: Collection): CollectionMessage {
  const members = new CollectionPolicyConfig();
  members.setSignaturePolicy(parseSignaturePolicy(collection.policy));
  const settings = new StaticCollectionConfig();
  settings.setName(collection.name);
  settings.setMemberOrgsPolicy(members);
  settings.setRequiredPeerCount(collection.requiredPeerCount);
  settings.setMaximumPeerCount(collection.maxPeerCount);
  settings.setBlockToLive(collection.blockToLive ?? 0);
  settings.setMemberOnlyRead(collection.memberOnlyRead ?? false);
  settings.setMemberOnlyWrite(collection.memberOnlyWrite ?? false);
  if (collection.endorsementPolicy !== undefined) {
    settings.setEndorsementPolicy(parseApplicationPolicy(collection.endorsementPolicy));
  }
  const message = new CollectionMessage();
  message.setStaticCollectionConfig(settings);
  return message;
}

function validateCollection({ name, policy, requiredPeerCount, maxPeerCount }: Collection, path: string): Problem[] {
  const syntax = validateSignaturePolicy(policy, `${path}.policy`);
  const isUnion = syntax.length > 0 || isOr(parseSignaturePolicy(policy).getRule());
  return [
    ...(collectionNameForm.test(name)
      ? []
      : [problem({ path: `${path}.name`, given: name, must: "be a collection name: letters, digits, - and _" })]),
    ...syntax,
    ...(isUnion
      ? []
      : [
          problem({
            path: `${path}.policy`,
            given: policy,
            must: "be OR of members",
            because: "Fabric takes nothing else",
          }),
        ]),
    ...(requiredPeerCount <= maxPeerCount
      ? []
      : [
          problem({
            path: `${path}.maxPeerCount`,
            given: maxPeerCount,
            must: `be ${requiredPeerCount} (requiredPeerCount) or more`,
          }),
        ]),
  ];
}

function isOr(rule: SignaturePolicy | undefined): boolean {
  const outOf = rule?.getNOutOf();
  return outOf === undefined || (outOf.getN() === 1 && outOf.getRulesList().every(isOr));
}

function nameOf(message: CollectionMessage): string {
  return message.getStaticCollectionConfig()?.getName() ?? "";
}
