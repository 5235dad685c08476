/** The provider behind the gRPC service: decodes requests, calls the resource type, encodes answers. */
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { secretOutputs, type ResourceDeclaration } from "./declaration";
import { CancelledError, PartialUpdate, ProviderError } from "./errors";
import { messageOf } from "../../lib/errors";
import type { EngineLog } from "./engine-log";
import { runOperation } from "./operation";
import type { ProviderPackage } from "./package";
import { packageSchema, partsOf } from "./package-schema";
import type { PropertyChange } from "./property-changes";
import {
  containsUnknown,
  decodeProperties,
  encodeProperties,
  reveal,
  Secret,
  secretTexts,
  withSecretMarksOf,
  type PropertyMap,
} from "./property-value";
import type { Redactor } from "./redact";
import type { AnyResource, OperationContext } from "./resource";
import { parseInputs, type Problem } from "./schema";
import { migrate, stamp } from "./state-version";

const detailedKinds = {
  add: [proto.PropertyDiff.Kind.ADD, proto.PropertyDiff.Kind.ADD_REPLACE],
  delete: [proto.PropertyDiff.Kind.DELETE, proto.PropertyDiff.Kind.DELETE_REPLACE],
  update: [proto.PropertyDiff.Kind.UPDATE, proto.PropertyDiff.Kind.UPDATE_REPLACE],
} as const;

/** Request for an operation on one resource. */
interface ResourceRequest {
  getUrn(): string;
  getType(): string;
}

/** A resource type with its declaration. */
type LoadedResource<Clients extends object> = AnyResource<Clients> & { declaration: ResourceDeclaration };

/** A failure, with the state that the engine must store. */
export class UpdateInitFailed extends Error {
  override readonly name = "UpdateInitFailed";

  constructor(
    override readonly cause: unknown,
    readonly detail: proto.ErrorResourceInitFailed,
  ) {
    super(messageOf(cause));
  }
}

export class Provider<Clients extends object> {
  private clients: Clients;
  private readonly cancelled = new AbortController();

  constructor(
    private readonly provided: ProviderPackage<Clients>,
    private readonly log: EngineLog,
    private readonly redactor: Redactor,
  ) {
    this.clients = provided.connect({});
  }

  async handshake(request: proto.ProviderHandshakeRequest): Promise<proto.ProviderHandshakeResponse> {
    this.log.connect(request.getEngineAddress());
    return new proto.ProviderHandshakeResponse().setAcceptSecrets(true);
  }

  async getPluginInfo(): Promise<PluginInfo> {
    return new PluginInfo().setVersion(this.provided.version);
  }

  async getSchema(): Promise<proto.GetSchemaResponse> {
    return new proto.GetSchemaResponse().setSchema(JSON.stringify(packageSchema(partsOf(this.provided))));
  }

  async checkConfig(request: proto.CheckRequest): Promise<proto.CheckResponse> {
    const { inputs, problems } = this.provided.configuration.check(this.decode(request.getNews()));
    return checkResponse(inputs, problems);
  }

  async diffConfig(request: proto.DiffRequest): Promise<proto.DiffResponse> {
    const before = reveal(this.decode(request.getOldInputs())) as PropertyMap;
    const after = reveal(this.decode(request.getNews())) as PropertyMap;
    return diffResponse(this.provided.configuration.diff(before, after));
  }

