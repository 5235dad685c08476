/**
 * Normalises kubeconfigs: one cluster, one user, one context, file contents inline, keys in fixed order. The same
 * cluster then always gives the same text, whatever else the file contains, so a provider with this kubeconfig changes
 * only with the cluster or the credential.
 *
 * Format: https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/
 */
import { isAbsolute, join } from "node:path";
import { parse } from "yaml";
import { messageOf } from "../../lib/errors";
import { isRecord } from "../../lib/values";

export interface NormalizeOptions {
  /** Name of the context. Default: the file's current context. */
  context?: string;
  /**
   * Base folder of relative paths in the kubeconfig. Default: relative paths are errors, since the text came from no
   * file.
   */
  baseDirectory?: string;
  /** Reads a file that the kubeconfig refers to. */
  readFile: (path: string) => Buffer;
}

type Fields = Record<string, unknown>;

/** Fields of a cluster that matter to a client; extensions are dropped. */
const clusterFields = [
  "server",
  "certificate-authority-data",
  "tls-server-name",
  "insecure-skip-tls-verify",
  "proxy-url",
  "disable-compression",
] as const;

const userFields = [
  "client-certificate-data",
  "client-key-data",
  "token",
  "username",
  "password",
  "exec",
  "as",
  "as-uid",
  "as-groups",
  "as-user-extra",
] as const;

/** Fields of an exec plugin. `installHint` is for users without the plugin. */
const execFields = [
  "apiVersion",
  "command",
  "args",
  "env",
  "installHint",
  "provideClusterInfo",
  "interactiveMode",
] as const;

/**
 * @returns JSON text.
 * @throws Error with the missing or wrong part of the kubeconfig, and a correct form.
 */
export function normalizeKubeconfig(text: string, options: NormalizeOptions): string {
  const config = parseKubeconfig(text);
  const contextName = options.context ?? config["current-context"];
  const context = pick(config, "context", contextName, options.context === undefined ? "current-context" : "context");
  const cluster = pick(config, "cluster", context.cluster, `context ${quote(contextName)}`);
  const user = pick(config, "user", context.user, `context ${quote(contextName)}`);
  if (typeof cluster.server !== "string" || cluster.server === "") {
    throw new Error(`kubeconfig: cluster ${quote(context.cluster)} has no server; it must be a URL`);
  }
  return write({
    cluster: [context.cluster, embedCluster(cluster, options)],
    user: [context.user, embedUser(user, context.user, options)],
    context: contextName,
  });
}

/**
 * Program that prints a token:
 * https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
 */
export interface ExecUser {
  command: string;
  args?: readonly string[];
  env?: Readonly<Record<string, string>>;
  installHint: string;
  /** Whether the program gets the cluster's address and CA. Default: false. */
  provideClusterInfo?: boolean;
}

export interface ExecKubeconfig {
  /** Name of cluster, user and context. */
  name: string;
  /** URL of the API. */
  server: string;
  /** CA of the API server, PEM in base64. */
  certificateAuthority: string;
  exec: ExecUser;
}

/** A kubeconfig without a credential: clients run the program `exec.command` to get one. */
export function execKubeconfig({ name, server, certificateAuthority, exec }: ExecKubeconfig): string {
  const env = Object.entries(exec.env ?? {}).map(([key, value]) => ({ name: key, value }));
  const user = {
    apiVersion: "client.authentication.k8s.io/v1beta1",
    command: exec.command,
    args: exec.args,
    env: env.length === 0 ? undefined : env,
    installHint: exec.installHint,
    provideClusterInfo: exec.provideClusterInfo,
    interactiveMode: "IfAvailable",
  };
  return write({
    cluster: [name, keep({ server, "certificate-authority-data": certificateAuthority }, clusterFields)],
    user: [name, { exec: keep(user, execFields) }],
    context: name,
  });
}

/**
 * The same cluster with another login.
 *
 * @param text A normalised kubeconfig.
 */
export function withExecUser(text: string, name: string, exec: ExecUser): string {
  const { clusters } = JSON.parse(text) as { clusters: [{ cluster: Record<string, string> }] };
  const { server = "", "certificate-authority-data": certificateAuthority = "" } = clusters[0].cluster;
  return execKubeconfig({ name, server, certificateAuthority, exec });
}

/**
 * The same cluster and user at another address.
 *
 * @param text A normalised kubeconfig.
 * @param server URL of the API.
 */
export function withServer(text: string, server: string): string {
  const config = JSON.parse(text) as { clusters: [{ cluster: Fields }] };
  config.clusters[0].cluster.server = server;
  return JSON.stringify(config);
}

/**
 * Whether clients skip the check of the server's certificate. An attacker on the way could then read everything, keys
 * of nodes included.
 *
 * @param text A normalised kubeconfig.
 */
