/** The gRPC service of a Pulumi provider over {@link Provider}. */
import {
  Metadata,
  status,
  type handleServerStreamingCall,
  type handleUnaryCall,
  type ServiceError,
} from "@grpc/grpc-js";
import type { IResourceProviderServer } from "@pulumi/pulumi/proto/provider_grpc_pb";
import type { ListRequest, ListResponse } from "@pulumi/pulumi/proto/provider_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { InputError } from "../../lib/problem";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { CancelledError, ProviderError } from "./errors";
import type { EngineLog } from "./engine-log";
import { UpdateInitFailed, type Provider } from "./provider";
import type { Redactor } from "./redact";
import { messageOf } from "../../lib/errors";

export function createService<Clients extends object>(
  provider: Provider<Clients>,
  log: EngineLog,
  redactor: Redactor,
): IResourceProviderServer {
  /** Answers a call with the result of `method`, or with an error that the engine can show. */
  function unary<Request, Response>(
    method: (request: Request) => Promise<Response>,
  ): handleUnaryCall<Request, Response> {
    return (call, callback) => {
      method(call.request).then(
        (response) => callback(null, response),
        (error: unknown) => callback(serviceError(error, redactor)),
      );
    };
  }
  const missing = <Request, Response>(name: string): handleUnaryCall<Request, Response> => {
    return (_call, callback) => callback({ code: status.UNIMPLEMENTED, details: `this provider has no ${name}` });
  };
  const list: handleServerStreamingCall<ListRequest, ListResponse> = (call) => {
    call.emit("error", { code: status.UNIMPLEMENTED, details: "this provider has no list" });
  };
  return {
    handshake: unary((request) => provider.handshake(request)),
    attach: unary(async (request) => {
      log.connect(request.getAddress());
      return new Empty();
    }),
    getPluginInfo: unary(() => provider.getPluginInfo()),
    getSchema: unary(() => provider.getSchema()),
    checkConfig: unary((request) => provider.checkConfig(request)),
    diffConfig: unary((request) => provider.diffConfig(request)),
    configure: unary((request) => provider.configure(request)),
    check: unary((request) => provider.check(request)),
    diff: unary((request) => provider.diff(request)),
    create: unary((request) => provider.create(request)),
    read: unary((request) => provider.read(request)),
    update: unary((request) => provider.update(request)),
    delete: unary((request) => provider.delete(request)),
    cancel: unary(() => provider.cancel()),
    list,
    parameterize: missing("parameterize"),
    invoke: missing("invoke"),
    call: missing("call"),
    construct: missing("construct"),
    getMapping: missing("mapping"),
    getMappings: missing("mappings"),
  };
}

/**
 * Error for the engine. It takes FAILED_PRECONDITION and CANCELLED as "nothing changed that the resource will not find
 * again", and INTERNAL as "state unknown". Our operations are idempotent, so only our own bugs are INTERNAL.
 */
function serviceError(error: unknown, redactor: Redactor): Partial<ServiceError> {
  if (error instanceof UpdateInitFailed) return withDetail(serviceError(error.cause, redactor), error);
  const code =
    error instanceof CancelledError
      ? status.CANCELLED
      : error instanceof ProviderError || error instanceof InputError
        ? status.FAILED_PRECONDITION
        : status.INTERNAL;
  if (code !== status.INTERNAL) return { code, details: redactor.redact(messageOf(error)) };
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code, details: redactor.redact(`the provider itself failed, please report it: ${stack}`) };
}

/** Error with details, which gRPC transports as a message in the metadata. https://grpc.io/docs/guides/error/ */
function withDetail(error: Partial<ServiceError>, { detail }: UpdateInitFailed): Partial<ServiceError> {
  const packed = new Any();
  packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const rich = new Status();
  rich.setCode(error.code ?? status.UNKNOWN);
  rich.setMessage(error.details ?? "");
  rich.addDetails(packed);
  const metadata = new Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(rich.serializeBinary()));
  return { ...error, metadata };
}
