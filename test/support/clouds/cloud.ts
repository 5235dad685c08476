/**
 * Content of a stand-in cloud: one readable JSON file per resource in one folder. Several plugin processes can share the
 * folder, and a test can read the remaining resources and change them without the engine.
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
  /** Pulumi's token. The type of a resource that the cloud created by itself begins with `left:`. */
  type: string;
  id: string;
  inputs: PropertyMap;
  /** Computed by the cloud, without the inputs. */
  outputs: PropertyMap;
  /** Properties that the cloud does not show. */
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

  /** The first resource with a value of a property: an input, an output or `id`. */
  find(type: string, property: string, value: PropertyValue): CloudResource | undefined {
    return this.list(type).find((resource) => propertyOf(resource, property) === value);
  }

  put(resource: CloudResource, action: "create" | "update" = "create"): void {
    const file = this.fileOf(resource.type, resource.id);
    // A rename, because other processes must never read an incomplete file.
    const unfinished = `${file}.${process.pid}`;
    writeFileSync(unfinished, `${JSON.stringify(resource, null, 2)}\n`);
    renameSync(unfinished, file);
    this.record(action, resource);
  }

  /** Changes a resource, like a user in the cloud's console. */
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

  /** All operations, in order. */
  operations(): CloudOperation[] {
    const file = join(this.folder, journal);
    if (!existsSync(file)) return [];
    const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
    return lines.map((line) => JSON.parse(line) as CloudOperation);
  }

  private record(action: CloudOperation["action"], { type, id }: Pick<CloudResource, "type" | "id">): void {
    appendFileSync(join(this.folder, journal), `${JSON.stringify({ action, type, id })}\n`);
  }

  /** Path of a resource's file, by a hash, because ids may be longer than file names. */
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
