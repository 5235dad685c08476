import { CancelledError, messageOf } from "../../framework/errors";
import { TimeoutError } from "../../framework/operation";
import type { OperationContext } from "../../framework/resource";
import { PodFaultError } from "../../kubernetes/pod-patience";
import { Session } from "../clients/session";

/**
 * How long a refresh waits for nodes, in milliseconds: longer than a pod's restart, much shorter than an operation
 * that needs the node. A refresh during an outage shall end, and must not take the outage for a change.
 */
const PATIENCE_MS = 30_000;

/** What `work` found out, or undefined when nodes kept silent; then the log says so. */
export async function askPatiently<T>(
  context: OperationContext,
  what: string,
  work: (session: Session) => Promise<T>,
): Promise<T | undefined> {
  const patience = new AbortController();
  const timer = setTimeout(
    () => patience.abort(new TimeoutError(`gave up after ${PATIENCE_MS / 1000} s`)),
    PATIENCE_MS,
  );
  try {
    return await Session.run({ ...context, signal: AbortSignal.any([context.signal, patience.signal]) }, work);
  } catch (error) {
    const isSilent = patience.signal.aborted || error instanceof PodFaultError;
    if (error instanceof CancelledError || !isSilent) throw error;
    context.log.warn(`${what} is taken for unchanged, since it cannot be read: ${messageOf(error)}`);
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}
