import { withinTime } from "../framework/time-limit";
import type { PodAddress, Route } from "./dialer";
import { dialOptions, type NodeContext } from "./node-access";

/** Timeout of an answer, in milliseconds. A node without an answer is asked again, or examined by other means. */
const patienceMs = 5_000;

/**
 * Result of `ask` at a port of an existing node, over a connection that is closed afterwards.
 *
 * @throws TimeoutError when the node does not answer, AbsentNodeError when it has no pod, and every error of `ask`
 */
export function askPort<T>(
  node: PodAddress,
  port: number,
  context: NodeContext,
  ask: (route: Route, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  return withinTime(patienceMs, context.signal, async (signal) => {
    const route = await context.dialer.dial(node, port, { ...dialOptions(context), signal, absentPods: "refuse" });
    try {
      return await ask(route, signal);
    } finally {
      await route.close();
    }
  });
}
