/** Golden files of a stack: one of YAML, and a file for each text of several lines that is no file of the project. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Document as YamlDocument, isCollection, parse, visit } from "yaml";
import { projectRoot } from "../../tools/paths";
import { stackRun, stacks } from "../support/program/run";
import { isFields, isText, type Fields, type Value } from "./difference";
import { documentOf, type Document } from "./document";
import { byExample, withoutExamples } from "./examples";
import { byReference, referencesOf, withoutReferences } from "./references";

/** Name, with folders, to text. */
export type Files = Map<string, string>;

/** Texts with fewer lines stay in the YAML file. */
const fewLines = 4;
/** Fields and lists with more characters are written one line per element. */
const width = 100;

/** Folders with files of the project that the program deploys as they are. */
const sourceFolders = ["components/ethereum/dashboard", "components/workload/backup-program"];

/** Text of such a file to its path. */
const sources = new Map(
  sourceFolders.flatMap((folder) =>
    readdirSync(join(projectRoot, folder)).map((name) => {
      const path = `${folder}/${name}`;
      return [readFileSync(join(projectRoot, path), "utf8"), path] as const;
    }),
  ),
);

/** Contents of the stack's golden files. */
export async function renderStack(stack: string): Promise<Files> {
  const references = await asMap(referencesOf(stack, stacks), partsOf);
  return filesOf(stack, byReference(await partsOf(stack), references));
}

/** The stack, read back from its golden files and those of its references. */
export async function readStackFiles(stack: string, read: (file: string) => string): Promise<Document> {
  const parts = await readParts(stack, read);
  return eachOf(withoutExamples(parts), withoutExamples) as Document;
}

const known = new Map<string, Promise<Fields>>();

/** Resources and components by examples; computed once for all stacks that refer to them. */
function partsOf(stack: string): Promise<Fields> {
  const parts = known.get(stack) ?? stackRun(stack).then((run) => byExample(eachOf(documentOf(run), byExample)));
  known.set(stack, parts);
  return parts;
}

async function readParts(stack: string, read: (file: string) => string): Promise<Fields> {
  const references = await asMap(referencesOf(stack, stacks), (other) => readParts(other, read));
  const shown = withTexts(parse(read(`${stack}.yaml`)) as Value, (name) => read(`${stack}/${name}`));
  return withoutReferences(shown as Fields, references);
}

async function asMap<T>(keys: readonly string[], get: (key: string) => Promise<T>): Promise<Map<string, T>> {
  const map = new Map<string, T>();
  // One after another: concurrent programs would register with the same stand-in.
  for (const key of keys) map.set(key, await get(key));
  return map;
}

function eachOf(parts: Fields, change: (part: Fields) => Fields): Fields {
  return Object.fromEntries(
    Object.entries(parts).map(([key, part]) => [key, isFields(part) ? change(part) : part] as const),
  );
}

function filesOf(stack: string, shown: Fields): Files {
  const texts: Files = new Map();
  const text = toYaml(withoutTexts(shown, [], texts));
  return new Map([[`${stack}.yaml`, text], ...[...texts].map(([name, it]) => [`${stack}/${name}`, it] as const)]);
}

/** Moves texts to files, each under the name of the nearest resource and the keys below it. */
function withoutTexts(value: Value, path: readonly string[], texts: Files): Value {
  const source = isText(value) ? sources.get(value) : undefined;
  if (source !== undefined) return `[source ${source}]`;
  if (isText(value) && value.split("\n").length >= fewLines) {
    const resource = path.findLastIndex((key) => key.includes(" "));
    const keys = path.slice(/^\d+$/.test(path.at(-1) ?? "") ? -2 : -1);
    const name = [path[resource]?.split(" ")[1], ...keys].join(".").replaceAll("/", "-");
    if (texts.has(name)) throw new Error(`two texts are named ${name}`);
    texts.set(name, value);
    return `[file ${name}]`;
  }
  if (Array.isArray(value)) return value.map((item, at) => withoutTexts(item, [...path, String(at + 1)], texts));
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => [key, withoutTexts(field, [...path, key], texts)] as const),
  );
}

function withTexts(value: Value, read: (name: string) => string): Value {
  if (typeof value === "string") {
    const [, kind, name = ""] = /^\[(file|source) (.+)\]$/.exec(value) ?? [];
    if (kind === undefined) return value;
    return kind === "file" ? read(name) : readFileSync(join(projectRoot, name), "utf8");
  }
  if (Array.isArray(value)) return value.map((item) => withTexts(item, read));
  if (!isFields(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, withTexts(field, read)] as const));
}

function toYaml(value: Value): string {
  const document = new YamlDocument(value, { aliasDuplicateObjects: false });
  visit(document, {
    Collection: (_, node) => {
      const text = JSON.stringify(node);
      if (isCollection(node) && text.length <= width && !text.includes("\\n")) node.flow = true;
    },
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: false, indentSeq: false });
}
