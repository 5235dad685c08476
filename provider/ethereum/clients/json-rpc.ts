/** JSON-RPC over HTTP to an Ethereum node, through a dialer. */
import { ProviderError } from "../../framework/errors";
import { messageOf } from "../../../lib/errors";
import type { Dialer, DialOptions, PodAddress, Route } from "../../kubernetes/dialer";
import { NotYet, stoppedError, waitUntil } from "../../framework/wait";

/**
 * Timeout of a call in milliseconds: longer than the call takes on a healthy node, and the end of a hung connection.
 */
const callTimeoutMs = 10_000;

/** Address of a node for JSON-RPC over HTTP. */
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
   * A repeatable call: tried until the node answers or the time of the operation is over.
   *
   * @throws ProviderError with the node's answer when the node refuses
   */
  async call<T>(method: string, ...params: unknown[]): Promise<T> {
    return waitUntil<T>(async () => this.callOnce<T>(method, params), {
      ...this.options,
      waitingFor: `${this.node.name} to answer ${method}`,
    });
  }

  /** Limits of time for further calls. */
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
        signal: AbortSignal.any([this.options.signal, AbortSignal.timeout(callTimeoutMs)]),
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
