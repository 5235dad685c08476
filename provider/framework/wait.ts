/** Waits of operations: as long as the operation has time, and shown in its status. Never a blind sleep. */
import { NotYet, repeat } from "../../lib/wait";
import type { OperationContext } from "./resource";
import { TimeoutError } from "./time-limit";
import { ProviderError } from "./errors";

export { NotYet };

/**
 * First pause in milliseconds: most conditions here become true within a few pauses (a raft leader after about 1.1 s).
 */
const firstPauseMs = 50;
const longestPauseMs = 1000;

export interface WaitOptions {
  /** Ends the wait when aborted. */
  signal: AbortSignal;
  /** Condition in messages, for example `orderer/orderer0 to know a leader of channel trade`. */
  waitingFor: string;
  /** Receives messages about the wait. */
  status: (message: string) => void;
  /** Called when an attempt got farther than all before. Default: no call. */
  progress?: () => void;
}

/** Options of an operation's wait: limited by its signal, shown in its status. */
export function waitOptions(
  { log, signal, progress }: Pick<OperationContext, "log" | "signal" | "progress">,
  waitingFor: string,
): WaitOptions {
  return { signal, progress, waitingFor, status: (message) => log.status(message) };
}

/**
 * Repeats `attempt` until it returns a value. An error of `attempt` ends the wait.
 * @throws TimeoutError with the condition and the last answer, CancelledError
 */
export async function waitUntil<T>(attempt: () => Promise<T | NotYet>, options: WaitOptions): Promise<T> {
  let answer = "none";
  let farthest: number | bigint = -1;
  const onAnswer = (notYet: NotYet): void => {
    if (notYet.answer !== answer) options.status(`waiting for ${options.waitingFor} (${notYet.answer})`);
    answer = notYet.answer;
    if (notYet.done === undefined || notYet.done <= farthest) return;
    farthest = notYet.done;
    options.progress?.();
  };
  const throwIfOver = (): void => throwIfStopped(options, answer);
  return repeat(attempt, { throwIfOver, onAnswer, firstPauseMs, longestPauseMs, signal: options.signal });
}

function throwIfStopped(options: WaitOptions, answer: string): void {
  if (!options.signal.aborted) return;
  const reason: unknown = options.signal.reason;
  if (reason instanceof TimeoutError) {
    throw new TimeoutError(`${reason.message} of waiting for ${options.waitingFor}; last answer: ${answer}`);
  }
  throw reason instanceof Error ? reason : new ProviderError("stopped");
}

/** `work`, or the reason to stop if it comes first; for work that cannot be stopped itself. */
export async function unlessStopped<T>(work: Promise<T>, signal: AbortSignal, doing: string): Promise<T> {
  let stop = (): void => undefined;
  const stopped = new Promise<never>((_resolve, reject) => {
    stop = () => reject(stoppedError(signal, doing));
    signal.addEventListener("abort", stop);
    if (signal.aborted) stop();
  });
  try {
    return await Promise.race([work, stopped]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** Error of an operation that was stopped during a call. */
export function stoppedError(signal: AbortSignal, doing: string): Error {
  const reason: unknown = signal.reason;
  if (reason instanceof TimeoutError) return new TimeoutError(`${reason.message} during ${doing}`);
  return reason instanceof Error ? reason : new ProviderError(`stopped during ${doing}`);
}
