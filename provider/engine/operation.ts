import type { Dialer } from "../clients/dialer";
import { CancelledError, ProviderError } from "./errors";
import type { OperationContext, ResourceLog } from "./resource";

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
  options: { log: ResourceLog; dialer: Dialer; cancelled: AbortSignal; timeoutSeconds: number },
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
    return await run({ log: options.log, dialer: options.dialer, signal: stop.signal, now: () => new Date() });
  } finally {
    clearTimeout(timer);
    options.cancelled.removeEventListener("abort", cancel);
  }
}
