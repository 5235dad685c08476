/**
 * What nodes have reported about themselves. Messages: `ethstats/ethstats.go` of go-ethereum 1.13, which GoQuorum and
 * Besu follow. They come from other programs, so nothing in them is taken for granted.
 */

/** One node as the dashboard shows it. What it has not told is undefined. */
export interface NodeReport {
  name: string;
  /** Program and release, for example `Geth/v1.13.15/linux-amd64`. */
  client?: string;
  isConnected: boolean;
  /** Milliseconds since 1970 of its last message. */
  lastSeen: number;
  peers?: number;
  isSealing?: boolean;
  /** Transactions that wait for a block. */
  pending?: number;
  /** Milliseconds to this server and back. */
  latency?: number;
  block?: BlockReport;
}

export interface BlockReport {
  number: number;
  hash: string;
  /** Seconds since 1970. */
  timestamp: number;
  transactions: number;
  gasUsed: number;
  gasLimit: number;
  /** Account that is named as its producer. */
  producer: string;
}

/** More names than any network has nodes: whoever knows the secret cannot fill the memory with names. */
export const MAX_NODES = 1000;

/** Longest text that is kept of a message. */
const MAX_TEXT = 200;

type Fields = Record<string, unknown>;

export class NodeRegistry {
  private readonly nodes = new Map<string, NodeReport>();
  private readonly now: () => number;

  constructor(now: () => number = Date.now) {
    this.now = now;
  }

  /**
   * A node has introduced itself. Its name, or undefined when it gave none or there are too many. geth has it in `id` and in
   * `info.name`; Besu puts its public key into `id`.
   */
  connect(hello: unknown): string | undefined {
    const fields = fieldsOf(hello);
    const name = textOf(fieldsOf(fields.info).name) || textOf(fields.id);
    if (name === undefined || name === "" || (!this.nodes.has(name) && this.nodes.size >= MAX_NODES)) return undefined;
    const client = textOf(fieldsOf(fields.info).node);
    this.nodes.set(name, { ...this.nodes.get(name), name, client, isConnected: true, lastSeen: this.now() });
    return name;
  }

  /** A node that stays on the list: an absent node is what one wants to see. */
  disconnect(name: string): void {
    this.change(name, { isConnected: false });
  }

  /** One message of a node that has introduced itself; kinds that are not known are left alone. */
  report(name: string, kind: string, message: unknown): void {
    const fields = fieldsOf(message);
    const lastSeen = this.now();
    switch (kind) {
      case "block":
        return this.change(name, { lastSeen, ...blockOf(fieldsOf(fields.block)) });
      case "pending":
        return this.change(name, { lastSeen, pending: numberOf(fieldsOf(fields.stats).pending) });
      case "latency":
        return this.change(name, { lastSeen, latency: numberOf(fields.latency) });
      case "stats": {
        const stats = fieldsOf(fields.stats);
        // `syncing` is left out: geth says true when it is in step, others when they are not.
        return this.change(name, { lastSeen, peers: numberOf(stats.peers), isSealing: stats.mining === true });
      }
    }
  }

  /** All nodes by name. */
  list(): NodeReport[] {
    return [...this.nodes.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  private change(name: string, change: Partial<NodeReport>): void {
    const node = this.nodes.get(name);
    if (node !== undefined) this.nodes.set(name, { ...node, ...change });
  }
}

function blockOf(block: Fields): { block?: BlockReport } {
  const [number, timestamp] = [numberOf(block.number), numberOf(block.timestamp)];
  if (number === undefined || timestamp === undefined) return {};
  return {
    block: {
      number,
      timestamp,
      hash: textOf(block.hash) ?? "",
      transactions: Array.isArray(block.transactions) ? block.transactions.length : 0,
      gasUsed: numberOf(block.gasUsed) ?? 0,
      gasLimit: numberOf(block.gasLimit) ?? 0,
      producer: textOf(block.miner) ?? "",
    },
  };
}

function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value.slice(0, MAX_TEXT) : undefined;
}

/** Clients write numbers as such, as decimal text or, for times, as hexadecimal text. */
function numberOf(value: unknown): number | undefined {
  const number = typeof value === "string" && value !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}
