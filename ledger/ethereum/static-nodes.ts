/** Lists of peers to keep connected to, in the file that each client reads. */
import type { Client } from "./client";
import { staticPeer, type Enode } from "./enode";

/** A peer by its enode id and the DNS name of its P2P Service. */
export type Peer = Pick<Enode, "id" | "host" | "port">;

export interface PeerFile {
  /** Name below the node's configuration or data directory. */
  fileName: string;
  content: string;
}

/**
 * The enode URLs of all peers, sorted by host so that the order in which nodes were declared does not matter.
 *
 * @param self Enode id to leave out; a node that dials itself only logs about it.
 */
export function staticNodes(client: Client, peers: readonly Peer[], self?: string): string[] {
  return peers
    .filter((peer) => peer.id.toLowerCase() !== self?.toLowerCase())
    .toSorted((a, b) => (a.host < b.host ? -1 : a.host > b.host ? 1 : a.port - b.port))
    .map((peer) => staticPeer(client, peer));
}

/**
 * The file a client reads static nodes from: `static-nodes.json` for Besu and GoQuorum
 * (`--static-nodes-file`, or in the data directory), `config.toml` for geth 1.13 (`--config`),
 * which ignores static-nodes.json (go-ethereum `node/config.go`). That file names the bootnodes as well.
 */
export function staticNodesFile(
  client: Client,
  enodes: readonly string[],
  bootnodes: readonly string[] = [],
): PeerFile {
  if (client === "geth") {
    const list = (urls: readonly string[]): string => urls.map((url) => `  ${JSON.stringify(url)},\n`).join("");
    const bootstrap = bootnodes.length === 0 ? "" : `BootstrapNodes = [\n${list(bootnodes)}]\n`;
    return { fileName: "config.toml", content: `[Node.P2P]\nStaticNodes = [\n${list(enodes)}]\n${bootstrap}` };
  }
  return { fileName: "static-nodes.json", content: `${JSON.stringify(enodes, undefined, 2)}\n` };
}
