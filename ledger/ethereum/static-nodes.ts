/** Lists of peers to keep connected to, in the files that each client reads. */
import type { Client } from "./client";
import { staticPeer, type Enode } from "./enode";

/** A peer by its enode id and the DNS name of its P2P Service. */
export type Peer = Pick<Enode, "id" | "host" | "port">;

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
 * The files a client reads its peers from, by name: `static-nodes.json` for Besu and GoQuorum (`--static-nodes-file`,
 * or in the data directory), `config.toml` for geth 1.13 (`--config`), which ignores static-nodes.json (go-ethereum
 * `node/config.go`). That file names the bootnodes as well. `rpc.toml` is for RPC nodes of GoQuorum and geth.
 */
export function peerFiles(
  client: Client,
  enodes: readonly string[],
  bootnodes: readonly string[] = [],
): Record<string, string> {
  const json = { "static-nodes.json": `${JSON.stringify(enodes, undefined, 2)}\n` };
  const limits = bootnodes.length === 0 ? connectionLimits(enodes.length) : "";
  switch (client) {
    case "besu":
      return json;
    case "goquorum":
      return { ...json, "rpc.toml": `[Node.P2P]\n${limits}` };
    case "geth": {
      const list = (urls: readonly string[]): string => urls.map((url) => `  ${JSON.stringify(url)},\n`).join("");
      const bootstrap = bootnodes.length === 0 ? "" : `BootstrapNodes = [\n${list(bootnodes)}]\n`;
      const config = `[Node.P2P]\nStaticNodes = [\n${list(enodes)}]\n${bootstrap}`;
      return { "config.toml": config, "rpc.toml": `${config}${limits}` };
    }
  }
}

/**
 * No more peers than there are, and all of them dialled. With fewer than five peers, or than the most it may have, geth
 * waits ten seconds before it fetches what it lacks (`eth/sync.go`): in a small network, at every start.
 */
function connectionLimits(peers: number): string {
  return peers === 0 ? "" : `MaxPeers = ${peers}\nDialRatio = 1\n`;
}
