/** A watch of the Kubernetes API with an end. */
import { Watch, type KubeConfig } from "@kubernetes/client-node";

export interface BoundedWatch<T> {
  /** Path of the list, for example `/api/v1/namespaces/trade-org1/pods`. */
  path: string;
  query: { fieldSelector: string; resourceVersion?: string | undefined };
  /** Receives each event; returns true to end the watch. */
  see: (type: string, object: T) => boolean;
  /** Milliseconds after which it ends even without an event. */
  milliseconds: number;
  signal: AbortSignal;
}

/**
 * Resolves when `see` returns true, the API ends the watch, the time is over or the signal is aborted. Never rejects.
 */
export function watchUntil<T>(config: KubeConfig, watch: BoundedWatch<T>): Promise<void> {
  const { path, query, see, milliseconds, signal } = watch;
  return new Promise((resolve) => {
    let request: AbortController | undefined;
    let isFinished = false;
    const finish = (): void => {
      isFinished = true;
      clearTimeout(timer);
      signal.removeEventListener("abort", finish);
      request?.abort();
      resolve();
    };
    const timer = setTimeout(finish, milliseconds);
    signal.addEventListener("abort", finish);
    if (signal.aborted) return finish();
    new Watch(config)
      .watch(path, query, (type: string, object: T) => void (see(type, object) && finish()), finish)
      .then((controller) => {
        request = controller;
        if (isFinished) controller.abort();
      }, finish);
  });
}
