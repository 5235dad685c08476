/** What a resource operation gets in tests: loopback nodes, kept messages, a bounded time. */
import { loopbackDialer, type Dialer } from "../../provider/kubernetes/dialer";
import { createRestarter, type Restarter } from "../../provider/kubernetes/restarter";
import type { OperationContext } from "../../provider/framework/resource";
import { TimeoutError } from "../../provider/framework/operation";

export interface Messages {
  status: string[];
  info: string[];
  warn: string[];
}

export interface TestOperation {
  context: OperationContext;
  messages: Messages;
}

/** Longest an operation of a test may take, in milliseconds: an election can need several rounds on a busy machine. */
const TIMEOUT_MS = 90_000;

export function testOperation(
  options: { dialer?: Dialer; restarter?: Restarter; signal?: AbortSignal; now?: Date } = {},
): TestOperation {
  const messages: Messages = { status: [], info: [], warn: [] };
  const deadline = new AbortController();
  setTimeout(() => deadline.abort(new TimeoutError("gave up")), TIMEOUT_MS).unref();
  const { now, signal } = options;
  return {
    messages,
    context: {
      dialer: options.dialer ?? loopbackDialer,
      restarter: options.restarter ?? createRestarter(undefined),
      signal: signal === undefined ? deadline.signal : AbortSignal.any([signal, deadline.signal]),
      progress: () => undefined,
      now: () => now ?? new Date(),
      log: {
        status: (message) => messages.status.push(message),
        info: (message) => messages.info.push(message),
        warn: (message) => messages.warn.push(message),
      },
    },
  };
}
