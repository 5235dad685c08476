/** Time limits of work: for the whole, or without progress. */
import { ProviderError } from "./errors";

/** End of an operation's time, as its signal reports it. */
export class TimeoutError extends ProviderError {
  override readonly name = "TimeoutError";
}

/** `work` with a signal that is aborted with a TimeoutError after `milliseconds`, or together with `signal`. */
export function withinTime<T>(
  milliseconds: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  return limited(`gave up after ${milliseconds / 1000} s`, milliseconds, signal, work);
}

/** Like {@link withinTime}, with a time that starts again at every call of `progress`. */
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
