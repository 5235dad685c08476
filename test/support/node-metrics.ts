/** Metrics of nodes on loopback, as Prometheus reads them. */
import { get as overHttp } from "node:http";
import { get as overTls } from "node:https";
import { answerText } from "../../lib/http-text";
import type { LoopbackEthereum } from "./loopback-ethereum";
import type { LoopbackOrderer, LoopbackPeer } from "./loopback-fabric";

/** Text of /metrics of a peer or an orderer. */
export function fabricMetrics(node: LoopbackOrderer | LoopbackPeer): Promise<string> {
  const { tlsCaCertificates: ca, host: servername } = node.address;
  const { certificate: cert, privateKey: key } =
    "monitoring" in node
      ? node.monitoring
      : { certificate: node.address.adminCertificate, privateKey: node.address.adminPrivateKey };
  return answerText(
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
  return answerText(overHttp({ host: "127.0.0.1", port: network.ports[index]?.metrics, path, agent: false }));
}
