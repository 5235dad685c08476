/**
 * A program run as readable fields and texts: resources by component, sorted, complete except for aliases, which
 * identity.ts covers.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fixtures, shortUrn, type ProgramRun, type Registration } from "../support/program/run";
import type { Fields, Value } from "./difference";

/** Resources by component. Keys are a kind and a name. */
export type Document = Record<string, Fields>;

const certificate = readFileSync(join(fixtures, "certificate.pem"), "utf8");
const certificateTexts = [
  certificate,
  JSON.stringify(certificate).slice(1, -1),
  Buffer.from(certificate).toString("base64"),
];

/** `Peer fabric-org1-peer0` to `apps/v1:StatefulSet fabric-org1-peer0` to options and inputs. */
export function documentOf({ resources, outputs }: ProgramRun): Document {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const document: Document = { outputs: show(outputs) as Fields };
  for (const resource of resources.filter(({ type }) => !isStack(type))) {
    const { type, name } = (resource.custom ? byUrn.get(resource.parent) : undefined) ?? resource;
    const component = `${type.split(":").pop()} ${name}`;
    document[component] = { ...document[component], [shortUrn(resource.urn)]: describe(resource) };
  }
  return sorted(
    Object.entries(document).map(([key, part]) => [key, sorted(Object.entries(part))] as const),
  ) as Document;
}

/** Options without a value are dropped, so that the others are visible. */
function describe(resource: Registration): Fields {
  const { urn: _, type: __, name: ___, parent, custom, inputs, aliases: ____, ...options } = resource;
  return {
    // Other resources are under the component to which they belong.
    ...(custom || isStack(parent.split("::")[2] ?? "") ? {} : { parent: shortUrn(parent) }),
    ...Object.fromEntries(Object.entries(show(options) as Fields).filter(([, value]) => isSet(value))),
    ...(custom ? { inputs: show(inputs) } : {}),
  };
}

function isStack(type: string): boolean {
  return type === "pulumi:pulumi:Stack";
}

function isSet(value: Value): boolean {
  return value !== "" && value !== false && !(typeof value === "object" && JSON.stringify(value).length === 2);
}

/** Words in place of the only certificate of all runs and of packages, JSON texts as their values; keys sorted. */
function show(value: unknown): Value {
  if (typeof value === "string") return showText(value);
  if (Array.isArray(value)) return value.map(show);
  if (typeof value !== "object" || value === null) return value as Value;
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return sorted(fields.map(([key, field]) => [key, key === "package" ? showPackage(field) : show(field)] as const));
}

function showText(text: string): Value {
  const shown = certificateTexts.reduce((rest, it) => rest.replaceAll(it, "[certificate]"), text);
  if (!/^[[{]/.test(shown)) return shown;
  try {
    const content: unknown = JSON.parse(shown);
    return JSON.stringify(content) === shown ? { "JSON text": show(content) } : shown;
  } catch {
    return shown;
  }
}

function showPackage(content: unknown): string {
  return `[package ${createHash("sha256").update(JSON.stringify(content)).digest("hex")}]`;
}

function sorted(fields: (readonly [string, Value])[]): Fields {
  return Object.fromEntries(fields.sort(([a], [b]) => (a < b ? -1 : 1)));
}
