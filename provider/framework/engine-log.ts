import { credentials } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import type { Redactor } from "./redact";
import type { ResourceLog } from "./resource";

/** Sends messages to the engine, which shows each beside its resource. */
export class EngineLog {
  private client: EngineClient | undefined;
  private readonly pending = new Set<Promise<void>>();

  constructor(private readonly redactor: Redactor) {}

  /** Address of the engine: the first argument of the plugin, or part of the handshake. */
  connect(address: string): void {
    this.client?.close();
    this.client = new EngineClient(address, credentials.createInsecure(), { "grpc.enable_http_proxy": 0 });
  }

  forResource(urn: string): ResourceLog {
    let lastStatus: string | undefined;
    return {
      status: (message) => {
        if (message === lastStatus) return;
        lastStatus = message;
        this.send(urn, LogSeverity.INFO, message, true);
      },
      info: (message) => this.send(urn, LogSeverity.INFO, message, false),
      warn: (message) => this.send(urn, LogSeverity.WARNING, message, false),
    };
  }

  /** Resolves when the engine has every message sent so far: an answer must not overtake them. */
  async flush(): Promise<void> {
    await Promise.all(this.pending);
  }

  private send(urn: string, severity: LogSeverity, message: string, ephemeral: boolean): void {
    const client = this.client;
    if (client === undefined) return;
    const request = new LogRequest()
      .setUrn(urn)
      .setSeverity(severity)
      .setMessage(this.redactor.redact(message))
      .setEphemeral(ephemeral);
    // A lost log line must not fail an operation; an engine that is gone ends this process elsewhere.
    const sent = new Promise<void>((resolve) => client.log(request, () => resolve()));
    this.pending.add(sent);
    void sent.then(() => this.pending.delete(sent));
  }
}
