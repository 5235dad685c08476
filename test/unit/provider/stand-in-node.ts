/** Stand-ins for Fabric's nodes on loopback, behind the TLS of the fixtures. */
import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { Server, ServerCredentials, type ServiceDefinition, type UntypedServiceImplementation } from "@grpc/grpc-js";
import type { NodeAddress } from "../../../provider/fabric/sdk";
import type { FabricInputs } from "./fabric-inputs";

export interface StandIn {
  address: NodeAddress;
  close(): void;
}

type Service = [definition: ServiceDefinition, methods: UntypedServiceImplementation];

/** A peer with some of the services. */
export async function standInPeer(fabric: FabricInputs, name: string, ...services: Service[]): Promise<StandIn> {
  const server = new Server();
  for (const [definition, methods] of services) server.addService(definition, methods);
  const key = { private_key: Buffer.from(fabric.tls.privateKey), cert_chain: Buffer.from(fabric.tls.certificate) };
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", ServerCredentials.createSsl(null, [key]), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    ),
  );
  return { address: { ...fabric.peer(name), host: "node", port }, close: () => server.forceShutdown() };
}

/** A peer that takes connections and never answers. */
export async function silentPeer(fabric: FabricInputs, name: string): Promise<StandIn> {
  const open: Socket[] = [];
  const server = createServer((socket) => open.push(socket)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const close = (): void => {
    for (const socket of open) socket.destroy();
    server.close();
  };
  return { address: { ...fabric.peer(name), host: "node", port }, close };
}
