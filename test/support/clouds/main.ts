/**
 * Entry point of the stand-in plugins: `main.ts aws [address of the engine]`. STAND_IN_CLOUD is the folder of the cloud,
 * STAND_IN_KUBECONFIGS the clusters that it can assign.
 */
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { Cloud } from "./cloud";
import type { CloudStyle } from "./cloud-style";
import { createService } from "./service";
import { StandIn } from "./stand-in";
import { cloudVariable } from "./variables";
import { messageOf } from "../../../lib/errors";

/** Largest message in bytes; the engine allows the same. */
const maxMessageBytes = 400 * 1024 * 1024;

const styles: Record<string, () => Promise<CloudStyle>> = {
  aws: async () => (await import("./eks/index.ts")).aws,
  gcp: async () => (await import("./gke/index.ts")).gcp,
  "azure-native": async () => (await import("./aks/index.ts")).azure,
  alicloud: async () => (await import("./ack/index.ts")).alicloud,
};

async function main(name: string | undefined): Promise<void> {
  const load = styles[name ?? ""];
  if (load === undefined) throw new Error(`no stand-in for "${name}": there are ${Object.keys(styles).join(", ")}`);
  const folder = process.env[cloudVariable];
  if (!folder) throw new Error(`${cloudVariable} must be the folder that holds the cloud`);
  // The engine has the other end of stdin. The plugin must end when the engine dies.
  process.stdin.on("end", () => process.exit(0)).resume();
  const server = new Server({ "grpc.max_receive_message_length": maxMessageBytes });
  server.addService(ResourceProviderService, createService(new StandIn(await load(), new Cloud(folder))));
  server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
    if (error) throw error;
    process.stdout.write(`${port}\n`);
  });
}

main(process.argv[2]).catch((error: unknown) => {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
});
