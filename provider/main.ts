/**
 * Entry point of the plugin. The engine starts it with the engine's address, and reads the plugin's port from its first
 * line of output.
 */
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { EngineLog } from "./framework/engine-log";
import { Provider } from "./framework/provider";
import { Redactor } from "./framework/redact";
import { createService } from "./framework/service";
import { ledger } from "./registry";

/** Largest message in bytes, the engine's own limit (pulumi: sdk/go/common/util/rpcutil, 400 MB). */
const maxMessageBytes = 400 * 1024 * 1024;

function main(): void {
  const redactor = new Redactor();
  const log = new EngineLog(redactor);
  const engineAddress = process.argv.slice(2).findLast((argument) => !argument.startsWith("-"));
  if (engineAddress !== undefined) log.connect(engineAddress);

  // The engine holds the other end. When the engine ends, however suddenly, the plugin has no further work.
  process.stdin
    .on("end", () => process.exit(0))
    .on("error", () => process.exit(0))
    .resume();
  process.on("uncaughtException", (error) => {
    process.stderr.write(`${redactor.redact(error.stack ?? error.message)}\n`);
    process.exit(1);
  });

  const server = new Server({ "grpc.max_receive_message_length": maxMessageBytes });
  server.addService(ResourceProviderService, createService(new Provider(ledger, log, redactor), log, redactor));
  server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
    if (error) throw error;
    process.stdout.write(`${port}\n`);
  });
}

main();
