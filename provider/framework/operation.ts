import type { OperationContext, ResourceLog } from "./resource";
import { whileProgressing, withinTime } from "./time-limit";

export interface OperationLimits {
  cancelled: AbortSignal;
  /** Seconds without progress after which the operation ends with an error. */
  idleSeconds: number;
  /** Seconds for the whole operation, if the user set them; then progress does not count. */
  totalSeconds?: number;
}

/**
 * Runs an operation with a deadline, and aborts it when `cancelled` is aborted, with the same reason. Rejects with the
 * error of the operation.
 */
export function runOperation<T>(
  run: (context: OperationContext) => Promise<T>,
  { log, cancelled, idleSeconds, totalSeconds }: { log: ResourceLog } & OperationLimits,
): Promise<T> {
  const start = (signal: AbortSignal, progress: () => void): Promise<T> =>
    run({ log, signal, progress, now: () => new Date() });
  return totalSeconds === undefined
    ? whileProgressing(idleSeconds * 1000, cancelled, start)
    : withinTime(totalSeconds * 1000, cancelled, (signal) => start(signal, () => undefined));
}
