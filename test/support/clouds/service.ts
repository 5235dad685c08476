/** The gRPC service of a stand-in cloud. */
import { status, type handleServerStreamingCall, type handleUnaryCall } from "@grpc/grpc-js";
import type { IResourceProviderServer } from "@pulumi/pulumi/proto/provider_grpc_pb";
import type { ListRequest, ListResponse } from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { CloudError } from "./cloud-style";
import type { StandIn } from "./stand-in";

export function createService(standIn: StandIn): IResourceProviderServer {
  const list: handleServerStreamingCall<ListRequest, ListResponse> = (call) => {
    call.emit("error", { code: status.UNIMPLEMENTED, details: "no list" });
  };
  return {
    handshake: unary(() => standIn.handshake()),
    attach: unary(async () => new Empty()),
    getPluginInfo: unary(() => standIn.getPluginInfo()),
    getSchema: unary(() => standIn.getSchema()),
    checkConfig: unary((request) => standIn.checkConfig(request)),
    diffConfig: unary((request) => standIn.diffConfig(request)),
    configure: unary((request) => standIn.configure(request)),
    check: unary((request) => standIn.check(request)),
    diff: unary((request) => standIn.diff(request)),
    create: unary((request) => standIn.create(request)),
    read: unary((request) => standIn.read(request)),
    update: unary((request) => standIn.update(request)),
    delete: unary((request) => standIn.delete(request)),
    invoke: unary((request) => standIn.invoke(request)),
    cancel: unary(async () => new Empty()),
    list,
    parameterize: missing(),
    call: missing(),
    construct: missing(),
    getMapping: missing(),
    getMappings: missing(),
  };
}

function unary<Request, Response>(method: (request: Request) => Promise<Response>): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    method(call.request).then(
      (response) => callback(null, response),
      (error: unknown) => callback({ code: status.UNKNOWN, details: messageOf(error) }),
    );
  };
}

/** Message for the user. Any other error than the cloud's refusal is a fault of the stand-in. */
function messageOf(error: unknown): string {
  if (error instanceof CloudError) return error.message;
  return `the stand-in failed: ${error instanceof Error ? error.stack : String(error)}`;
}

function missing<Request, Response>(): handleUnaryCall<Request, Response> {
  return (_call, callback) => callback({ code: status.UNIMPLEMENTED, details: "not in a stand-in" });
}
