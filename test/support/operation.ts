/** Context of a resource operation in tests: loopback nodes, recorded messages, a limited time. */
import { loopbackDialer, type Dialer } from "../../provider/kubernetes/dialer";
import { createNodeAccess } from "../../provider/kubernetes/create-node-access";
import type { NodeContext } from "../../provider/kubernetes/node-access";
import type { Restarter } from "../../provider/kubernetes/restarter";
import type { VolumeReader } from "../../provider/kubernetes/volume-reader";
import { TimeoutError } from "../../provider/framework/time-limit";

export interface Messages {
  status: string[];
  info: string[];
  warn: string[];
}

export interface TestOperation {
  context: NodeContext;
  messages: Messages;
}

/** Limit of a test's operation, in milliseconds: an election can need several rounds on a busy machine. */
const timeoutMs = 90_000;

export function testOperation(
  options: { dialer?: Dialer; restarter?: Restarter; volumes?: VolumeReader; signal?: AbortSignal; now?: Date } = {},
): TestOperation {
  const messages: Messages = { status: [], info: [], warn: [] };
  const deadline = new AbortController();
  setTimeout(() => deadline.abort(new TimeoutError("gave up")), timeoutMs).unref();
  const { now, signal } = options;
  return {
    messages,
    context: {
      dialer: options.dialer ?? loopbackDialer,
      restarter: options.restarter ?? createNodeAccess(undefined).restarter,
      volumes: options.volumes ?? createNodeAccess(undefined).volumes,
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
