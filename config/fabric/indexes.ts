/** CouchDB indexes in the package of a chaincode. */
import { indexPathForm } from "../../ledger/fabric/chaincode-package";
import { problem, type Problem } from "../../lib/problem";
import { textMap } from "../kit/fields";
import { formatPath, type Path } from "../kit/problem";
import type { ReadFile } from "../kit/read-file";
import { isRecord } from "../../lib/values";

export const indexFields = textMap().describe(
  "CouchDB indexes: path below `META-INF` (`statedb/couchdb/indexes/owner.json`) to JSON text, or to the path of a JSON file relative to the project. They are part of the package: raise `version` with every change. Default: none.",
);

/** Indexes by path; values may have a wrong type. */
export type LooseIndexes = Record<string, string | undefined> | undefined;

/** JSON starts with a brace; paths of files do not. */
function readIndex(value: unknown, readFile: ReadFile): ReturnType<ReadFile> {
  if (typeof value !== "string") return { reason: "it is no text" };
  return value.trimStart().startsWith("{") ? { text: value } : readFile(value);
}

/** Contents of a chaincode's index files, as far as they are readable. */
export function indexTexts(indexes: LooseIndexes, readFile: ReadFile): Record<string, string> {
  return Object.fromEntries(
    Object.entries(indexes ?? {}).flatMap(([path, value]) => {
      const read = readIndex(value, readFile);
      return "text" in read ? [[path, read.text]] : [];
    }),
  );
}

/** Problems of indexes that a peer would not find or accept. The schema reports values that are not text. */
export function indexProblems(indexes: LooseIndexes, readFile: ReadFile, base: Path): Problem[] {
  return Object.entries(indexes ?? {}).flatMap(([name, value]): Problem[] => {
    const path = formatPath([...base, name]);
    if (!indexPathForm.test(name)) {
      return [problem({ path, given: name, must: "be a path like statedb/couchdb/indexes/owner.json" })];
    }
    const read = readIndex(value, readFile);
    if (!("text" in read)) {
      return [problem({ path, given: value, must: "be JSON or a file that can be read", because: read.reason })];
    }
    const wrong = whyNoIndex(read.text);
    const must = 'be an index of CouchDB, for example { "index": { "fields": ["owner"] }, "type": "json" }';
    return wrong === undefined ? [] : [problem({ path, given: value, must, because: wrong })];
  });
}

/**
 * Reason why a peer refuses an index; undefined if it does not.
 * https://docs.couchdb.org/en/stable/api/database/find.html#db-index
 */
function whyNoIndex(text: string): string | undefined {
  try {
    const index: unknown = JSON.parse(text);
    return isRecord(index) && isRecord(index.index) ? undefined : "it has no map `index`";
  } catch (error) {
    return error instanceof Error ? `it is no JSON (${error.message})` : String(error);
  }
}
