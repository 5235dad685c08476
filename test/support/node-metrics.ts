/** Metrics of nodes on loopback, as Prometheus reads them. */
import { request as overHttp } from "node:http";
import { request as overTls } from "node:https";
import type { LoopbackEthereum } from "./loopback-ethereum";
import type { LoopbackOrderer, LoopbackPeer } from "./loopback-fabric";

/** Text of /metrics of a peer or an orderer. */
export function fabricMetrics(node: LoopbackOrderer | LoopbackPeer): Promise<string> {
  const { tlsCaCertificates: ca, host: servername } = node.address;
  const { certificate: cert, privateKey: key } =
    "monitoring" in node
      ? node.monitoring
      : { certificate: node.address.adminCertificate, privateKey: node.address.adminPrivateKey };
  return read(
    overTls({
      host: "127.0.0.1",
      port: node.operationsPort,
      path: "/metrics",
      ca,
      cert,
      key,
      servername,
      agent: false,
    }),
  );
}

/** Text of the metrics of a node of geth or GoQuorum. @param path where its client has them */
export function ethereumMetrics(network: LoopbackEthereum, index: number, path: string): Promise<string> {
  return read(overHttp({ host: "127.0.0.1", port: network.ports[index]?.metrics, path, agent: false }));
}

function read(request: ReturnType<typeof overHttp>): Promise<string> {
  return new Promise((resolve, reject) => {
    request.on("error", reject);
    request.on("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        if (response.statusCode === 200) resolve(Buffer.concat(chunks).toString("utf8"));
        else reject(new Error(`HTTP ${response.statusCode}`));
      });
    });
    request.end();
  });
}
