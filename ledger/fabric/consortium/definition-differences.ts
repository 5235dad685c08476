/** How definitions of one chaincode differ, of which two companies approved one each. */
import { isSameCollection, type Collection } from "../collections";
import { normalizeApplicationPolicy } from "../../fabric/policy";
import { printable } from "./printable";

/** Parts of a definition that peers compare, as they name them in `CheckCommitReadiness`. */
export type DefinitionPart = "EndorsementInfo" | "ValidationInfo" | "Collections";

/** A definition as a stack file or a document has it. */
export interface ComparedDefinition {
  version: string;
  endorsementPolicy: string;
  initRequired: boolean;
  collections: readonly Collection[];
}

interface Difference {
  field: string;
  theirs: string;
  ours: string;
}

/**
 * Another company's difference in one part, with both values.
 *
 * @param theirs its definition; undefined when it does not say
 */
export function describeDifference(
  part: DefinitionPart,
  mspId: string,
  theirs: ComparedDefinition | undefined,
  ours: ComparedDefinition,
): string {
  const differences = theirs === undefined ? [] : differencesIn(part, theirs, ours);
  if (differences.length > 0) {
    return differences
      .map(({ field, theirs: there, ours: here }) => printable(`${field} is ${there} at ${mspId} and ${here} here`))
      .join("; ");
  }
  return printable(
    `${fieldsOf[part]} is another one at ${mspId}, whose public part does not say which, and ${values(part, ours)} here`,
  );
}

const fieldsOf: Record<DefinitionPart, string> = {
  EndorsementInfo: "version or initRequired",
  ValidationInfo: "endorsementPolicy",
  Collections: "collections",
};

function differencesIn(part: DefinitionPart, theirs: ComparedDefinition, ours: ComparedDefinition): Difference[] {
  switch (part) {
    case "EndorsementInfo":
      return [
        ...different("version", theirs.version, ours.version),
        ...different("initRequired", `${theirs.initRequired}`, `${ours.initRequired}`),
      ];
    case "ValidationInfo":
      return different(
        "endorsementPolicy",
        normalizeApplicationPolicy(theirs.endorsementPolicy),
        normalizeApplicationPolicy(ours.endorsementPolicy),
      );
    case "Collections":
      return collectionDifferences(theirs.collections, ours.collections);
  }
}

function collectionDifferences(theirs: readonly Collection[], ours: readonly Collection[]): Difference[] {
  const names = [...new Set([...theirs, ...ours].map(({ name }) => name))].sort();
  return names.flatMap((name) => {
    const [there, here] = [theirs, ours].map((list) => list.find((each) => each.name === name));
    if (there !== undefined && here !== undefined && isSameCollection(there, here)) return [];
    return [{ field: `collections[${name}]`, theirs: collectionText(there), ours: collectionText(here) }];
  });
}

function different(field: string, theirs: string, ours: string): Difference[] {
  return theirs === ours ? [] : [{ field, theirs, ours }];
}

function values(
  part: DefinitionPart,
  { version, initRequired, endorsementPolicy, collections }: ComparedDefinition,
): string {
  switch (part) {
    case "EndorsementInfo":
      return `${version}, initRequired ${initRequired},`;
    case "ValidationInfo":
      return normalizeApplicationPolicy(endorsementPolicy);
    case "Collections":
      return collections.map(({ name }) => name).join(" ") || "none";
  }
}

function collectionText(collection: Collection | undefined): string {
  if (collection === undefined) return "missing";
  const { policy, requiredPeerCount, maxPeerCount, endorsementPolicy } = collection;
  const { blockToLive = 0, memberOnlyRead = false, memberOnlyWrite = false } = collection;
  const rest = endorsementPolicy === undefined ? "" : `, endorsementPolicy ${endorsementPolicy}`;
  return (
    `(${policy}, peers ${requiredPeerCount} to ${maxPeerCount}, blockToLive ${blockToLive}, ` +
    `memberOnlyRead ${memberOnlyRead}, memberOnlyWrite ${memberOnlyWrite}${rest})`
  );
}