  async configure(request: proto.ConfigureRequest): Promise<proto.ConfigureResponse> {
    this.clients = this.provided.connect(reveal(this.decode(request.getArgs())) as PropertyMap);
    return new proto.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true);
  }

  async check(request: proto.CheckRequest): Promise<proto.CheckResponse> {
    const resource = await this.load(request.getType());
    const { inputs, problems } = parseInputs(resource.declaration.inputs, this.decode(request.getNews()));
    if (problems.length === 0 && !containsUnknown(inputs)) {
      const previous = reveal(this.former(resource, "inputs", request.getOlds())) as PropertyMap;
      const isNew = Object.keys(previous).length === 0;
      problems.push(...(resource.validate?.(reveal(inputs) as object, isNew ? undefined : previous) ?? []));
    }
    return checkResponse(stamp(inputs, resource.migrations), problems);
  }

  async diff(request: proto.DiffRequest): Promise<proto.DiffResponse> {
    const resource = await this.load(request.getType());
    const changes = resource.diff({
      oldInputs: reveal(this.former(resource, "inputs", request.getOldInputs())) as object,
      oldState: reveal(this.former(resource, "state", request.getOlds())) as object,
      newInputs: reveal(this.former(resource, "inputs", request.getNews())) as PropertyMap,
      now: new Date(),
    });
    return diffResponse(changes);
  }

  async create(request: proto.CreateRequest): Promise<proto.CreateResponse> {
    const resource = await this.load(request.getType());
    const inputs = reveal(this.former(resource, "inputs", request.getProperties())) as PropertyMap;
    const response = new proto.CreateResponse();
    if (request.getPreview()) {
      await this.inspect(resource, request, inputs);
      return response.setProperties(encodeState(resource, resource.preview(inputs, undefined)));
    }
    const { id, state } = await this.run(resource, request, (context) => resource.create(inputs, context));
    return response.setId(id).setProperties(encodeState(resource, state));
  }

  async update(request: proto.UpdateRequest): Promise<proto.UpdateResponse> {
    const resource = await this.load(request.getType());
    const newInputs = reveal(this.former(resource, "inputs", request.getNews())) as PropertyMap;
    const previous = {
      inputs: reveal(this.former(resource, "inputs", request.getOldInputs())) as object,
      state: reveal(this.former(resource, "state", request.getOlds())) as object,
    };
    const response = new proto.UpdateResponse();
    if (request.getPreview()) {
      await this.inspect(resource, request, newInputs, previous);
      return response.setProperties(encodeState(resource, resource.preview(newInputs, previous)));
    }
    const update = { id: request.getId(), ...previous, newInputs };
    try {
      const state = await this.run(resource, request, (context) => resource.update(update, context));
      return response.setProperties(encodeState(resource, state));
    } catch (error) {
      if (!(error instanceof PartialUpdate)) throw error;
      const { inputs } = parseInputs(resource.declaration.inputs, error.inputs as PropertyMap);
      const detail = new proto.ErrorResourceInitFailed()
        .setId(update.id)
        .setInputs(encodeProperties(stamp(inputs, resource.migrations)))
        .setProperties(encodeState(resource, error.state))
        .setReasonsList([this.redactor.redact(error.message)]);
      throw new UpdateInitFailed(error.cause, detail);
    }
  }

  async read(request: proto.ReadRequest): Promise<proto.ReadResponse> {
    const resource = await this.load(request.getType());
    const markedInputs = this.former(resource, "inputs", request.getInputs());
    const existing = {
      id: request.getId(),
      inputs: reveal(markedInputs) as object,
      state: reveal(this.former(resource, "state", request.getProperties())) as object,
    };
    if (Object.keys(existing.inputs).length === 0) {
      throw new ProviderError(
        `${request.getType()} cannot be imported: keys and addresses are not on the ledger. Declare it in the ` +
          "program instead; creating it takes over what already exists.",
      );
    }
    const live = await this.run(resource, request, (context) => resource.read(existing, context));
    if (live === undefined) return new proto.ReadResponse();
    const { inputs } = parseInputs(resource.declaration.inputs, live.inputs as PropertyMap);
    return new proto.ReadResponse()
      .setId(existing.id)
      .setInputs(encodeProperties(stamp(withSecretMarksOf(markedInputs, inputs) as PropertyMap, resource.migrations)))
      .setProperties(encodeState(resource, live.state));
  }

  async delete(request: proto.DeleteRequest): Promise<Empty> {
    const resource = await this.load(request.getType());
    const existing = {
      id: request.getId(),
      inputs: reveal(this.former(resource, "inputs", request.getOldInputs())) as object,
      state: reveal(this.former(resource, "state", request.getProperties())) as object,
    };
    await this.run(resource, request, (context) => resource.delete(existing, context));
    return new Empty();
  }

  /** Ends all waits. Work that has begun on a node stays, and the next run continues there. */
  async cancel(): Promise<Empty> {
    this.cancelled.abort(new CancelledError("cancelled"));
    return new Empty();
  }

  /** Finds a resource type by its token. Throws with the known types when the provider lacks it. */
  private async load(type: string): Promise<LoadedResource<Clients>> {
    const { resources } = this.provided;
    const found = resources.find(({ declaration }) => declaration.token === type);
    if (found !== undefined) return { ...(await found.load()), declaration: found.declaration };
    const known = resources.map(({ declaration }) => declaration.token).join(", ");
    throw new Error(`resource type "${type}" is unknown; this provider has ${known}`);
  }

  private decode(struct: Parameters<typeof decodeProperties>[0]): PropertyMap {
    const properties = decodeProperties(struct);
    this.redactor.remember(secretTexts(properties));
    return properties;
  }

  /** Properties in the state, converted to the form of this release. */
  private former(
    resource: AnyResource<Clients>,
    part: "inputs" | "state",
    struct: Parameters<typeof decodeProperties>[0],
  ): PropertyMap {
    return migrate(part, this.decode(struct), resource.migrations);
  }

  private async inspect(
    resource: AnyResource<Clients>,
    request: ResourceRequest & { getTimeout(): number },
    inputs: PropertyMap,
    previous?: { inputs: object; state: object },
  ): Promise<void> {
    if (resource.inspect === undefined || containsUnknown(inputs)) return;
    await this.run(resource, request, async (context) => resource.inspect?.(inputs, context, previous));
  }

  private async run<T>(
    resource: AnyResource<Clients>,
    request: ResourceRequest & { getTimeout(): number },
    operation: (context: OperationContext & Clients) => Promise<T>,
  ): Promise<T> {
    try {
      return await runOperation((context) => operation({ ...context, ...this.clients }), {
        log: this.log.forResource(request.getUrn()),
        cancelled: this.cancelled.signal,
        idleSeconds: resource.defaultTimeoutSeconds,
        totalSeconds: request.getTimeout() || undefined,
      });
    } finally {
      await this.log.flush();
    }
  }
}

