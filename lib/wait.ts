/** Waits for a condition: repeated exact questions with pauses between them, until something ends the wait. */
import { setTimeout as pause } from "node:timers/promises";

/** A condition that is not true yet; `answer` is the node's answer, and `done` the progress, where it is measurable. */
export class NotYet {
  constructor(
    readonly answer: string,
    readonly done?: number | bigint,
  ) {}
}

export interface RepeatOptions {
  /** Called before each attempt; an error of it ends the wait. */
  throwIfOver: () => void;
  /** Called with each answer that is not the awaited one. Default: no call. */
  onAnswer?: (answer: NotYet) => void;
  /** First pause in milliseconds. Each further one is a quarter longer: a quarter of the time waited so far. */
  firstPauseMs: number;
  /** Longest pause in milliseconds. */
  longestPauseMs: number;
  /** Ends a pause when aborted. Default: every pause takes its time. */
  signal?: AbortSignal;
}

const pauseGrowth = 1.25;

/** Repeats `attempt` until it returns something other than {@link NotYet}. Its errors end the wait. */
export async function repeat<T>(attempt: () => Promise<T | NotYet>, options: RepeatOptions): Promise<T> {
  const { throwIfOver, onAnswer, longestPauseMs, signal } = options;
  let delay = options.firstPauseMs;
  for (;;) {
    throwIfOver();
    const result = await attempt();
    if (!(result instanceof NotYet)) return result;
    onAnswer?.(result);
    await pause(delay, undefined, { signal }).catch(() => undefined);
    delay = Math.min(delay * pauseGrowth, longestPauseMs);
  }
}

export interface PollOptions {
  /** The awaited thing, for the error. */
  what: string;
  /** Time limit in seconds. */
  timeoutSeconds: number;
  /** Default 50 ms, for local files and sockets, which report no change. */
  intervalMs?: number;
}

/**
 * Calls `ask` at equal intervals until it returns something other than `undefined`.
 *
 * @throws Error with `what` after the timeout, and every error of `ask`.
 */
export async function poll<T>(ask: () => Promise<T | undefined>, options: PollOptions): Promise<T> {
  const { what, timeoutSeconds, intervalMs = 50 } = options;
  const end = performance.now() + timeoutSeconds * 1000;
  const throwIfOver = (): void => {
    if (performance.now() > end) throw new Error(`${what}: not within ${timeoutSeconds} s`);
  };
  const attempt = async (): Promise<T | NotYet> => (await ask()) ?? new NotYet("none");
  return repeat(attempt, { throwIfOver, firstPauseMs: intervalMs, longestPauseMs: intervalMs });
}

/** Like `Promise.all`, but a failure waits for the others to end: nothing must still run during a clean-up. */
export async function allDone(work: readonly Promise<unknown>[]): Promise<void> {
  const results = await Promise.allSettled(work);
  const failure = results.find((result) => result.status === "rejected");
  if (failure) throw failure.reason;
}
