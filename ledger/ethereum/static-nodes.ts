/** Lists of the peers to which a node stays connected. */
import { clientFacts, type Client } from "./clients";
import { formatEnode, type Enode } from "./enode-url";

/** A peer by its enode id and the DNS name of its P2P Service. */
export type Peer = Pick<Enode, "id" | "host" | "port">;

/** The URL of a peer inside the cluster, in the form with which `client` dials a DNS name and never discovers. */
export function staticPeer(client: Client, { id, host, port }: Peer): string {
  return formatEnode({ id, host, port, ...clientFacts[client].peers.byName });
}

/** The enode URLs of all peers, sorted by host: the order of the nodes in the stack file must not matter. */
export function staticNodes(client: Client, peers: readonly Peer[]): string[] {
  return peers
    .toSorted((a, b) => (a.host < b.host ? -1 : a.host > b.host ? 1 : a.port - b.port))
    .map((peer) => staticPeer(client, peer));
}
