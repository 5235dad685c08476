/** The Kubernetes API, as a drill asks it. */
import {
  AppsV1Api,
  CoreV1Api,
  createConfiguration,
  CustomObjectsApi,
  NetworkingV1Api,
  ServerConfiguration,
  type KubeConfig,
  type Middleware,
} from "@kubernetes/client-node";
import { UserError } from "../lib/user-error";
import { type NotYet, repeat } from "../lib/wait";
import { conflictStatus, notFoundStatus } from "../provider/kubernetes/kubernetes-api";
import { backupLabel } from "../provider/kubernetes/volume-reader";
import type { Snapshot } from "./backups";

/** Label of a drill's namespace, and of its objects that belong to no namespace. Its value is the namespace's name. */
export const drillLabel = "blockchain-clusters/restore-drill";

/** Group and version of snapshots. */
export const snapshotGroup = { group: "snapshot.storage.k8s.io", version: "v1" };

const rightsHint = `docs/operations.md, "A drill", lists the rights that the kubeconfig's user needs`;

const waitMs = 10 * 60_000;
const pauses = { firstPauseMs: 250, longestPauseMs: 2000 };

/** Calls and waits, all of which end with `signal`. */
export class DrillApi {
  readonly core: CoreV1Api;
  readonly apps: AppsV1Api;
  readonly custom: CustomObjectsApi;
  readonly networking: NetworkingV1Api;

  constructor(
    config: KubeConfig,
    readonly signal: AbortSignal,
  ) {
    const configuration = createConfiguration({
      baseServer: new ServerConfiguration(config.getCurrentCluster()?.server ?? "", {}),
      authMethods: { default: config },
      promiseMiddleware: [endsWith(signal), refusalsInWords],
    });
    this.core = new CoreV1Api(configuration);
    this.apps = new AppsV1Api(configuration);
    this.custom = new CustomObjectsApi(configuration);
    this.networking = new NetworkingV1Api(configuration);
  }

  /** All snapshots of backups in the cluster. */
  async snapshots(): Promise<Snapshot[]> {
    const { items } = (await this.custom.listCustomObjectForAllNamespaces({
      ...snapshotGroup,
      resourcePlural: "volumesnapshots",
      labelSelector: backupLabel,
    })) as { items: Snapshot[] };
    return items;
  }

  /** Repeats `attempt` until it has a result. @throws UserError after ten minutes, with the last answer */
  until<T>(what: string, attempt: () => Promise<T | NotYet>): Promise<T> {
    const end = Date.now() + waitMs;
    let last = "";
    return repeat(attempt, {
      ...pauses,
      signal: this.signal,
      onAnswer: ({ answer }) => (last = answer),
      throwIfOver: () => {
        this.signal.throwIfAborted();
        if (Date.now() > end) throw new UserError(`Waited ${waitMs / 60_000} minutes for ${what}: ${last}`);
      },
    });
  }
}

function endsWith(signal: AbortSignal): Middleware {
  return {
    pre: async (request) => {
      request.setSignal(signal);
      return request;
    },
    post: async (response) => response,
  };
}

/** A refusal is an error with the API's own message, which names user, verb and resource. Callers judge 404 and 409. */
const refusalsInWords: Middleware = {
  pre: async (request) => request,
  post: async (response) => {
    const { httpStatusCode: status } = response;
    if (status < 400 || status === notFoundStatus || status === conflictStatus) return response;
    const reason = messageIn(await response.body.text());
    const rights = status === 401 || status === 403 ? `; ${rightsHint}` : "";
    throw new UserError(`The Kubernetes API answered ${status}: ${reason}${rights}`);
  },
};

function messageIn(body: string): string {
  try {
    return (JSON.parse(body) as { message?: string }).message ?? body;
  } catch {
    return body;
  }
}
