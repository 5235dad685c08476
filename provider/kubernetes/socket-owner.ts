/** Owner of the other end of a connection over loopback. */
import { readFile } from "node:fs/promises";

/** A connection to a listener on 127.0.0.1, by the ports of its ends. */
export interface LoopbackConnection {
  /** Port of the connecting end. */
  remotePort?: number;
  /** Port of the listener. */
  localPort?: number;
}

/** TCP_ESTABLISHED in the kernel's include/net/tcp_states.h. */
const established = "01";

/**
 * User id of the process that opened a connection over loopback. `undefined` where the system does not report it
 * (macOS), and for a connection that no longer exists; `"nobody"` for a connection that its process has closed, since
 * the system forgets its owner.
 */
export async function ownerOf(connection: LoopbackConnection): Promise<number | "nobody" | undefined> {
  // An IPv6 socket may also connect to an IPv4 address.
  const tables = await Promise.all(["/proc/net/tcp", "/proc/net/tcp6"].map(readTable));
  return ownerIn(tables.join("\n"), connection);
}

/** @param table Text of /proc/net/tcp, proc_net_tcp(5) in the kernel's Documentation/networking. */
export function ownerIn(table: string, { remotePort, localPort }: LoopbackConnection): number | "nobody" | undefined {
  const rows = table.split("\n").map((line) => line.trim().split(/\s+/));
  const row = rows.find(([, from = "", to = ""]) => portOf(from) === remotePort && portOf(to) === localPort);
  if (row === undefined) return undefined;
  const [, , , state, , , , uid] = row;
  return state === established ? Number(uid) : "nobody";
}

/** Port of an address: 8080 for `0100007F:1F90`. */
function portOf(address: string): number | undefined {
  const port = /^(?:[0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4})$/.exec(address)?.[1];
  return port === undefined ? undefined : parseInt(port, 16);
}

function readTable(file: string): Promise<string> {
  return readFile(file, "utf8").catch(() => "");
}
