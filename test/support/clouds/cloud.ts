/**
 * What a stand-in cloud holds: one readable JSON file per resource in one folder, so that several plugin processes can
 * work on it and a test can see what is left and change things behind the engine's back.
 */
import { createHash } from "node:crypto";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { PropertyMap, PropertyValue } from "../../../provider/framework/property-value";

export interface CloudResource {
  /** Pulumi's token; what the cloud made on its own has a type with `left:` in front. */
  type: string;
  id: string;
  inputs: PropertyMap;
  /** Computed by the cloud, without the inputs. */
  outputs: PropertyMap;
  /** What the cloud knows of it and tells nobody. */
  hidden?: PropertyMap;
}

export interface CloudOperation {
  action: "create" | "update" | "delete";
  type: string;
  id: string;
}

const journal = "operations.jsonl";

export class Cloud {
  constructor(readonly folder: string) {
    mkdirSync(folder, { recursive: true });
  }

  list(type?: string): CloudResource[] {
    const files = readdirSync(this.folder).filter((name) => name.endsWith(".json"));
    const resources = files.flatMap((name) => readResource(join(this.folder, name)) ?? []);
    return resources.filter((resource) => type === undefined || resource.type === type);
  }

  get(type: string, id: string): CloudResource | undefined {
    return readResource(this.fileOf(type, id));
  }

  /** The first resource whose property, input or output, has the value; `id` is a property as well. */
  find(type: string, property: string, value: PropertyValue): CloudResource | undefined {
    return this.list(type).find((resource) => propertyOf(resource, property) === value);
  }

  put(resource: CloudResource, action: "create" | "update" = "create"): void {
    const file = this.fileOf(resource.type, resource.id);
    // Whole or not at all: other processes read at any time.
    const unfinished = `${file}.${process.pid}`;
    writeFileSync(unfinished, `${JSON.stringify(resource, null, 2)}\n`);
    renameSync(unfinished, file);
    this.record(action, resource);
  }

  /** As somebody does in the cloud's console. */
  edit(type: string, id: string, change: (resource: CloudResource) => void): void {
    const resource = this.get(type, id);
    if (resource === undefined) throw new Error(`the cloud has no ${type} ${id}`);
    change(resource);
    this.put(resource, "update");
  }

  remove(resource: Pick<CloudResource, "type" | "id">): void {
    rmSync(this.fileOf(resource.type, resource.id), { force: true });
    this.record("delete", resource);
  }

  /** Everything that was done, in order. */
  operations(): CloudOperation[] {
    const file = join(this.folder, journal);
    if (!existsSync(file)) return [];
    const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
    return lines.map((line) => JSON.parse(line) as CloudOperation);
  }

  private record(action: CloudOperation["action"], { type, id }: Pick<CloudResource, "type" | "id">): void {
    appendFileSync(join(this.folder, journal), `${JSON.stringify({ action, type, id })}\n`);
  }

  /** Ids may be longer than names of files. */
  private fileOf(type: string, id: string): string {
    const hash = createHash("sha256").update(`${type} ${id}`).digest("hex").slice(0, 16);
    return join(this.folder, `${type.replace(/[^A-Za-z]+/g, "-")}-${hash}.json`);
  }
}

function readResource(file: string): CloudResource | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as CloudResource) : undefined;
}

export function propertyOf(resource: CloudResource, property: string): PropertyValue | undefined {
  return property === "id" ? resource.id : (resource.outputs[property] ?? resource.inputs[property]);
}
