/** Runs the whole program on a stand-in for the engine, and records its resources with their options. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import { parse } from "yaml";
import { deriveAccount } from "../../../ledger/ethereum/key";
import { cloudAnswer, cloudOutputs } from "./cloud-answers";

export const root = resolve(__dirname, "../../..");
const project = "blockchain-clusters";

/** `common.Block` with an empty header, base64. */
const emptyBlock = "CgA=";
export const fixtures = join(__dirname, "fixtures");
const certificate = readFileSync(join(fixtures, "certificate.pem"), "utf8");

/** The SDK's marks of secrets and unknown values in messages (sdk/nodejs/runtime/rpc.ts). */
const secretMark = "4dabf18193072939515e22adb298388d";
const unknownMark = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A registration of one resource by the program. */
export interface Registration {
  urn: string;
  type: string;
  name: string;
  /** URN of the parent, empty for the stack. */
  parent: string;
  custom: boolean;
  /** Name of the provider resource; empty when the engine would use a default one. */
  provider: string;
  protect: boolean;
  /** Names of the resources that it waits for, sorted. */
  dependsOn: string[];
  deletedWith: string;
  /** Properties that others may change. */
  ignoreChanges: string[];
  deleteBeforeReplace: boolean;
  retainOnDelete: boolean;
  /** Properties whose changes replace it, and secret outputs, in addition to those of its type. */
  replaceOnChanges: string[];
  additionalSecretOutputs: string[];
  /** Time limits of its operations, for example `10m`, where they differ from the engine's. */
  customTimeouts: Record<string, string>;
  /** Former names that the program states. */
  aliases: Alias[];
  /** Value whose change replaces it. */
  replacementTrigger: unknown;
  /** Inputs with secrets as `{ secret: value }`. */
  inputs: unknown;
}

/** A former identity: a whole URN, or the parts that differed. */
export interface Alias {
  urn?: string;
  name?: string;
  type?: string;
  /** URN of the former parent, empty for none. Default: the present parent. */
  parent?: string;
}

export interface ProgramRun {
  resources: Registration[];
  /** Stack outputs with secrets as `{ secret: value }`. */
  outputs: unknown;
}

export interface RunOptions {
  /** Whether to run like `pulumi preview` of an empty stack, with known inputs only. */
  preview?: boolean;
  /** Folder with the login programs of kubeconfigs. Default: a folder with all of them. */
  helpers?: string;
  /** Values of other stacks' outputs. Default: unknown. */
  stackOutputs?: Record<string, unknown>;
  /** Sections set with `--secret`. Default: none. */
  secretSections?: readonly string[];
}

type Values = Record<string, unknown>;

/** Sections of a stack file by key, with values that belong to this machine replaced. */
export function readStack(stack: string): Values {
  const file = parse(readFileSync(join(root, "stacks", `Pulumi.${stack}.yaml`), "utf8")) as { config: Values };
  const config = Object.fromEntries(
    Object.entries(file.config).map(([key, value]) => [key.replace(`${project}:`, ""), value]),
  );
  const cluster = config.cluster as Values;
  return cluster.vendor === "local"
    ? { ...config, cluster: { ...cluster, kubeconfigFile: join(fixtures, "kubeconfig.json") } }
    : { kubeconfig: readFileSync(join(fixtures, "kubeconfig.json"), "utf8"), ...config };
}

const runs = new Map<string, Promise<ProgramRun>>();

/** The program's run with the stack file as it is; made once for all tests. */
export function stackRun(stack: string): Promise<ProgramRun> {
  const run = runs.get(stack) ?? runProgram(stack, readStack(stack));
  runs.set(stack, run);
  return run;
}

const previews = new Map<string, Promise<ProgramRun>>();

/** The same for the first preview of an empty stack. */
export function stackPreview(stack: string): Promise<ProgramRun> {
  const run = previews.get(stack) ?? runProgram(stack, readStack(stack), { preview: true });
  previews.set(stack, run);
  return run;
}

/** First line of this project's stack files. Files without it belong to a user's trial or to a running test. */
const modeline = "# yaml-language-server: $schema=./blockchain-clusters.schema.json\n";

/** Names of the project's stacks. */
export const stacks = readdirSync(join(root, "stacks")).flatMap((file) => {
  const name = /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1];
  return name !== undefined && readFileSync(join(root, "stacks", file), "utf8").startsWith(modeline) ? [name] : [];
});

