import { ProviderError } from "./errors";
import type { OperationContext } from "./resource";

/** The signal of an operation said that its time is over. */
export class TimeoutError extends ProviderError {
  override readonly name = "TimeoutError";
}

/** `work` with a signal that is aborted with a TimeoutError after `milliseconds`, or when `signal` is. */
export async function withinTime<T>(
  milliseconds: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(new TimeoutError(`gave up after ${milliseconds / 1000} s`)), milliseconds);
  try {
    return await work(AbortSignal.any([signal, stop.signal]));
  } finally {
    clearTimeout(timer);
  }
}

export interface OperationLimits {
  cancelled: AbortSignal;
  /** Seconds without progress after which the operation is given up. */
  idleSeconds: number;
  /** Seconds it may take as a whole, if the user set them; then progress does not count. */
  totalSeconds?: number;
}

/**
 * Runs one operation with a deadline, and aborts it when `cancelled` does, for that one's reason.
 * Rejects with what the operation threw.
 */
export async function runOperation<T>(
  run: (context: OperationContext) => Promise<T>,
  options: Pick<OperationContext, "log" | "dialer" | "restarter"> & OperationLimits,
): Promise<T> {
  const { log, dialer, restarter, cancelled, idleSeconds, totalSeconds } = options;
  const stop = new AbortController();
  const limit = totalSeconds ?? idleSeconds;
  const end = (): void =>
    stop.abort(new TimeoutError(`gave up after ${limit} s${totalSeconds === undefined ? " without progress" : ""}`));
  const timer = setTimeout(end, limit * 1000);
  const progress = (): void => {
    if (totalSeconds === undefined && !stop.signal.aborted) timer.refresh();
  };
  try {
    const signal = AbortSignal.any([cancelled, stop.signal]);
    return await run({ log, dialer, restarter, signal, progress, now: () => new Date() });
  } finally {
    clearTimeout(timer);
  }
}
