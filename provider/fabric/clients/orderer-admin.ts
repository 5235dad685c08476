/** An orderer's channel participation API: HTTPS with client certificates, as used by osnadmin. */
import { Agent, request as httpsRequest, type RequestOptions } from "node:https";
import type { OrdererAddress } from "../sdk";
import type { ConnectionContext } from "./fabric-connection";
import type { Route } from "../../kubernetes/dialer";
import { NodeError, UnreachableError } from "./node-error";
import { NotYet, stoppedError, waitUntil } from "../../framework/wait";

const channelsPath = "/participation/v1/channels";
/** Timeout of a request. A join writes one block; all other requests only read memory. */
const requestTimeoutMs = 30_000;

/**
 * Status while a removal is pending: an orderer answers a removal at once and does it in the background. Until its end
 * the orderer refuses every other request for the channel.
 */
const removalPending = 409;

/** An orderer's part in a channel. */
export interface Participation {
  name: string;
  consensusRelation: "consenter" | "follower" | "config-tracker" | "other";
  status: "active" | "onboarding" | "inactive" | "failed";
  height: number;
}

interface HttpAnswer {
  status: number;
  body: string;
}

export class OrdererAdmin {
  private readonly agent: Agent;

  private constructor(
    readonly node: OrdererAddress,
    private readonly route: Route,
    private readonly context: ConnectionContext,
  ) {
    this.agent = new Agent({
      keepAlive: true,
      ca: node.tlsCaCertificates,
      cert: node.adminCertificate,
      key: node.adminPrivateKey,
      servername: node.host,
    });
  }

  static async open(node: OrdererAddress, context: ConnectionContext): Promise<OrdererAdmin> {
    return new OrdererAdmin(node, await context.dialer.dial(node, node.adminPort, context), context);
  }

  /** The orderer's part in a channel; undefined when it has no channel of that name. */
  async participation(channelId: string): Promise<Participation | undefined> {
    const step = `reading its part in channel ${channelId}`;
    const answer = await this.send(step, "GET", `${channelsPath}/${channelId}`);
    if (answer.status === 404) return undefined;
    if (answer.status !== 200) throw this.refused(step, answer);
    return JSON.parse(answer.body) as Participation;
  }

  /** Names of all channels that the orderer has. */
  async channels(): Promise<string[]> {
    const step = "listing its channels";
    const answer = await this.send(step, "GET", channelsPath);
    if (answer.status !== 200) throw this.refused(step, answer);
    const { channels } = JSON.parse(answer.body) as { channels: { name: string }[] | null };
    return (channels ?? []).map(({ name }) => name);
  }

  /** Joins with a config block. A channel that the orderer has joined already is no error. */
  async join(channelId: string, block: Uint8Array): Promise<void> {
    const step = `joining channel ${channelId}`;
    const boundary = "ledger-config-block";
    const body = Buffer.concat([
      Buffer.from(
        `--${boundary}\r\nContent-Disposition: form-data; name="config-block"; filename="config.block"\r\n` +
          "Content-Type: application/octet-stream\r\n\r\n",
      ),
      block,
      Buffer.from(`\r\n--${boundary}--\r\n`),
    ]);
    await waitUntil<true>(
      async () => {
        const answer = await this.send(step, "POST", channelsPath, {
          contentType: `multipart/form-data; boundary=${boundary}`,
          body,
        });
        const isThereAlready = answer.status === 405 && answer.body.includes("channel already exists");
        if (answer.status === 201 || isThereAlready) return true;
        if (answer.status === removalPending) return new NotYet(errorText(answer.body));
        throw this.refused(step, answer);
      },
      { ...this.context, waitingFor: `${this.node.name} to join channel ${channelId}` },
    );
  }

  /** Leaves a channel and waits until its data is deleted. A channel that the orderer has not joined is no error. */
  async leave(channelId: string): Promise<void> {
    const step = `leaving channel ${channelId}`;
    const answer = await this.send(step, "DELETE", `${channelsPath}/${channelId}`);
    if (![204, 404, removalPending].includes(answer.status)) throw this.refused(step, answer);
    await waitUntil<true>(
      async () => ((await this.participation(channelId)) === undefined ? true : new NotYet("its data is still there")),
      { ...this.context, waitingFor: `${this.node.name} to leave channel ${channelId}` },
    );
  }

  async close(): Promise<void> {
    this.agent.destroy();
    await this.route.close();
  }

  /** Sends a request until the orderer answers. Every request here is repeatable. */
  private async send(
    step: string,
    method: string,
    path: string,
    payload?: { contentType: string; body: Buffer },
  ): Promise<HttpAnswer> {
    return waitUntil<HttpAnswer>(
      async () => {
        try {
          return await this.sendOnce(step, method, path, payload);
        } catch (error) {
          if (error instanceof UnreachableError) return new NotYet(error.answer);
          throw error;
        }
      },
      { ...this.context, waitingFor: `${this.node.name} to answer on its admin port` },
    );
  }

  private sendOnce(
    step: string,
    method: string,
    path: string,
    payload?: { contentType: string; body: Buffer },
  ): Promise<HttpAnswer> {
    const options: RequestOptions = {
      host: this.route.host,
      port: this.route.port,
      agent: this.agent,
      method,
      path,
      signal: this.context.signal,
      timeout: requestTimeoutMs,
      headers: {
        host: `${this.node.host}:${this.node.adminPort}`,
        ...(payload && { "content-type": payload.contentType, "content-length": payload.body.length }),
      },
    };
    return new Promise<HttpAnswer>((resolve, reject) => {
      const fail = (error: Error): void => reject(this.translate(step, error));
      const request = httpsRequest(options, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString("utf8") }),
        );
        response.on("error", fail);
      });
      request.on("timeout", () => request.destroy(new Error(`no answer within ${requestTimeoutMs / 1000} s`)));
      request.on("error", fail);
      request.end(payload?.body);
    });
  }

  private translate(step: string, error: Error): Error {
    if (this.context.signal.aborted) return stoppedError(this.context.signal, `${step} on ${this.node.name}`);
    const refused = this.route.failure?.();
    if (refused !== undefined) return new NodeError(this.node, step, refused);
    // OpenSSL's message is a line of its source code; `reason` has the alert.
    const { code = "", reason = error.message } = error as NodeJS.ErrnoException & { reason?: string };
    const isTlsFault = /CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS|ERR_SSL|ERR_OSSL/.test(code);
    const answer = `${reason.trim()}${code === "" ? "" : ` (${code})`}`;
    return isTlsFault ? new NodeError(this.node, step, answer) : new UnreachableError(this.node, step, answer);
  }

  private refused(step: string, answer: HttpAnswer): NodeError {
    return new NodeError(this.node, step, `HTTP ${answer.status} ${errorText(answer.body)}`);
  }
}

/** Text of an error, which the API wraps as `{"error": "..."}`. */
function errorText(body: string): string {
  try {
    const parsed = JSON.parse(body) as { error?: unknown };
    return typeof parsed.error === "string" ? parsed.error : body;
  } catch {
    return body;
  }
}
