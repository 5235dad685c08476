/** Questions to the Kubernetes API about a node: repeated while the API is busy or away, final when it refuses. */
import { KubeConfig } from "@kubernetes/client-node";
import { ProviderError } from "../framework/errors";
import { NotYet, unlessStopped, waitUntil } from "../framework/wait";
import type { DialOptions, PodAddress } from "./dialer";
import { messageOf } from "../../lib/errors";

/** @throws ProviderError when the text is not a kubeconfig */
export function parseKubeconfig(text: string): KubeConfig {
  const config = new KubeConfig();
  try {
    config.loadFromString(text);
  } catch (error) {
    throw new ProviderError(`the kubeconfig of the ledger provider cannot be read: ${messageOf(error)}`);
  }
  return config;
}

const tooManyRequestsStatus = 429;
const firstServerError = 500;

export const notFoundStatus = 404;
export const conflictStatus = 409;

export interface ApiQuestion {
  node: Pick<PodAddress, "name" | "namespace">;
  /** Object of the question in messages, for example `pod peer0-0`. */
  object: string;
  /** Rights that the kubeconfig's user needs, for messages. */
  rights: string;
}

/** Answer of the API. @throws ProviderError when it refuses */
export async function askApi<T>(question: ApiQuestion, options: DialOptions, ask: () => Promise<T>): Promise<T> {
  const answer = await waitUntil<{ value: T }>(
    async () => {
      try {
        return { value: await unlessStopped(ask(), options.signal, `asking for ${question.object}`) };
      } catch (error) {
        if (options.signal.aborted) throw error;
        return notYetUnlessFinal(question, error);
      }
    },
    { ...options, waitingFor: "the Kubernetes API to answer" },
  );
  return answer.value;
}

/** HTTP status of a refusal by the API; undefined for other errors. */
export function statusOf(error: unknown): number | undefined {
  const code = (error as { code?: unknown }).code;
  return typeof code === "number" ? code : undefined;
}

/** Answer of the API; undefined for an object that does not exist. */
export function unlessMissing<T>(ask: () => Promise<T>): Promise<T | undefined> {
  return unlessStatus(notFoundStatus, ask);
}

/** Answer of the API; undefined for an object that is there already. */
export function unlessThere<T>(ask: () => Promise<T>): Promise<T | undefined> {
  return unlessStatus(conflictStatus, ask);
}

async function unlessStatus<T>(status: number, ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (statusOf(error) === status) return undefined;
    throw error;
  }
}

function notYetUnlessFinal({ node, object, rights }: ApiQuestion, error: unknown): NotYet {
  const code = statusOf(error);
  if (code === 401 || code === 403) {
    throw new ProviderError(
      `node ${node.name}: the Kubernetes API answered ${code} when asked for ${object} of namespace ${node.namespace}; ` +
        `the kubeconfig's user needs ${rights} there`,
    );
  }
  if (code !== undefined && (code === tooManyRequestsStatus || code >= firstServerError)) {
    return new NotYet(`HTTP ${code}`);
  }
  // fetch has the network's error as cause. An error without a cause (a failed login helper) stays as it is.
  const cause = (error as { cause?: unknown }).cause;
  if (cause !== undefined) return new NotYet(`${messageOf(error)}: ${messageOf(cause)}`);
  throw new ProviderError(
    `node ${node.name}: the Kubernetes API cannot be asked for ${object} of namespace ${node.namespace}: ${messageOf(error)}`,
  );
}
