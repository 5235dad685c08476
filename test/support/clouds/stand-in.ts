/**
 * A Pulumi provider that behaves like a cloud's, for the resource types of its table. It has the same refusals, the same
 * replacements, and the same known values in previews.
 */
import { readFileSync } from "node:fs";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { changesOf, type PropertyChange } from "../../../provider/framework/property-changes";
import {
  decodeProperties,
  encodeProperties,
  reveal,
  Secret,
  unknownValue,
  withSecretMarksOf,
  type PropertyMap,
} from "../../../provider/framework/property-value";
import { diffResponse } from "../../../provider/framework/provider";
import { propertyOf, type Cloud, type CloudResource } from "./cloud";
import { CloudError, type CloudStyle } from "./cloud-style";
import { textsAt, type Account, type Draft, type Reference, type ResourceType } from "./resource-type";

/** Key of the list of inputs with values by the provider, as in real bridged providers. */
const defaultsKey = "__defaults";

export class StandIn {
  private account: Account = {};

  constructor(
    private readonly style: CloudStyle,
    private readonly cloud: Cloud,
  ) {}

  async handshake(): Promise<proto.ProviderHandshakeResponse> {
    return new proto.ProviderHandshakeResponse().setAcceptSecrets(true);
  }

  async getPluginInfo(): Promise<PluginInfo> {
    return new PluginInfo().setVersion(this.version());
  }

  async getSchema(): Promise<proto.GetSchemaResponse> {
    return new proto.GetSchemaResponse().setSchema(JSON.stringify({ name: this.style.name, version: this.version() }));
  }

  async checkConfig(request: proto.CheckRequest): Promise<proto.CheckResponse> {
    const inputs = decodeProperties(request.getNews());
    const missing = Object.entries(this.style.configuration)
      .filter(([name, variables]) => inputs[name] === undefined && !variables.some((each) => process.env[each]))
      .map(([name, variables]) => failure(name, `no ${name} is configured; set it, or ${variables.join(" or ")}`));
    return new proto.CheckResponse().setInputs(encodeProperties(inputs)).setFailuresList(missing);
  }

  async diffConfig(request: proto.DiffRequest): Promise<proto.DiffResponse> {
    const [before, after] = [open(request.getOldInputs()), open(request.getNews())];
    // Another account or region replaces everything, because no old resource exists there.
    return diffResponse(changesOf(before, after, Object.keys(this.style.configuration), true));
  }

