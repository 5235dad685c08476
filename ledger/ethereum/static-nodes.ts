/** Lists of peers to keep connected to. */
import { clientFacts, type Client } from "./clients";
import { formatEnode, type Enode } from "./enode-url";

/** A peer by its enode id and the DNS name of its P2P Service. */
export type Peer = Pick<Enode, "id" | "host" | "port">;

/** The URL of a peer inside the cluster, in the form that `client` dials by DNS name and never by discovery. */
export function staticPeer(client: Client, { id, host, port }: Peer): string {
  return formatEnode({ id, host, port, ...clientFacts[client].peers.byName });
}

/** The enode URLs of all peers, sorted by host so that the order in which nodes were declared does not matter. */
export function staticNodes(client: Client, peers: readonly Peer[]): string[] {
  return peers
    .toSorted((a, b) => (a.host < b.host ? -1 : a.host > b.host ? 1 : a.port - b.port))
    .map((peer) => staticPeer(client, peer));
}
