import { CancelledError, ProviderError } from "../framework/errors";
import { withinTime } from "../framework/time-limit";
import type { NodeContext } from "./node-access";
import { PodFaultError } from "./pod-patience";
import { messageOf } from "../../lib/errors";

/**
 * Time that a refresh waits for nodes, in milliseconds: longer than a pod's restart, much shorter than an operation
 * that needs the node. A refresh during an outage must end, and must not treat the outage as a change.
 */
const refreshMs = 30_000;

/** The same for one of several nodes within a refresh: without an answer of it the rest of the time is for what the others know. */
export const oneOfSeveralMs = 10_000;

/** Result of `work`; undefined, with a line in the log, when nodes did not answer in time. */
export async function askPatiently<T>(
  context: NodeContext,
  what: string,
  work: (context: NodeContext) => Promise<T>,
  patienceMs = refreshMs,
): Promise<T | undefined> {
  let patience: AbortSignal | undefined;
  try {
    return await withinTime(patienceMs, context.signal, (signal) => {
      patience = signal;
      return work({ ...context, signal });
    });
  } catch (error) {
    const isSilent = patience?.aborted === true || error instanceof PodFaultError;
    if (context.signal.aborted || error instanceof CancelledError || !isSilent) throw error;
    context.log.warn(`${what} is taken for unchanged, since it cannot be read: ${messageOf(error)}`);
    return undefined;
  }
}

/**
 * Like {@link askPatiently}, for work that goes on without an answer: undefined, with a line in the log, also where a node or the
 * provider refuses.
 */
export async function askIfPossible<T>(
  context: NodeContext,
  what: string,
  work: (context: NodeContext) => Promise<T>,
): Promise<T | undefined> {
  try {
    return await askPatiently(context, what, work);
  } catch (error) {
    if (!(error instanceof ProviderError) || error instanceof CancelledError) throw error;
    context.log.warn(`${what} cannot be read: ${error.message}`);
    return undefined;
  }
}
