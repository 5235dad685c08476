/** JSON-RPC over HTTP to one Ethereum node, through whatever way the dialer has to it. */
import { ProviderError } from "../../framework/errors";
import { messageOf } from "../../../lib/errors";
import type { Dialer, DialOptions, PodAddress, Route } from "../../kubernetes/dialer";
import { NotYet, stoppedError, waitUntil } from "../../framework/wait";

/** Time for one call in milliseconds: longer than a healthy node takes, and a hung connection ends here. */
const CALL_TIMEOUT_MS = 10_000;

/** A node as far as JSON-RPC over HTTP goes. */
export interface RpcAddress extends PodAddress {
  /** Port in the pod. */
  rpcPort: number;
}

interface Answer {
  result?: unknown;
  error?: { code: number; message: string };
}

export class JsonRpcNode {
  private constructor(
    readonly node: RpcAddress,
    private readonly route: Route,
    private options: DialOptions,
  ) {}

  /** Waits until the node's pod can be reached. */
  static async open(node: RpcAddress, dialer: Dialer, options: DialOptions): Promise<JsonRpcNode> {
    return new JsonRpcNode(node, await dialer.dial(node, node.rpcPort, options), options);
  }

  /**
   * A call that may be repeated: tried until the node answers or the operation's time is over.
   *
   * @throws ProviderError with the node's answer when it refuses
   */
  async call<T>(method: string, ...params: unknown[]): Promise<T> {
    return waitUntil<T>(async () => this.callOnce<T>(method, params), {
      ...this.options,
      waitingFor: `${this.node.name} to answer ${method}`,
    });
  }

  /** From now on calls take as long as `options` say. */
  useOptions(options: DialOptions): void {
    this.options = options;
  }

  async close(): Promise<void> {
    await this.route.close();
  }

  private async callOnce<T>(method: string, params: unknown[]): Promise<T | NotYet> {
    let answer: Answer;
    try {
      const response = await fetch(`http://${this.route.host}:${this.route.port}`, {
        method: "POST",
        headers: { "content-type": "application/json", connection: "close" },
        body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
        signal: AbortSignal.any([this.options.signal, AbortSignal.timeout(CALL_TIMEOUT_MS)]),
      });
      answer = (await response.json()) as Answer;
    } catch (error) {
      if (this.options.signal.aborted) throw stoppedError(this.options.signal, `${method} on ${this.node.name}`);
      const refused = this.route.failure?.();
      if (refused !== undefined) throw new ProviderError(`node ${this.node.name}: ${method}: ${refused}`);
      return new NotYet(messageOf((error as { cause?: unknown }).cause ?? error));
    }
    if (answer.error !== undefined) {
      throw new ProviderError(`node ${this.node.name}: ${method} failed: ${answer.error.message}`);
    }
    return answer.result as T;
  }
}
