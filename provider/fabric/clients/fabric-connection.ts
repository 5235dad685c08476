/** A TLS connection to a node's gRPC port, shared by all its services. */
import { Channel, credentials, status as grpcStatus, type ClientUnaryCall, type ServiceError } from "@grpc/grpc-js";
import type { NodeAddress } from "../sdk";
import type { Dialer, DialOptions, Route } from "../../kubernetes/dialer";
import { gatewayDetails } from "./gateway-details";
import { NodeError, UnreachableError } from "./node-error";
import { NotYet, stoppedError, waitUntil } from "../../framework/wait";

export interface ConnectionContext {
  dialer: Dialer;
  absentPods?: DialOptions["absentPods"];
  signal: AbortSignal;
  status: (message: string) => void;
}

/** TLS faults, which look like failed connections to gRPC; another try does not help. */
const tlsFault = /certificate|altnames|ssl3|handshake failure|wrong version number/i;

/**
 * Timeout of a call in milliseconds. It is longer than any call on a healthy node (a chaincode build is under a
 * second); a call on a dead connection ends here and is repeated.
 */
const callTimeoutMs = 30_000;

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

  /** Waits until the node's pod can be reached. The first call opens the connection. */
  static async open(node: NodeAddress, context: ConnectionContext): Promise<FabricConnection> {
    const route = await context.dialer.dial(node, node.port, context);
    const channel = new Channel(
      `${route.host}:${route.port}`,
      credentials.createSsl(Buffer.from(node.tlsCaCertificates)),
      {
        "grpc.ssl_target_name_override": node.host,
        "grpc.default_authority": `${node.host}:${node.port}`,
        // The route is on loopback, which needs no proxy.
        "grpc.enable_http_proxy": 0,
        "grpc.max_receive_message_length": -1,
        "grpc.max_send_message_length": -1,
        "grpc.initial_reconnect_backoff_ms": 100,
        "grpc.max_reconnect_backoff_ms": 1000,
      },
    );
    return new FabricConnection(node, route, channel, context);
  }

  /** Client of one of the node's services on this connection. */
  client<T>(
    service: new (address: string, creds: ReturnType<typeof credentials.createInsecure>, options: object) => T,
  ): T {
    return new service(this.channel.getTarget(), credentials.createInsecure(), { channelOverride: this.channel });
  }

  /**
   * A repeatable call: tried until the node answers or the time of the operation is over.
   * @throws NodeError with the node's answer when the node refuses
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

  /** One try of a call. @throws UnreachableError when the node cannot be asked, NodeError when the node refuses */
  async callOnce<Response>(step: string, start: UnaryStart<Response>, timeoutMs = callTimeoutMs): Promise<Response> {
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

  /** Converts a gRPC error to one with node and cause. */
  translate(step: string, error: ServiceError | null): Error {
    if (this.context.signal.aborted) return stoppedError(this.context.signal, `${step} on ${this.node.name}`);
    if (error === null) return new UnreachableError(this.node, step, "empty answer");
    const own = `${error.details || error.message} (gRPC ${grpcStatus[error.code] ?? error.code})`;
    const answer = [own, ...gatewayDetails(error)].join("; ");
    const refused = this.route.failure?.();
    if (refused !== undefined) return new NodeError(this.node, step, refused);
    const isTransient =
      (error.code === grpcStatus.UNAVAILABLE || error.code === grpcStatus.DEADLINE_EXCEEDED) && !tlsFault.test(answer);
    return isTransient ? new UnreachableError(this.node, step, answer) : new NodeError(this.node, step, answer);
  }

  async close(): Promise<void> {
    this.channel.close();
    await this.route.close();
  }
}