/** Runs `index.ts` with `config` as the stack's configuration. @throws the program's error. */
export async function runProgram(stack: string, config: Values, options: RunOptions = {}): Promise<ProgramRun> {
  const run: ProgramRun = { resources: [], outputs: undefined };
  const restore = record(run);
  const path = process.env.PATH ?? "";
  try {
    process.env.PATH = options.helpers ?? `${join(fixtures, "bin")}${delimiter}${path}`;
    pulumi.runtime.setAllConfig(asEngineConfig(config));
    const secrets = (options.secretSections ?? []).map((section) => `${project}:${section}`);
    process.env.PULUMI_CONFIG_SECRET_KEYS = JSON.stringify(secrets);
    await pulumi.runtime.setMocks(standIn(options), project, stack, options.preview ?? false, "organization");
    const { program } = await import("../../../index.ts");
    await pulumi.runtime.runInPulumiStack(() => Promise.resolve(program()));
    await pulumi.runtime.disconnect();
  } finally {
    restore();
    process.env.PATH = path;
    delete process.env.PULUMI_CONFIG_SECRET_KEYS;
  }
  return run;
}

/** Configuration in the engine's form, with structured values as JSON. */
function asEngineConfig(config: Values): Record<string, string> {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      `${project}:${key}`,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}

/** Providers that always succeed: outputs are the inputs, and the computed values that programs read. */
function standIn(options: RunOptions): pulumi.runtime.Mocks {
  return {
    call: ({ token }) => (token.startsWith("pulumi:") ? {} : cloudAnswer(token)),
    newResource: ({ type, name, inputs }) => {
      const values = inputs as Values;
      if (options.preview && isPlanned(type)) return { id: undefined, state: plannedState(type, values) };
      return { id: `${name}-id`, state: { ...values, ...computed(type, name, values, options) } };
    },
  };
}

/** Whether a resource is only planned in a preview. Providers and components exist even there. */
function isPlanned(type: string): boolean {
  return !type.startsWith("pulumi:") && !type.startsWith("blockchain-clusters:");
}

/** Outputs in a preview: Kubernetes returns the inputs, and the outputs of `ledger` are unknown. */
function plannedState(type: string, inputs: Values): Values {
  return type.startsWith("kubernetes:") ? inputs : {};
}

function computed(type: string, name: string, inputs: Values, options: RunOptions): Values {
  if (type === "ledger:pki:RevocationList") return { revocationLists: [`list of ${name}`] };
  if (type.startsWith("ledger:pki:")) {
    return { certificate, privateKey: `key of ${name}`, notAfter: "2036-01-01T00:00:00Z" };
  }
  if (type.startsWith("ledger:ethereum:")) return ethereumOutputs(type, name, inputs);
  if (type === "ledger:fabric:Channel") {
    return { channelId: (inputs.config as Values).channelId, genesisBlock: emptyBlock, configSequence: 0 };
  }
  if (type === "ledger:fabric:Approval") {
    const seen = { configSequence: 4, members: ["Org1MSP", "Org9MSP"] };
    return { standing: "open", signatures: [{ mspId: "Org1MSP", signature: "c2lnbmVk" }], ...seen };
  }
  if (type === "ledger:kubernetes:Halt") return { count: 0 };
  if (type === "ledger:fabric:Chaincode") return { sequence: 0, waitingFor: ["Org3MSP"] };
  if (type === "pulumi:pulumi:StackReference") {
    return options.stackOutputs === undefined
      ? {}
      : { outputs: options.stackOutputs, secretOutputNames: Object.keys(options.stackOutputs) };
  }
  if (!type.startsWith("kubernetes:")) return cloudOutputs(type, name, inputs);
  const addresses =
    type === "kubernetes:core/v1:Service"
      ? {
          spec: { ...(inputs.spec as Values), clusterIP: "192.0.2.11" },
          status: { loadBalancer: { ingress: [{ ip: "192.0.2.10" }] } },
        }
      : {};
  return { metadata: { name, ...(inputs.metadata as Values) }, ...addresses };
}

function ethereumOutputs(type: string, name: string, inputs: Values): Values {
  switch (type) {
    case "ledger:ethereum:Account":
      return standInAccount(name);
    case "ledger:ethereum:Genesis":
      return {
        text: `genesis of ${name}`,
        hash: `hash of ${name}`,
        chainId: (inputs.settings as Values | undefined)?.chainId ?? 1,
        initialValidators: inputs.validators ?? [],
      };
    case "ledger:ethereum:ChainPlace":
      return { begunElsewhere: 0 };
    case "ledger:ethereum:ChainStart":
      return { begun: 1 };
    default:
      return { addresses: [] };
  }
}

/** An account whose key follows from its name, so that files with it are the same in every run. */
function standInAccount(name: string): Values {
  const digest = createHash("sha256").update(`key of ${name}`).digest("hex");
  return { ...deriveAccount(digest) };
}

