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

/**
 * Runs one operation with a deadline, and aborts it when `cancelled` does, for that one's reason.
 * Rejects with what the operation threw.
 */
export async function runOperation<T>(
  run: (context: OperationContext) => Promise<T>,
  options: Pick<OperationContext, "log" | "dialer" | "restarter"> & { cancelled: AbortSignal; timeoutSeconds: number },
): Promise<T> {
  const { log, dialer, restarter, cancelled, timeoutSeconds } = options;
  return withinTime(timeoutSeconds * 1000, cancelled, (signal) =>
    run({ log, dialer, restarter, signal, now: () => new Date() }),
  );
}
