/** Runs the whole program against a stand-in for the engine and records what it asks for, options included. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import { parse } from "yaml";
import { deriveAccount } from "../../../ledger/ethereum/key";
import { cloudAnswer, cloudOutputs } from "./cloud-answers";

export const root = resolve(__dirname, "../../..");
const program = join(root, "index.ts");
const project = "blockchain-clusters";
export const fixtures = join(__dirname, "fixtures");
const certificate = readFileSync(join(fixtures, "certificate.pem"), "utf8");

/** How the SDK marks secrets and unknown values on the wire (sdk/nodejs/runtime/rpc.ts). */
const secretMark = "4dabf18193072939515e22adb298388d";
const unknownMark = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** One resource as the program registered it. */
export interface Registration {
  urn: string;
  type: string;
  name: string;
  /** URN of the parent, empty for the stack. */
  parent: string;
  custom: boolean;
  /** Name of the provider resource; empty where the engine would use a default one. */
  provider: string;
  protect: boolean;
  /** Names of what it waits for, sorted. */
  dependsOn: string[];
  deletedWith: string;
  /** Properties whose changes are somebody else's. */
  ignoreChanges: string[];
  deleteBeforeReplace: boolean;
  retainOnDelete: boolean;
  /** Properties whose changes replace it, and outputs that are secret, beside what its type says. */
  replaceOnChanges: string[];
  additionalSecretOutputs: string[];
  /** Time limits of its operations that are not the engine's, such as `10m`. */
  customTimeouts: Record<string, string>;
  /** Names it had before, as the program states them. */
  aliases: Alias[];
  /** What else than its inputs replaces it. */
  replacementTrigger: unknown;
  /** Inputs with secrets as `{ secret: value }`. */
  inputs: unknown;
}

/** One former identity: a whole URN, or the parts that were different. */
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
  /** Runs as `pulumi preview` of a stack that has nothing yet: only inputs are known. */
  preview?: boolean;
  /** Folder with the programs that kubeconfigs log in by. Default: one that has all of them. */
  helpers?: string;
  /** Values of other stacks' outputs; unknown when left out. */
  stackOutputs?: Record<string, unknown>;
  /** Sections that were set with `--secret`. Default: none. */
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

/** The same as the first preview of a stack that has nothing yet. */
export function stackPreview(stack: string): Promise<ProgramRun> {
  const run = previews.get(stack) ?? runProgram(stack, readStack(stack), { preview: true });
  previews.set(stack, run);
  return run;
}

/** First line of this project's stack files. Files without it belong to somebody's trial, or to a running test. */
const modeline = "# yaml-language-server: $schema=./blockchain-clusters.schema.json\n";

/** Names of the project's stacks. */
export const stacks = readdirSync(join(root, "stacks")).flatMap((file) => {
  const name = /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1];
  return name !== undefined && readFileSync(join(root, "stacks", file), "utf8").startsWith(modeline) ? [name] : [];
});

/** Runs `index.ts` with `config` as the stack's configuration. Throws what the program throws. */
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
    forgetProgram();
    await pulumi.runtime.runInPulumiStack(() => import(program));
    await pulumi.runtime.disconnect();
  } finally {
    restore();
    process.env.PATH = path;
    delete process.env.PULUMI_CONFIG_SECRET_KEYS;
  }
  return run;
}

/** The engine hands structured values over as JSON. */
function asEngineConfig(config: Values): Record<string, string> {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      `${project}:${key}`,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}

/** The program registers its resources while it is loaded, so each run loads it anew. Nothing else keeps anything. */
function forgetProgram(): void {
  delete require.cache[program];
}

/** Providers that do what they are asked: outputs are the inputs and what programs read of them. */
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

/** Providers and components exist in a preview, too. */
function isPlanned(type: string): boolean {
  return !type.startsWith("pulumi:") && !type.startsWith("blockchain-clusters:");
}

/** Kubernetes echoes inputs in a preview; what `ledger` computes is unknown. */
function plannedState(type: string, inputs: Values): Values {
  return type.startsWith("kubernetes:") ? inputs : {};
}

function computed(type: string, name: string, inputs: Values, options: RunOptions): Values {
  if (type.startsWith("ledger:pki:")) {
    return { certificate, privateKey: `key of ${name}`, notAfter: "2036-01-01T00:00:00Z" };
  }
  if (type.startsWith("ledger:ethereum:")) return ethereumOutputs(type, name, inputs);
  if (type === "ledger:fabric:Channel") {
    return { channelId: (inputs.config as Values).channelId, genesisBlock: "genesis", configSequence: 0 };
  }
  if (type === "pulumi:pulumi:StackReference") {
    return options.stackOutputs === undefined
      ? {}
      : { outputs: options.stackOutputs, secretOutputNames: Object.keys(options.stackOutputs) };
  }
  if (!type.startsWith("kubernetes:")) return cloudOutputs(type, name, inputs);
  const status =
    type === "kubernetes:core/v1:Service" ? { status: { loadBalancer: { ingress: [{ ip: "192.0.2.10" }] } } } : {};
  return { metadata: { name, ...(inputs.metadata as Values) }, ...status };
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
        initialValidators: inputs.validators,
      };
    default:
      return { addresses: [] };
  }
}

/** Keys follow from names, so that files made of them are the same in every run. */
function standInAccount(name: string): Values {
  const digest = createHash("sha256").update(`key of ${name}`).digest("hex");
  return { ...deriveAccount(digest) };
}

/** Everything of a request that mocks are not told. */
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

/** Listens in on the stand-in's engine side. */
function record(run: ProgramRun): () => void {
  const methods = MockMonitor.prototype as unknown as Record<string, Method>;
  const { newUrn, registerResource, registerResourceOutputs } = methods;
  // The stand-in leaves out all parents but the nearest.
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

/** As the engine makes URNs: types of all parents but the stack, from the outermost, then type and name. */
export function urnOf(parent: string, type: string, name: string): string {
  const parents = parent.split("::")[2] ?? "";
  const qualified = parents === "" || parents === "pulumi:pulumi:Stack" ? type : `${parents}$${type}`;
  return ["urn:pulumi:" + pulumi.runtime.getStack(), project, qualified, name].join("::");
}

export function nameOf(urn: string): string {
  return urn.split("::")[3] ?? "";
}

/** Takes the SDK's marks off: secrets become `{ secret: value }`, unknown values `{ unknown: true }`. */
function unwrap(value: unknown): unknown {
  if (value === unknownMark) return { unknown: true };
  if (Array.isArray(value)) return value.map(unwrap);
  if (typeof value !== "object" || value === null) return value;
  const fields = value as Values;
  if (secretMark in fields) return { secret: unwrap(fields.value) };
  return Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, unwrap(field)]));
}