/** Fields of a request that the SDK does not pass to mocks. */
interface RegisterRequest {
  getType(): string;
  getName(): string;
  getParent(): string;
  getCustom(): boolean;
  getProvider(): string;
  getProtect(): boolean;
  getDependenciesList(): string[];
  getDeletedwith(): string;
  getIgnorechangesList(): string[];
  getDeletebeforereplace(): boolean;
  getRetainondelete(): boolean;
  getReplaceonchangesList(): string[];
  getAdditionalsecretoutputsList(): string[];
  getCustomtimeouts(): { toObject(): Record<string, string> } | undefined;
  getAliasesList(): AliasMessage[];
  getReplacementTrigger(): { toJavaScript(): unknown } | undefined;
  getObject(): { toJavaScript(): unknown };
}

interface AliasMessage {
  getUrn(): string;
  getSpec(): { getName(): string; getType(): string; getParenturn(): string; getNoparent(): boolean } | undefined;
}

type Method = (request: never, callback: never) => unknown;

/** Records all requests to the stand-in engine. Returns a function that ends the recording. */
function record(run: ProgramRun): () => void {
  const methods = MockMonitor.prototype as unknown as Record<string, Method>;
  const { newUrn, registerResource, registerResourceOutputs } = methods;
  // The SDK's own stand-in uses only the nearest parent.
  Object.assign(methods, { newUrn: urnOf });
  methods.registerResource = function (request: RegisterRequest, callback: never) {
    const urn = urnOf(request.getParent(), request.getType(), request.getName());
    run.resources.push(readRegistration(urn, request));
    return registerResource?.call(this, request as never, callback);
  };
  methods.registerResourceOutputs = function (
    request: { getUrn(): string; getOutputs(): { toJavaScript(): unknown } },
    callback: never,
  ) {
    if (request.getUrn().includes("::pulumi:pulumi:Stack::")) run.outputs = unwrap(request.getOutputs().toJavaScript());
    return registerResourceOutputs?.call(this, request as never, callback);
  };
  return () => {
    Object.assign(methods, { newUrn, registerResource, registerResourceOutputs });
  };
}

function readRegistration(urn: string, request: RegisterRequest): Registration {
  return {
    urn,
    type: request.getType(),
    name: request.getName(),
    parent: request.getParent(),
    custom: request.getCustom(),
    provider: nameOf(request.getProvider().split("::").slice(0, -1).join("::")),
    protect: request.getProtect(),
    dependsOn: request.getDependenciesList().map(shortUrn).sort(),
    deletedWith: request.getDeletedwith() === "" ? "" : shortUrn(request.getDeletedwith()),
    ignoreChanges: request.getIgnorechangesList(),
    deleteBeforeReplace: request.getDeletebeforereplace(),
    retainOnDelete: request.getRetainondelete(),
    replaceOnChanges: request.getReplaceonchangesList(),
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    customTimeouts: Object.fromEntries(
      Object.entries(request.getCustomtimeouts()?.toObject() ?? {}).filter(([, limit]) => limit !== ""),
    ),
    aliases: request.getAliasesList().map(readAlias),
    replacementTrigger: request.getReplacementTrigger()?.toJavaScript(),
    inputs: unwrap(request.getObject().toJavaScript()),
  };
}

function readAlias(message: AliasMessage): Alias {
  const spec = message.getSpec();
  if (spec === undefined) return { urn: message.getUrn() };
  const [name, type, parent] = [spec.getName(), spec.getType(), spec.getParenturn()];
  return {
    ...(name === "" ? {} : { name }),
    ...(type === "" ? {} : { type }),
    ...(spec.getNoparent() ? { parent: "" } : parent === "" ? {} : { parent }),
  };
}

/** `apps/v1:StatefulSet fabric-org1-peer0` */
export function shortUrn(urn: string): string {
  const type = urn.split("::")[2]?.split("$").pop() ?? "";
  return `${type.split(":").slice(1).join(":")} ${nameOf(urn)}`;
}

/** A URN in the engine's form: types of all parents except the stack, from the outermost, then type and name. */
export function urnOf(parent: string, type: string, name: string): string {
  const parents = parent.split("::")[2] ?? "";
  const qualified = parents === "" || parents === "pulumi:pulumi:Stack" ? type : `${parents}$${type}`;
  return ["urn:pulumi:" + pulumi.runtime.getStack(), project, qualified, name].join("::");
}

export function nameOf(urn: string): string {
  return urn.split("::")[3] ?? "";
}

/** Replaces the SDK's marks: secrets become `{ secret: value }`, unknown values `{ unknown: true }`. */
function unwrap(value: unknown): unknown {
  if (value === unknownMark) return { unknown: true };
  if (Array.isArray(value)) return value.map(unwrap);
  if (typeof value !== "object" || value === null) return value;
  const fields = value as Values;
  if (secretMark in fields) return { secret: unwrap(fields.value) };
  return Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, unwrap(field)]));
}
