/**
 * Metrics of an orderer's operations port, /metrics, which requires a client certificate of the orderer's own TLS CA.
 */
import { get } from "node:https";
import { askPort } from "../../kubernetes/ask-port";
import type { NodeContext } from "../../kubernetes/node-access";
import type { OrdererAddress } from "../sdk";
import { messageOf } from "../../../lib/errors";
import { answerText } from "../../../lib/http-text";

/**
 * Metrics with no label but the channel, in Prometheus' text format and without their first words: of
 * `consensus_smartbft_view_number` and `ledger_blockchain_height`, for example
 * `ledger_blockchain_height{channel="trade"} 12`.
 */
const sampleForm = /^(?:consensus_[A-Za-z]+?|ledger)_([a-z_]+)\{channel="([^"]*)"\} (\S+)$/gm;

/**
 * An orderer's part in its channels, by the metrics of orderer/consensus/etcdraft, orderer/consensus/smartbft and
 * common/ledger/blkstorage of https://github.com/hyperledger/fabric and, for views, of
 * https://github.com/hyperledger-labs/SmartBFT.
 */
export class ChannelMetrics {
  private readonly samples: ReadonlyMap<string, number>;

  /** @param text Answer of /metrics. */
  constructor(text: string) {
    this.samples = new Map(
      [...text.matchAll(sampleForm)].map(([, name = "", channelId = "", value]) => [
        `${channelId} ${name}`,
        Number(value),
      ]),
    );
  }

  /** Value of a metric without its prefix, for example `view_number`; undefined when the orderer has no such metric. */
  value(channelId: string, name: string): number | undefined {
    return this.samples.get(`${channelId} ${name}`);
  }

  /** Channels that the orderer leads. A BFT orderer updates this with each block only. */
  get channelsLed(): string[] {
    const suffix = " is_leader";
    return [...this.samples]
      .filter(([key, value]) => key.endsWith(suffix) && value === 1)
      .map(([key]) => key.slice(0, -suffix.length));
  }
}

/** Metrics of an orderer now; undefined when it does not answer. */
export async function askMetrics(
  node: OrdererAddress,
  operationsPort: number,
  context: NodeContext,
): Promise<ChannelMetrics | undefined> {
  try {
    const text = await askPort(node, operationsPort, context, (route, signal) => readMetrics(node, route, signal));
    return new ChannelMetrics(text);
  } catch (error) {
    context.signal.throwIfAborted();
    context.log.status(`${node.name} does not give its metrics: ${messageOf(error)}`);
    return undefined;
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
  return answerText(get({ host, port, path: "/metrics", signal, ...tls }));
}
