/** CouchDB indexes that a chaincode brings along. */
import { INDEX_PATH } from "../../ledger/fabric/chaincode-package";
import { problem, type Problem } from "../../lib/problem";
import { textMap } from "../kit/fields";
import { formatPath, type Path } from "../kit/problem";
import type { ReadFile } from "../kit/read-file";
import { isRecord } from "../../lib/values";

export const indexFields = textMap().describe(
  "CouchDB indexes: path below `META-INF` (`statedb/couchdb/indexes/owner.json`) -> the JSON itself, or the path of its file relative to the project. Part of the package: raise `version` with every change. Default: none.",
);

/** By path, values of a wrong type among them. */
export type LooseIndexes = Record<string, string | undefined> | undefined;

/** JSON begins with a brace, and no file's path does. */
function readIndex(value: unknown, readFile: ReadFile): ReturnType<ReadFile> {
  if (typeof value !== "string") return { reason: "it is no text" };
  return value.trimStart().startsWith("{") ? { text: value } : readFile(value);
}

/** What is in the files of a chaincode's indexes, as far as they can be read. */
export function indexTexts(indexes: LooseIndexes, readFile: ReadFile): Record<string, string> {
  return Object.fromEntries(
    Object.entries(indexes ?? {}).flatMap(([path, value]) => {
      const read = readIndex(value, readFile);
      return "text" in read ? [[path, read.text]] : [];
    }),
  );
}

/** Indexes that a peer would not find, or not take. Values that are no text are reported by their shape. */
export function indexProblems(indexes: LooseIndexes, readFile: ReadFile, base: Path): Problem[] {
  return Object.entries(indexes ?? {}).flatMap(([name, value]): Problem[] => {
    const path = formatPath([...base, name]);
    if (!INDEX_PATH.test(name)) {
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

/** What peers look at in an index: https://docs.couchdb.org/en/stable/api/database/find.html#db-index */
function whyNoIndex(text: string): string | undefined {
  try {
    const index: unknown = JSON.parse(text);
    return isRecord(index) && isRecord(index.index) ? undefined : "it has no map `index`";
  } catch (error) {
    return error instanceof Error ? `it is no JSON (${error.message})` : String(error);
  }
}
