/** What an orderer says of itself on its operations port, /metrics; it asks for a client certificate of its own TLS CA. */
import { get } from "node:https";
import { messageOf } from "../../framework/errors";
import { withinTime } from "../../framework/time-limit";
import type { NodeContext } from "../../kubernetes/node-access";
import type { OrdererAddress } from "../sdk";

/** Longest wait for an answer, in milliseconds. Nothing depends on it that could not do without. */
const PATIENCE_MS = 5_000;

/** `is_leader` of orderer/consensus/etcdraft and orderer/consensus/smartbft of https://github.com/hyperledger/fabric */
const LEADING = /^consensus_[a-z]+_is_leader\{[^}]*channel="([^"]*)"[^}]*\} 1$/gm;

/** Channels of which the orderer is the leader; none when it does not say. */
export async function channelsLedBy(
  node: OrdererAddress,
  operationsPort: number,
  { dialer, signal, log }: NodeContext,
): Promise<string[]> {
  const status = (message: string): void => log.status(message);
  try {
    return await withinTime(PATIENCE_MS, signal, async (patience) => {
      const route = await dialer.dial(node, operationsPort, { signal: patience, absentPods: "refuse", status });
      try {
        const text = await readMetrics(node, route, patience);
        return [...text.matchAll(LEADING)].map(([, channel = ""]) => channel);
      } finally {
        await route.close();
      }
    });
  } catch (error) {
    signal.throwIfAborted();
    log.status(`${node.name} does not say whether it leads: ${messageOf(error)}`);
    return [];
  }
}

function readMetrics(
  node: OrdererAddress,
  { host, port }: { host: string; port: number },
  signal: AbortSignal,
): Promise<string> {
  const tls = {
    ca: node.tlsCaCertificates,
    cert: node.adminCertificate,
    key: node.adminPrivateKey,
    servername: node.host,
    agent: false,
  } as const;
  return new Promise<string>((resolve, reject) => {
    const request = get({ host, port, path: "/metrics", signal, ...tls }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        if (response.statusCode === 200) resolve(Buffer.concat(chunks).toString("utf8"));
        else reject(new Error(`HTTP ${response.statusCode}`));
      });
    });
    request.on("error", reject);
  });
}
