/**
 * Chaincode definitions that companies approved, in the words of `peer lifecycle chaincode approveformyorg`. Collections are as in
 * the file of its `--collections-config`.
 */
import { messageOf } from "../../../lib/errors";
import { problem, type Problem } from "../../../lib/problem";
import { isRecord } from "../../../lib/values";
import { validateCollections, type Collection } from "../collections";
import { parseApplicationPolicy } from "../../fabric/policy";
import { validateChaincodeName, validateChaincodeVersion, validateChannelId, validateMspId } from "../validate-names";
import type { Json } from "./organization-json";
import { printable } from "./printable";

/** A definition that an organisation approved. */
export interface ExchangedChaincode {
  channel: string;
  /** Organisation that approved it. */
  mspId: string;
  name: string;
  version: string;
  sequence: number;
  /** Signature policy or path of a channel policy. */
  endorsementPolicy: string;
  initRequired: boolean;
  /** Collections that its stack names. Those committed before are in the definition, too. */
  collections: Collection[];
}

/** Longest text of a policy, in characters: its parser calls itself for each bracket. */
const longestPolicy = 4000;
const mostCollections = 100;

type Form = "text" | "flag" | "count" | "list" | "policy";

const definitionForm = {
  channel: "text",
  mspId: "text",
  name: "text",
  version: "text",
  sequence: "count",
  endorsementPolicy: "text",
  initRequired: "flag",
  collections: "list",
} as const satisfies Record<keyof ExchangedChaincode, Form>;

const collectionForm = {
  name: "text",
  policy: "text",
  requiredPeerCount: "count",
  maxPeerCount: "count",
  blockToLive: "count",
  memberOnlyRead: "flag",
  memberOnlyWrite: "flag",
  endorsementPolicy: "policy",
} as const satisfies Record<keyof Collection, Form>;

/** The definition with all fields in one order. */
export function chaincodeJson(chaincode: ExchangedChaincode): Json {
  const { channel, mspId, name, version, sequence, endorsementPolicy, initRequired, collections } = chaincode;
  return {
    channel,
    mspId,
    name,
    version,
    sequence,
    endorsementPolicy,
    initRequired,
    collections: collections.map(collectionJson),
  };
}

function collectionJson({ endorsementPolicy, ...collection }: Collection): Json {
  const { name, policy, requiredPeerCount, maxPeerCount } = collection;
  const { blockToLive = 0, memberOnlyRead = false, memberOnlyWrite = false } = collection;
  const endorsement = (text: string): Json =>
    text.startsWith("/") ? { channelConfigPolicy: text } : { signaturePolicy: text };
  return {
    name,
    policy,
    requiredPeerCount,
    maxPeerCount,
    blockToLive,
    memberOnlyRead,
    memberOnlyWrite,
    ...(endorsementPolicy === undefined ? {} : { endorsementPolicy: endorsement(endorsementPolicy) }),
  };
}

/** Reads a definition of another party. Undefined when something is wrong with it. */
export function readChaincode(
  item: Json,
  path: string,
): { chaincode: ExchangedChaincode | undefined; problems: Problem[] } {
  const problems = problemsOf(item, path).map((fault) => ({ ...fault, message: printable(fault.message) }));
  if (problems.length > 0) return { chaincode: undefined, problems };
  const given = item as unknown as Omit<ExchangedChaincode, "collections"> & { collections: Record<string, Json>[] };
  return { chaincode: { ...given, collections: given.collections.map(readCollection) }, problems };
}

function problemsOf(item: Json, path: string): Problem[] {
  const shape = shapeProblems(item, definitionForm, path);
  if (shape.length > 0) return shape;
  const given = item as unknown as Omit<ExchangedChaincode, "collections"> & { collections: Json[] };
  const { collections, endorsementPolicy } = given;
  if (collections.length > mostCollections) {
    return [problem({ path: `${path}.collections`, must: `be ${mostCollections} collections at most` })];
  }
  const shapes = collections.flatMap((each, index) =>
    shapeProblems(each, collectionForm, `${path}.collections[${index}]`),
  );
  return [
    ...validateChannelId(given.channel, `${path}.channel`),
    ...validateMspId(given.mspId, `${path}.mspId`),
    ...validateChaincodeName(given.name, `${path}.name`),
    ...validateChaincodeVersion(given.version, `${path}.version`),
    ...(given.sequence > 0 ? [] : [problem({ path: `${path}.sequence`, given: given.sequence, must: "be 1 or more" })]),
    ...validatePolicy(endorsementPolicy, `${path}.endorsementPolicy`),
    ...(shapes.length > 0 ? shapes : contentProblems(collections as Record<string, Json>[], `${path}.collections`)),
  ];
}

function contentProblems(items: readonly Record<string, Json>[], path: string): Problem[] {
  const long = items.findIndex(({ policy }) => (policy as string).length > longestPolicy);
  if (long >= 0) return validatePolicy(items[long]?.policy as string, `${path}[${long}].policy`);
  const collections = items.map(readCollection);
  return [
    ...validateCollections(collections, path),
    ...collections.flatMap(({ endorsementPolicy }, index) =>
      endorsementPolicy === undefined ? [] : validatePolicy(endorsementPolicy, `${path}[${index}].endorsementPolicy`),
    ),
  ];
}

function readCollection({ endorsementPolicy, ...collection }: Record<string, Json>): Collection {
  const [text] = isRecord(endorsementPolicy) ? Object.values(endorsementPolicy) : [];
  return {
    ...(collection as unknown as Collection),
    ...(typeof text === "string" ? { endorsementPolicy: text } : {}),
  };
}

function validatePolicy(text: string, path: string): Problem[] {
  if (text.length > longestPolicy) {
    return [problem({ path, given: text.length, must: `have ${longestPolicy} characters at most` })];
  }
  try {
    parseApplicationPolicy(text);
    return [];
  } catch (error) {
    return [problem({ path, given: text, must: "be an endorsement policy", because: messageOf(error) })];
  }
}

/** Problems of a value that must have exactly these fields. A policy may be missing. */
function shapeProblems(value: Json, form: Record<string, Form>, path: string): Problem[] {
  const keys = Object.keys(form);
  if (!isRecord(value)) return [problem({ path, must: `be an object with ${keys.join(", ")}` })];
  const strange = Object.keys(value).filter((key) => !Object.hasOwn(form, key));
  return [
    ...strange.map((key) => problem({ path: `${path}.${printable(key)}`, must: `be one of ${keys.join(", ")}` })),
    ...keys.flatMap((key) => {
      const kind = form[key]!;
      if (kind === "policy" && !Object.hasOwn(value, key)) return [];
      return isOfForm[kind](value[key]) ? [] : [problem({ path: `${path}.${key}`, must: mustBe[kind] })];
    }),
  ];
}

const isOfForm: Record<Form, (value: unknown) => boolean> = {
  text: (value) => typeof value === "string",
  flag: (value) => typeof value === "boolean",
  count: (value) => typeof value === "number" && Number.isSafeInteger(value) && value >= 0,
  list: (value) => Array.isArray(value),
  policy(value) {
    const [[key, text] = [], ...others] = isRecord(value) ? Object.entries(value) : [];
    const isPath = typeof text === "string" && text.startsWith("/");
    return (
      others.length === 0 && typeof text === "string" && key === (isPath ? "channelConfigPolicy" : "signaturePolicy")
    );
  },
};

const mustBe: Record<Form, string> = {
  text: "be a text",
  flag: "be true or false",
  count: "be a whole number, 0 or more",
  list: "be a list",
  policy: "be an object with signaturePolicy, or with channelConfigPolicy and a path",
};
