/**
 * CouchDB beside its peer: same pod, own disk, reachable on the pod's loopback only.
 *
 * It runs as a native sidecar, an init container that stays: it serves before the peer starts, and ends after the peer
 * has. Two containers that get their signal together would leave a busy peer without its state for its last seconds,
 * which a peer answers with a panic. Needs Kubernetes 1.29.
 * https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/
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
/** User name of the database; it guards nothing by itself. */
export const couchDbAccount = "fabric";

const couchDbPath = "/opt/couchdb";
const couchDbDataPath = `${couchDbPath}/data`;
/** Key of the settings in their ConfigMap. */
export const couchDbSettingsFile = "couchdb.ini";
/** Read after the image's own `10-docker-default.ini`, which it overrides. */
const settingsPath = `${couchDbPath}/etc/default.d/20-fabric.ini`;

export interface CouchDbSpec {
  image: string;
  pullPolicy: string;
  resources: ResourcesConfig;
  /** Secret with the keys `username` and `password`. */
  credentials: pulumi.Input<string>;
  /** ConfigMap with the key `couchDbSettingsFile`. */
  configMap: pulumi.Input<string>;
  claim: pulumi.Input<string>;
}

export interface CouchDbSidecar {
  /** In the order in which they start. */
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
 * Settings of the database, for all its releases from 3.0 on.
 * https://docs.couchdb.org/en/stable/config/index.html
 */
export function buildCouchDbSettings(): string {
  return [
    "[couchdb]",
    "single_node = true",
    // 4 GiB, what CouchDB 2 had and requests may have. The channel's absoluteMaxBytes is the limit of values: what was
    // ordered under it has to be stored, also at a rebuild long after it was lowered. At CouchDB 3's 8 MB a larger
    // value ends every peer that commits it.
    "max_document_size = 4294967296",
    "",
    "[cluster]",
    // Copies of a database; the default, 3, is an error in the log for each one that is made on a single node.
    "n = 1",
    "",
    "[chttpd]",
    "bind_address = 127.0.0.1",
    "",
    "[chttpd_auth_lockout]",
    // It would lock out an address, and peer and port-forward share 127.0.0.1. The password has 256 bits.
    "mode = off",
    "",
    "[log]",
    // At `info` each transaction is 0.7 kB of requests.
    "level = warning",
    "",
  ].join("\n");
}

/**
 * Empties the database when the peer's volume holds no channel. The state is made of blocks, so nothing is lost with it;
 * one that is newer than the blocks makes the peer call blocks of others invalid, without a word. A folder that cannot be
 * read is an error, not an empty one.
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

/** Runs as the owner of the database's files; those of the peer it reads by the pod's group. */
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
      // The image's start script writes the administrator here.
      { name: "couchdb-admin", mountPath: `${couchDbPath}/etc/local.d` },
      { name: "couchdb-tmp", mountPath: "/tmp" },
    ],
  };
}

/** Asks from within: the kubelet would come to the pod's address. Without `--fail` any answer will do. */
function ask(path: string, ...options: string[]): string[] {
  const quietly = ["--silent", "--show-error", "--output", "/dev/null"];
  return ["curl", ...quietly, ...options, `http://127.0.0.1:${ports.couchdb}${path}`];
}

/** What the peer needs to log in. */
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
