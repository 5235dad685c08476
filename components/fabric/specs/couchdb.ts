/** CouchDB beside its peer: same pod, own disk, reachable on the pod's loopback only as far as policies allow. */
import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { ResourcesConfig } from "../../../config";
import { containerSecurityContext } from "../../kubernetes";
import { ports } from "../names";

type EnvVar = k8s.types.input.core.v1.EnvVar;

/** User of the official image: https://github.com/apache/couchdb-docker */
const couchDbUser = 5984;
/** User name of the database; it guards nothing by itself. */
export const couchDbAccount = "fabric";

export interface CouchDbSpec {
  image: string;
  pullPolicy: string;
  resources: ResourcesConfig;
  /** Secret with the keys `username` and `password`. */
  credentials: pulumi.Input<string>;
  claim: pulumi.Input<string>;
}

export interface CouchDbSidecar {
  container: k8s.types.input.core.v1.Container;
  volumes: k8s.types.input.core.v1.Volume[];
}

export function buildCouchDbSidecar(spec: CouchDbSpec): CouchDbSidecar {
  const up = { httpGet: { path: "/_up", port: ports.couchdb } };
  return {
    container: {
      name: "couchdb",
      image: spec.image,
      imagePullPolicy: spec.pullPolicy,
      env: credentialEnv("COUCHDB_USER", "COUCHDB_PASSWORD", spec.credentials),
      resources: spec.resources,
      securityContext: containerSecurityContext(couchDbUser),
      startupProbe: { ...up, periodSeconds: 1, timeoutSeconds: 3, failureThreshold: 600 },
      readinessProbe: { ...up, periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 3 },
      livenessProbe: { tcpSocket: { port: ports.couchdb }, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
      volumeMounts: [
        { name: "couchdb", mountPath: "/opt/couchdb/data" },
        // The image's start script writes the administrator here.
        { name: "couchdb-config", mountPath: "/opt/couchdb/etc/local.d" },
        { name: "couchdb-tmp", mountPath: "/tmp" },
      ],
    },
    volumes: [
      { name: "couchdb", persistentVolumeClaim: { claimName: spec.claim } },
      { name: "couchdb-config", emptyDir: {} },
      { name: "couchdb-tmp", emptyDir: {} },
    ],
  };
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