function encodeState(
  { declaration, migrations }: Pick<LoadedResource<object>, "declaration" | "migrations">,
  state: object,
): ReturnType<typeof encodeProperties> {
  const secret = secretOutputs(declaration);
  // A mark around a value that is not there would be a value.
  const entries = Object.entries(state as PropertyMap).filter(([, value]) => value !== undefined);
  const marked = entries.map(([key, value]) => [key, secret.includes(key) ? new Secret(value) : value] as const);
  return encodeProperties(stamp(Object.fromEntries(marked), migrations));
}

function checkResponse(inputs: PropertyMap, problems: Problem[]): proto.CheckResponse {
  const failures = problems.map(({ path, message }) =>
    new proto.CheckFailure().setProperty(path).setReason(`${path}: ${message}`),
  );
  return new proto.CheckResponse().setInputs(encodeProperties(inputs)).setFailuresList(failures);
}

export function diffResponse(changes: PropertyChange[]): proto.DiffResponse {
  const { DIFF_NONE, DIFF_SOME } = proto.DiffResponse.DiffChanges;
  const topLevel = (path: string): string => path.split(/[.[]/, 1)[0] ?? path;
  const names = (list: PropertyChange[]): string[] => [...new Set(list.map((change) => topLevel(change.path)))];
  const response = new proto.DiffResponse()
    .setChanges(changes.length === 0 ? DIFF_NONE : DIFF_SOME)
    .setDiffsList(names(changes))
    .setReplacesList(names(changes.filter((change) => change.replaces === true)))
    .setHasdetaileddiff(true);
  for (const change of changes) {
    const kind = detailedKinds[change.kind][change.replaces === true ? 1 : 0];
    const detail = new proto.PropertyDiff().setKind(kind).setInputdiff(change.isOutput !== true);
    response.getDetaileddiffMap().set(change.path, detail);
  }
  return response;
}