  async configure(request: proto.ConfigureRequest): Promise<proto.ConfigureResponse> {
    const given = open(request.getArgs());
    const fromEnvironment = Object.entries(this.style.configuration).flatMap(([name, variables]) =>
      variables.flatMap((variable) => (process.env[variable] ? [[name, process.env[variable]] as const] : [])),
    );
    this.account = { ...Object.fromEntries(fromEnvironment), ...given };
    return new proto.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true);
  }

  async check(request: proto.CheckRequest): Promise<proto.CheckResponse> {
    const type = this.typeOf(request.getType());
    const news = decodeProperties(request.getNews());
    const olds = open(request.getOlds());
    const inputs = this.named(type, news, olds, request);
    const plain = reveal(inputs) as PropertyMap;
    const missing = type.required.filter((property) => plain[property] === undefined);
    const failures = [
      ...missing.map((property) => failure(property, this.style.missing(property, request.getName()))),
      ...(type.problems?.(plain) ?? []).map((problem) => failure("", problem)),
    ];
    return new proto.CheckResponse().setInputs(encodeProperties(inputs)).setFailuresList(failures);
  }

  async diff(request: proto.DiffRequest): Promise<proto.DiffResponse> {
    const type = this.typeOf(request.getType());
    const [before, after] = [open(request.getOldInputs()), open(request.getNews())];
    const changes = inputChanges(type, before, after);
    const { autoname } = type;
    // A name by the program, even a changed one: pulumi-terraform-bridge, nameRequiresDeleteBeforeReplace
    const isNamedByProgram =
      autoname !== undefined && !((after[defaultsKey] as string[] | undefined) ?? []).includes(autoname);
    const deletesFirst = isNamedByProgram || (autoname === undefined && this.style.deletesFirst);
    return diffResponse(changes).setDeletebeforereplace(deletesFirst && changes.some(({ replaces }) => replaces));
  }

  async create(request: proto.CreateRequest): Promise<proto.CreateResponse> {
    const type = this.typeOf(request.getType());
    const marked = decodeProperties(request.getProperties());
    const inputs = reveal(marked) as PropertyMap;
    if (request.getPreview()) {
      const unknown = Object.keys(type.outputs).map((name) => [name, unknownValue] as const);
      return new proto.CreateResponse().setProperties(encodeProperties({ ...marked, ...Object.fromEntries(unknown) }));
    }
    const base = { type: request.getType(), inputs, account: this.account, cloud: this.cloud };
    const id = type.id(base);
    const draft: Draft = { ...base, id };
    if (this.cloud.get(draft.type, id) !== undefined) throw new CloudError(this.style.exists(draft.type, id));
    this.checkReferences(type, inputs);
    refuse(type.refusesCreate?.(draft));
    if (type.hidden !== undefined) draft.hidden = await type.hidden(draft);
    const outputs = Object.fromEntries(Object.entries(type.outputs).map(([name, output]) => [name, output(draft)]));
    const made: CloudResource = { type: draft.type, id, inputs, outputs, hidden: draft.hidden };
    this.cloud.put(made);
    return new proto.CreateResponse().setId(id).setProperties(this.stateOf(type, made, marked));
  }

  async update(request: proto.UpdateRequest): Promise<proto.UpdateResponse> {
    const type = this.typeOf(request.getType());
    const marked = decodeProperties(request.getNews());
    const inputs = reveal(marked) as PropertyMap;
    const before = open(request.getOldInputs());
    const moved = movedOutputs(type, before, inputs);
    if (request.getPreview()) {
      const state = open(request.getOlds());
      const outputs = Object.keys(type.outputs).map((name) => {
        const isUnknown =
          this.style.forgetsOutputsOnUpdate || (moved.includes(name) && !type.unforeseen?.includes(name));
        return [name, isUnknown ? unknownValue : (state[name] ?? unknownValue)] as const;
      });
      return new proto.UpdateResponse().setProperties(encodeProperties({ ...marked, ...Object.fromEntries(outputs) }));
    }
    const previous = this.existing(request.getType(), request.getId());
    const { id, hidden } = previous;
    const draft: Draft = { type: previous.type, id, inputs, hidden, account: this.account, cloud: this.cloud };
    this.checkReferences(type, inputs);
    refuse(type.refusesUpdate?.(draft, previous));
    const changed = moved.map((name) => [name, type.outputs[name]?.(draft) ?? null] as const);
    const made = { ...previous, inputs, outputs: { ...previous.outputs, ...Object.fromEntries(changed) } };
    this.cloud.put(made, "update");
    return new proto.UpdateResponse().setProperties(this.stateOf(type, made, marked));
  }

  async read(request: proto.ReadRequest): Promise<proto.ReadResponse> {
    const type = this.typeOf(request.getType());
    const found = this.cloud.get(request.getType(), request.getId());
    if (found === undefined) return new proto.ReadResponse();
    const marked = decodeProperties(request.getInputs());
    const isImport = Object.keys(marked).length === 0;
    // A refresh shows only properties that the program sets.
    const known = Object.entries(found.inputs).filter(([name]) => isImport || name in marked);
    const inputs = withSecretMarksOf(marked, Object.fromEntries(known)) as PropertyMap;
    return new proto.ReadResponse()
      .setId(found.id)
      .setInputs(encodeProperties(inputs))
      .setProperties(this.stateOf(type, found, marked));
  }

  async delete(request: proto.DeleteRequest): Promise<Empty> {
    const type = this.typeOf(request.getType());
    const found = this.cloud.get(request.getType(), request.getId());
    if (found === undefined) return new Empty();
    if (type.staysWhenDeleted) return new Empty();
    const dependents = this.dependents(found);
    const refusing = dependents.filter(({ onDelete }) => onDelete === "refuse").map(({ dependent }) => dependent);
    if (refusing.length > 0) throw new CloudError(this.style.inUse(found, refusing));
    refuse(type.refusesDelete?.(found, this.cloud));
    const left = (await type.leftovers?.(found)) ?? [];
    for (const { dependent, onDelete } of dependents) {
      if (onDelete === "cascade") this.cloud.remove(dependent);
    }
    this.cloud.remove(found);
    type.deleted?.(found);
    left.forEach((resource) => this.cloud.put(resource));
    return new Empty();
  }

  async invoke(request: proto.InvokeRequest): Promise<proto.InvokeResponse> {
    const answer = this.style.functions[request.getTok()];
    if (answer === undefined) throw new CloudError(`${this.style.name} has no function ${request.getTok()} here`);
    const result = await answer({ arguments: open(request.getArgs()), account: this.account, cloud: this.cloud });
    return new proto.InvokeResponse().setReturn(encodeProperties(result));
  }

  /** Version of the installed SDK, which the program requests. */
  private version(): string {
    const file = require.resolve(`@pulumi/${this.style.name}/package.json`);
    return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
  }

  private typeOf(token: string): ResourceType {
    const type = this.style.resources[token];
    if (type === undefined) {
      throw new CloudError(
        `unrecognized resource type: ${token} is not in the table of the stand-in ${this.style.name}`,
      );
    }
    return type;
  }

  private named(type: ResourceType, news: PropertyMap, olds: PropertyMap, request: proto.CheckRequest): PropertyMap {
    const name = type.autoname;
    if (name === undefined || news[name] !== undefined || news[`${name}Prefix`] !== undefined) return news;
    const random = Buffer.from(request.getRandomseed_asU8()).toString("hex");
    const value = olds[name] ?? this.style.autoname(request.getName(), random);
    return { ...news, [name]: value, [defaultsKey]: [name] };
  }

  private existing(type: string, id: string): CloudResource {
    const found = this.cloud.get(type, id);
    if (found === undefined) throw new CloudError(this.style.notFound(type, id));
    return found;
  }

  private checkReferences(type: ResourceType, inputs: PropertyMap): void {
    for (const reference of type.refers) {
      for (const value of valuesOf(reference, inputs)) {
        if (!namesOf(reference).some((name) => this.cloud.find(reference.type, name, value))) {
          throw new CloudError(this.style.notFound(reference.type, value));
        }
      }
    }
  }

  /** Resources that name `resource`, with the effect of its deletion. */
  private dependents(resource: CloudResource): { dependent: CloudResource; onDelete: Reference["onDelete"] }[] {
    return this.cloud.list().flatMap((dependent) => {
      // A leftover of a cluster's controllers has no resource type: its inputs name its dependencies.
      const refers = this.style.resources[dependent.type]?.refers ?? leftoverReferences(dependent);
      const naming = refers.filter(
        (reference) =>
          reference.type === resource.type &&
          valuesOf(reference, dependent.inputs).some((value) =>
            namesOf(reference).some((name) => propertyOf(resource, name) === value),
          ),
      );
      return naming.map(({ onDelete }) => ({ dependent, onDelete }));
    });
  }

  private stateOf(type: ResourceType, made: CloudResource, marked: PropertyMap): ReturnType<typeof encodeProperties> {
    const outputs = Object.entries(made.outputs).map(([name, value]) => [
      name,
      type.secrets?.includes(name) ? new Secret(value) : value,
    ]);
    return encodeProperties({
      ...(withSecretMarksOf(marked, made.inputs) as PropertyMap),
      ...(Object.fromEntries(outputs) as PropertyMap),
    });
  }
}

