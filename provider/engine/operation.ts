import { CancelledError, ProviderError } from "./errors";
import type { OperationContext } from "./resource";

/** The signal of an operation said that its time is over. */
export class TimeoutError extends ProviderError {
  override readonly name = "TimeoutError";
}

/**
 * Runs one operation with a deadline, and aborts it when `cancelled` does.
 * Rejects with what the operation threw.
 */
export async function runOperation<T>(
  run: (context: OperationContext) => Promise<T>,
  options: Pick<OperationContext, "log" | "dialer" | "restarter"> & { cancelled: AbortSignal; timeoutSeconds: number },
): Promise<T> {
  const stop = new AbortController();
  const cancel = (): void => stop.abort(new CancelledError("cancelled"));
  const timer = setTimeout(
    () => stop.abort(new TimeoutError(`gave up after ${options.timeoutSeconds} s`)),
    options.timeoutSeconds * 1000,
  );
  options.cancelled.addEventListener("abort", cancel);
  if (options.cancelled.aborted) cancel();
  try {
    const { log, dialer, restarter } = options;
    return await run({ log, dialer, restarter, signal: stop.signal, now: () => new Date() });
  } finally {
    clearTimeout(timer);
    options.cancelled.removeEventListener("abort", cancel);
  }
}