export function trustsAnyServer(text: string): boolean {
  const { clusters } = JSON.parse(text) as { clusters: [{ cluster: Fields }] };
  return clusters[0].cluster["insecure-skip-tls-verify"] === true;
}

/** JSON with one cluster, one user, one context, keys in fixed order. */
function write(parts: { cluster: [unknown, Fields]; user: [unknown, Fields]; context: unknown }): string {
  const [clusterName, cluster] = parts.cluster;
  const [userName, user] = parts.user;
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: clusterName, cluster }],
    users: [{ name: userName, user }],
    contexts: [{ name: parts.context, context: { cluster: clusterName, user: userName } }],
    "current-context": parts.context,
  });
}

function parseKubeconfig(text: string): Fields {
  let config: unknown;
  try {
    config = parse(text);
  } catch (error) {
    throw new Error(
      `kubeconfig: is no YAML or JSON: ${error instanceof Error ? error.message.split("\n")[0] : "unreadable"}`,
    );
  }
  if (!isRecord(config)) {
    throw new Error("kubeconfig: is empty or no map; it must have clusters, users, contexts and current-context");
  }
  return config;
}

/** The named entry of one of the kubeconfig's three lists. */
function pick(config: Fields, kind: "cluster" | "user" | "context", name: unknown, from: string): Fields {
  const list = config[`${kind}s`];
  const entries = Array.isArray(list) ? list.filter(isRecord) : [];
  const known = entries.map((entry) => quote(entry.name)).join(", ") || "none";
  if (typeof name !== "string" || name === "") throw new Error(`kubeconfig: ${from} names no ${kind}; known: ${known}`);
  const found = entries.find((entry) => entry.name === name)?.[kind];
  if (!isRecord(found)) {
    throw new Error(`kubeconfig: ${from} names the ${kind} ${quote(name)}, which is not there; known: ${known}`);
  }
  return found;
}

function embedCluster(cluster: Fields, options: NormalizeOptions): Fields {
  return keep({ ...cluster, ...embedFile(cluster, "certificate-authority", options) }, clusterFields);
}

function embedUser(user: Fields, name: unknown, options: NormalizeOptions): Fields {
  if (user["auth-provider"] !== undefined) {
    throw new Error(
      `kubeconfig: user ${quote(name)} has an auth-provider, which Kubernetes 1.26 removed; it must use an exec plugin`,
    );
  }
  return keep(
    {
      ...user,
      ...embedFile(user, "client-certificate", options),
      ...embedFile(user, "client-key", options),
      ...embedToken(user, options),
      ...(isRecord(user.exec) ? { exec: embedExec(user.exec, options) } : {}),
    },
    userFields,
  );
}

/** Replaces `client-key: file` by `client-key-data: base64`. The latter wins when both exist, as in kubectl. */
function embedFile(fields: Fields, key: string, options: NormalizeOptions): Fields {
  const path = fields[key];
  if (typeof path !== "string" || fields[`${key}-data`] !== undefined) return {};
  return { [`${key}-data`]: read(path, key, options).toString("base64") };
}

/** Replaces a token file by its content. The file wins when both exist, as in kubectl. */
function embedToken(user: Fields, options: NormalizeOptions): Fields {
  return typeof user.tokenFile === "string"
    ? { token: read(user.tokenFile, "tokenFile", options).toString("utf8").trim() }
    : {};
}

/**
 * Resolves the command of an exec plugin. Only a command with a path in it is relative to the kubeconfig; a bare name
 * is found on PATH.
 */
function embedExec(exec: Fields, options: NormalizeOptions): Fields {
  const command = exec.command;
  const isRelative = typeof command === "string" && command.includes("/") && !isAbsolute(command);
  return keep({ ...exec, ...(isRelative ? { command: locate(command, "exec.command", options) } : {}) }, execFields);
}

function read(path: string, key: string, options: NormalizeOptions): Buffer {
  const place = locate(path, key, options);
  try {
    return options.readFile(place);
  } catch (error) {
    const reason = messageOf(error);
    throw new Error(
      `kubeconfig: ${key} refers to ${quote(place)}, which cannot be read (${reason}); embed it with \`kubectl config view --raw --flatten\``,
    );
  }
}

function locate(path: string, key: string, { baseDirectory }: NormalizeOptions): string {
  if (isAbsolute(path)) return path;
  if (baseDirectory === undefined) {
    throw new Error(
      `kubeconfig: ${key} refers to the relative path ${quote(path)}; embed it with \`kubectl config view --raw --flatten\``,
    );
  }
  return join(baseDirectory, path);
}

/** Fields among `names` that are set, in the order of `names`. */
function keep(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(
    names
      .filter((name) => fields[name] !== undefined && fields[name] !== null && fields[name] !== "")
      .map((name) => [name, fields[name]]),
  );
}

function quote(value: unknown): string {
  return typeof value === "string" ? `"${value}"` : "(no name)";
}