/** Reads a property bag, secrets in plain text. */
function open(struct: Parameters<typeof decodeProperties>[0]): PropertyMap {
  return reveal(decodeProperties(struct)) as PropertyMap;
}

function inputChanges(type: ResourceType, before: PropertyMap, after: PropertyMap): PropertyChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => !name.startsWith("__"));
  return changesOf(before, after, names).map((change) => {
    const path = change.path.replace(/\[\d+\]/g, "");
    const replaces = type.replaces.some(
      (fixed) => path === fixed || path.startsWith(`${fixed}.`) || fixed.startsWith(`${path}.`),
    );
    return { ...change, replaces };
  });
}

function movedOutputs(type: ResourceType, before: PropertyMap, after: PropertyMap): string[] {
  const changed = new Set(inputChanges(type, before, after).map(({ path }) => path.split(/[.[]/, 1)[0]));
  const moves = Object.entries(type.moves ?? {});
  return moves.flatMap(([output, inputs]) =>
    inputs.some((input) => (input === "*" ? changed.size > 0 : changed.has(input))) ? [output] : [],
  );
}

function namesOf({ by = "id" }: Reference): readonly string[] {
  return typeof by === "string" ? [by] : by;
}

function valuesOf(reference: Reference, inputs: PropertyMap): string[] {
  const { except } = reference;
  return textsAt(inputs, reference.path).filter((value) => value !== "" && except?.test(value) !== true);
}

/** References of a leftover: its inputs are the types of its dependencies, with their ids. */
function leftoverReferences({ type, inputs }: CloudResource): Reference[] {
  if (!type.startsWith("left:")) return [];
  return Object.keys(inputs).flatMap((key) =>
    key.includes(":") ? [{ path: `${key}[]`, type: key, onDelete: "refuse" as const }] : [],
  );
}

function refuse(reason: string | undefined): void {
  if (reason !== undefined) throw new CloudError(reason);
}

function failure(property: string, reason: string): proto.CheckFailure {
  return new proto.CheckFailure().setProperty(property).setReason(reason);
}
