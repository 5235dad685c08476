/** Limits of time for work: as a whole, or without progress. */
import { ProviderError } from "./errors";

/** The signal of an operation said that its time is over. */
export class TimeoutError extends ProviderError {
  override readonly name = "TimeoutError";
}

/** `work` with a signal that is aborted with a TimeoutError after `milliseconds`, or when `signal` is. */
export function withinTime<T>(
  milliseconds: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  return limited(`gave up after ${milliseconds / 1000} s`, milliseconds, signal, work);
}

/** Like {@link withinTime}, with a time that begins anew with every call of `progress`. */
export function whileProgressing<T>(
  milliseconds: number,
  signal: AbortSignal,
  work: (signal: AbortSignal, progress: () => void) => Promise<T>,
): Promise<T> {
  return limited(`gave up after ${milliseconds / 1000} s without progress`, milliseconds, signal, work);
}

async function limited<T>(
  reason: string,
  milliseconds: number,
  signal: AbortSignal,
  work: (signal: AbortSignal, progress: () => void) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(new TimeoutError(reason)), milliseconds);
  const progress = (): void => {
    if (!stop.signal.aborted) timer.refresh();
  };
  try {
    return await work(AbortSignal.any([signal, stop.signal]), progress);
  } finally {
    clearTimeout(timer);
  }
}
