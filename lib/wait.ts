import { setTimeout as pause } from "node:timers/promises";

export interface PollOptions {
  /** The awaited thing, for the error. */
  what: string;
  /** Time limit in seconds. */
  timeoutSeconds: number;
  /** Default 50 ms, for local files and sockets, which report no change. */
  intervalMs?: number;
}

/**
 * Calls `ask` until it returns something other than `undefined`.
 *
 * @throws Error with `what` after the timeout, and every error of `ask`.
 */
export async function poll<T>(ask: () => Promise<T | undefined>, options: PollOptions): Promise<T> {
  const end = performance.now() + options.timeoutSeconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > end) throw new Error(`${options.what}: not within ${options.timeoutSeconds} s`);
    await pause(options.intervalMs ?? 50);
  }
}

/** Like `Promise.all`, but a failure waits for the others to end: nothing must still run during a clean-up. */
export async function allDone(work: readonly Promise<unknown>[]): Promise<void> {
  const results = await Promise.allSettled(work);
  const failure = results.find((result) => result.status === "rejected");
  if (failure) throw failure.reason;
}
