/**
 * CouchDB beside its peer: same pod, own disk, reachable on the pod's loopback only.
 *
 * It runs as a native sidecar, an init container that stays: it serves before the peer starts, and ends after the peer.
 * With two ordinary containers, which get their signal together, a busy peer would lose its state database in its last
 * seconds and panic. Needs Kubernetes 1.29. https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/
 */
import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { ResourcesConfig } from "../../../config";
import { containerSecurityContext } from "../../kubernetes";
import { ports } from "../names";
import { chainsPath, dataPath } from "./paths";

type Container = k8s.types.input.core.v1.Container;
type EnvVar = k8s.types.input.core.v1.EnvVar;

/** User of the official image: https://github.com/apache/couchdb-docker */
const couchDbUser = 5984;
/** User name of the database, not secret. */
export const couchDbAccount = "fabric";

const couchDbPath = "/opt/couchdb";
const couchDbDataPath = `${couchDbPath}/data`;
/** Key of the settings in their ConfigMap. */
export const couchDbSettingsFile = "couchdb.ini";
/** CouchDB reads this file after the image's own `10-docker-default.ini`, and overrides that. */
const settingsPath = `${couchDbPath}/etc/default.d/20-fabric.ini`;

export interface CouchDbSpec {
  image: string;
  pullPolicy: string;
  resources: ResourcesConfig;
  /** Name of the Secret with the keys `username` and `password`. */
  credentials: pulumi.Input<string>;
  /** Name of the ConfigMap with the key `couchDbSettingsFile`. */
  configMap: pulumi.Input<string>;
  claim: pulumi.Input<string>;
}

export interface CouchDbSidecar {
  /** Containers in the order of their start. */
  initContainers: Container[];
  volumes: k8s.types.input.core.v1.Volume[];
}

export function buildCouchDbSidecar(spec: CouchDbSpec): CouchDbSidecar {
  return {
    initContainers: [ledgerGuard(spec), database(spec)],
    volumes: [
      { name: "couchdb", persistentVolumeClaim: { claimName: spec.claim } },
      { name: "couchdb-config", configMap: { name: spec.configMap } },
      { name: "couchdb-admin", emptyDir: {} },
      { name: "couchdb-tmp", emptyDir: {} },
    ],
  };
}

/**
 * Settings of the database, valid for all releases from 3.0 on. https://docs.couchdb.org/en/stable/config/index.html
 */
export function buildCouchDbSettings(): string {
  return [
    "[couchdb]",
    "single_node = true",
    // 4 GiB: the default of CouchDB 2, and the limit of requests. The channel's absoluteMaxBytes limits values; values
    // ordered under it must be stored, also by a rebuild long after it was lowered. With the 8 MB of CouchDB 3 a larger
    // value would end every peer that commits it.
    "max_document_size = 4294967296",
    "",
    "[cluster]",
    // Copies of a database. With the default, 3, a single node logs an error for each database that it creates.
    "n = 1",
    "",
    "[chttpd]",
    "bind_address = 127.0.0.1",
    "",
    "[chttpd_auth_lockout]",
    // A lockout blocks an address, and peer and port-forward share 127.0.0.1. The password has 256 bits.
    "mode = off",
    "",
    "[log]",
    // At `info` each transaction logs 0.7 kB of requests.
    "level = warning",
    "",
  ].join("\n");
}

/**
 * Empties the database when the peer's volume holds no channel. The peer rebuilds the state from blocks, so nothing is
 * lost. With a state that is newer than its blocks, a peer would call valid blocks invalid without a message. A folder
 * that cannot be read is an error, not an empty folder.
 */
const guardScript = `set -eu
folder=${dataPath}
for name in ${chainsPath.slice(dataPath.length + 1).replaceAll("/", " ")}; do
  ls -A "$folder" > /dev/null
  folder=$folder/$name
  if [ ! -d "$folder" ]; then break; fi
done
if [ -d "$folder" ] && [ -n "$(ls -A "$folder")" ]; then exit 0; fi
echo "no channel in ${chainsPath}: emptying ${couchDbDataPath}"
find ${couchDbDataPath} -mindepth 1 -maxdepth 1 ! -name lost+found -exec rm -rf {} +
`;

/** Init container that runs as owner of the database's files, and reads the peer's files by the pod's group. */
function ledgerGuard(spec: CouchDbSpec): Container {
  return {
    name: "couchdb-guard",
    image: spec.image,
    imagePullPolicy: spec.pullPolicy,
    command: ["sh", "-c", guardScript],
    resources: spec.resources,
    securityContext: containerSecurityContext(couchDbUser),
    volumeMounts: [
      { name: "ledger", mountPath: dataPath, readOnly: true },
      { name: "couchdb", mountPath: couchDbDataPath },
    ],
  };
}

function database(spec: CouchDbSpec): Container {
  return {
    name: "couchdb",
    image: spec.image,
    imagePullPolicy: spec.pullPolicy,
    restartPolicy: "Always",
    env: credentialEnv("COUCHDB_USER", "COUCHDB_PASSWORD", spec.credentials),
    resources: spec.resources,
    securityContext: containerSecurityContext(couchDbUser),
    startupProbe: {
      exec: { command: ask("/_up", "--fail") },
      periodSeconds: 1,
      timeoutSeconds: 3,
      failureThreshold: 600,
    },
    readinessProbe: {
      exec: { command: ask("/_up", "--fail") },
      periodSeconds: 5,
      timeoutSeconds: 3,
      failureThreshold: 3,
    },
    livenessProbe: { exec: { command: ask("/") }, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
    volumeMounts: [
      { name: "couchdb", mountPath: couchDbDataPath },
      { name: "couchdb-config", mountPath: settingsPath, subPath: couchDbSettingsFile, readOnly: true },
      // The image's start script writes the administrator's account here.
      { name: "couchdb-admin", mountPath: `${couchDbPath}/etc/local.d` },
      { name: "couchdb-tmp", mountPath: "/tmp" },
    ],
  };
}

/**
 * Probe from inside the container, since CouchDB does not listen on the pod's address. Without `--fail` any answer is a
 * success.
 */
function ask(path: string, ...options: string[]): string[] {
  const quietly = ["--silent", "--show-error", "--output", "/dev/null"];
  return ["curl", ...quietly, ...options, `http://127.0.0.1:${ports.couchdb}${path}`];
}

/** Variables of the peer's login. */
export function couchDbClientEnv(credentials: pulumi.Input<string>): EnvVar[] {
  const prefix = "CORE_LEDGER_STATE_COUCHDBCONFIG";
  return credentialEnv(`${prefix}_USERNAME`, `${prefix}_PASSWORD`, credentials);
}

function credentialEnv(user: string, password: string, secret: pulumi.Input<string>): EnvVar[] {
  return [
    { name: user, valueFrom: { secretKeyRef: { name: secret, key: "username" } } },
    { name: password, valueFrom: { secretKeyRef: { name: secret, key: "password" } } },
  ];
}
