/** Names of Ethereum nodes among their peers, and the writing of their URLs; enode.ts reads them. */

export interface Enode {
  /** 128 lower-case hexadecimal digits. */
  id: string;
  /** DNS name, IPv4 or IPv6 address, the latter without brackets. */
  host: string;
  /** TCP port, 1 to 65535. */
  port: number;
  /** UDP port of discovery. 0: no discovery. Default: `port`. */
  discoveryPort?: number;
  /** GoQuorum only. With this port, even 0, GoQuorum keeps a DNS host and resolves it on each dial. */
  raftPort?: number;
}

/** The URL of a node. Does not check the fields; `validateEnode` checks the result. */
export function formatEnode(enode: Enode): string {
  const host = enode.host.includes(":") ? `[${enode.host}]` : enode.host;
  const query = [
    ...(enode.discoveryPort === undefined ? [] : [`discport=${enode.discoveryPort}`]),
    ...(enode.raftPort === undefined ? [] : [`raftport=${enode.raftPort}`]),
  ];
  return `enode://${enode.id.toLowerCase()}@${host}:${enode.port}${query.length > 0 ? `?${query.join("&")}` : ""}`;
}

/** The URL of a bootnode of geth 1.13, which speaks discovery (UDP) and nothing else. */
export function bootnodeUrl({ id, host, port }: Pick<Enode, "id" | "host" | "port">): string {
  return formatEnode({ id, host, port: 0, discoveryPort: port });
}
