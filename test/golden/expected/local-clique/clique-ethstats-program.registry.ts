/**
 * Reports of nodes about themselves. Messages: `ethstats/ethstats.go` of go-ethereum 1.13, which GoQuorum and Besu
 * follow. They come from other programs, so this code trusts none of their contents.
 */

/** A node on the dashboard. Values that it has not reported are undefined. */
export interface NodeReport {
  name: string;
  /** Program and release, for example `Geth/v1.13.15/linux-amd64`. */
  client?: string;
  isConnected: boolean;
  /** Time of its last message in milliseconds since 1970. */
  lastSeen: number;
  peers?: number;
  isSealing?: boolean;
  /** Number of transactions that wait for a block. */
  pending?: number;
  /** Round trip to this server in milliseconds. */
  latency?: number;
  block?: BlockReport;
}

export interface BlockReport {
  number: number;
  hash: string;
  /** Time in seconds since 1970. */
  timestamp: number;
  transactions: number;
  gasUsed: number;
  gasLimit: number;
  /** Account of its producer. */
  producer: string;
}

/** Limit of names, above the number of nodes in any network: the secret alone does not suffice to fill the memory. */
export const maxNodes = 1000;

/** Longest text of a message that is kept. */
const maxText = 200;

type Fields = Record<string, unknown>;

export class NodeRegistry {
  private readonly nodes = new Map<string, NodeReport>();
  private readonly now: () => number;

  constructor(now: () => number = Date.now) {
    this.now = now;
  }

  /**
   * Registers a node that introduces itself. Returns its name, or undefined without a name or with too many nodes. geth
   * has the name in `id` and in `info.name`; Besu has its public key in `id`.
   */
  connect(hello: unknown): string | undefined {
    const fields = fieldsOf(hello);
    const name = textOf(fieldsOf(fields.info).name) || textOf(fields.id);
    if (name === undefined || name === "" || (!this.nodes.has(name) && this.nodes.size >= maxNodes)) return undefined;
    const client = textOf(fieldsOf(fields.info).node);
    this.nodes.set(name, { ...this.nodes.get(name), name, client, isConnected: true, lastSeen: this.now() });
    return name;
  }

  /** Marks a node as absent. It stays on the list, since absent nodes are of interest. */
  disconnect(name: string): void {
    this.change(name, { isConnected: false });
  }

  /** Stores a message of a registered node; unknown kinds are ignored. */
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
        // `syncing` is ignored: geth reports true when it is in step, other clients when they are not.
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
  return typeof value === "string" ? value.slice(0, maxText) : undefined;
}

/** Number from a number, decimal text or, for times, hexadecimal text, since clients differ. */
function numberOf(value: unknown): number | undefined {
  const number = typeof value === "string" && value !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}
