/** One TLS connection to a node's gRPC port, shared by all its services. */
import { Channel, credentials, status as grpcStatus, type ClientUnaryCall, type ServiceError } from "@grpc/grpc-js";
import type { NodeAddress } from "../sdk";
import type { Dialer, DialOptions, Route } from "../../kubernetes/dialer";
import { NodeError, UnreachableError } from "./node-error";
import { NotYet, stoppedError, waitUntil } from "../../framework/wait";

export interface ConnectionContext {
  dialer: Dialer;
  absentPods?: DialOptions["absentPods"];
  signal: AbortSignal;
  status: (message: string) => void;
}

/** TLS faults look like any failed connection to gRPC, but trying again cannot help. */
const TLS_FAULT = /certificate|altnames|ssl3|handshake failure|wrong version number/i;

/**
 * Time for one call in milliseconds. Longer than anything a healthy node takes (a chaincode build is under a second);
 * a call that hangs on a dead connection ends here and is tried anew.
 */
const CALL_TIMEOUT_MS = 30_000;

type UnaryStart<Response> = (
  options: { deadline: Date },
  callback: (error: ServiceError | null, response?: Response) => void,
) => ClientUnaryCall;

export class FabricConnection {
  private constructor(
    readonly node: NodeAddress,
    private readonly route: Route,
    private readonly channel: Channel,
    private readonly context: ConnectionContext,
  ) {}

  /** Waits until the node's pod can be reached. The connection itself is made by the first call. */
  static async open(node: NodeAddress, context: ConnectionContext): Promise<FabricConnection> {
    const route = await context.dialer.dial(node, node.port, context);
    const channel = new Channel(
      `${route.host}:${route.port}`,
      credentials.createSsl(Buffer.from(node.tlsCaCertificates)),
      {
        "grpc.ssl_target_name_override": node.host,
        "grpc.default_authority": `${node.host}:${node.port}`,
        // The route is on loopback, where no proxy leads to.
        "grpc.enable_http_proxy": 0,
        "grpc.max_receive_message_length": -1,
        "grpc.max_send_message_length": -1,
        "grpc.initial_reconnect_backoff_ms": 100,
        "grpc.max_reconnect_backoff_ms": 1000,
      },
    );
    return new FabricConnection(node, route, channel, context);
  }

  /** Makes a client of one of the node's services on this connection. */
  client<T>(
    service: new (address: string, creds: ReturnType<typeof credentials.createInsecure>, options: object) => T,
  ): T {
    return new service(this.channel.getTarget(), credentials.createInsecure(), { channelOverride: this.channel });
  }

  /**
   * A call that may be repeated: tried until the node answers or the operation's time is over.
   * @throws NodeError with the node's answer when it refuses
   */
  async call<Response>(step: string, start: UnaryStart<Response>): Promise<Response> {
    return waitUntil<Response>(
      async () => {
        try {
          return await this.callOnce(step, start);
        } catch (error) {
          if (error instanceof UnreachableError) return new NotYet(error.answer);
          throw error;
        }
      },
      { ...this.context, waitingFor: `${this.node.name} to answer` },
    );
  }

  /** One try of a call. @throws UnreachableError when the node cannot be asked, NodeError when it refuses */
  async callOnce<Response>(step: string, start: UnaryStart<Response>, timeoutMs = CALL_TIMEOUT_MS): Promise<Response> {
    const { signal } = this.context;
    return new Promise<Response>((resolve, reject) => {
      const call = start({ deadline: new Date(Date.now() + timeoutMs) }, (error, response) => {
        signal.removeEventListener("abort", cancel);
        if (error !== null || response === undefined) reject(this.translate(step, error));
        else resolve(response);
      });
      const cancel = (): void => call.cancel();
      signal.addEventListener("abort", cancel);
      if (signal.aborted) cancel();
    });
  }

  /** Turns an error of gRPC into one that says where and why. */
  translate(step: string, error: ServiceError | null): Error {
    if (this.context.signal.aborted) return stoppedError(this.context.signal, `${step} on ${this.node.name}`);
    if (error === null) return new UnreachableError(this.node, step, "empty answer");
    const answer = `${error.details || error.message} (gRPC ${grpcStatus[error.code] ?? error.code})`;
    const refused = this.route.failure?.();
    if (refused !== undefined) return new NodeError(this.node, step, refused);
    const isTransient =
      (error.code === grpcStatus.UNAVAILABLE || error.code === grpcStatus.DEADLINE_EXCEEDED) && !TLS_FAULT.test(answer);
    return isTransient ? new UnreachableError(this.node, step, answer) : new NodeError(this.node, step, answer);
  }

  async close(): Promise<void> {
    this.channel.close();
    await this.route.close();
  }
}
