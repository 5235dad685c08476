/** Writes a program run down so that a change reads well in a review: one file a component, sorted, secrets hidden. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { shortUrn, type ProgramRun, type Registration } from "./program";

const certificate = readFileSync(join(__dirname, "fixtures", "certificate.pem"), "utf8");
const certificateInJson = JSON.stringify(certificate).slice(1, -1);

/** File name -> text. */
export function renderRun(run: ProgramRun): Map<string, string> {
  const files = new Map<string, Record<string, unknown>>();
  const types = new Map(run.resources.map((resource) => [resource.urn, resource]));
  for (const resource of run.resources) {
    const component = resource.custom ? types.get(resource.parent) : resource;
    const file = fileName(component ?? resource);
    files.set(file, { ...files.get(file), [shortUrn(resource.urn)]: describe(resource) });
  }
  files.set("outputs.json", { outputs: hide(run.outputs) });
  return new Map([...files].map(([file, content]) => [file, `${JSON.stringify(sortKeys(content), undefined, 2)}\n`]));
}

/** `fabric-org1-peer0.Peer.json` */
function fileName({ type, name }: Registration): string {
  return `${name}.${type.split(":").pop()}.json`;
}

/** Options that are not set are left out, so that those that are stand out. */
function describe(resource: Registration): unknown {
  const { parent, custom, provider, protect, dependsOn, deletedWith, ignoreChanges, inputs } = resource;
  return {
    // The file is named after the parent of everything else in it.
    ...(custom || parent === "" ? {} : { parent: shortUrn(parent) }),
    ...(provider === "" ? {} : { provider }),
    ...(protect ? { protect } : {}),
    ...(dependsOn.length === 0 ? {} : { dependsOn }),
    ...(deletedWith === "" ? {} : { deletedWith }),
    ...(ignoreChanges.length === 0 ? {} : { ignoreChanges }),
    ...(resource.deleteBeforeReplace ? { deleteBeforeReplace: true } : {}),
    ...(resource.replacementTrigger === undefined ? {} : { replacementTrigger: resource.replacementTrigger }),
    ...(custom ? { inputs: hide(inputs) } : {}),
  };
}

/** Secrets, the one certificate of all runs, and chaincode packages as words. */
function hide(value: unknown): unknown {
  if (typeof value === "string") return hideText(value);
  if (Array.isArray(value)) return value.map(hide);
  if (typeof value !== "object" || value === null) return value;
  if ("secret" in value && Object.keys(value).length === 1) return "[secret]";
  if ("unknown" in value && Object.keys(value).length === 1) return "[unknown]";
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => [key, key === "package" ? "[package]" : hide(field)]),
  );
}

/** Settings files are shown line by line. */
function hideText(text: string): unknown {
  const shown = text.replaceAll(certificate, "[certificate]").replaceAll(certificateInJson, "[certificate]");
  return shown.includes("\n") ? shown.split("\n") : shown;
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, field]) => [key, sortKeys(field)]));
}
