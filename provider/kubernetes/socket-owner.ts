/** Who is at the other end of a connection over loopback. */
import { readFile } from "node:fs/promises";

/** A connection to a listener on 127.0.0.1, by the ports of its ends. */
export interface LoopbackConnection {
  /** Of the end that connected. */
  remotePort?: number;
  /** Of the listener. */
  localPort?: number;
}

/** TCP_ESTABLISHED in the kernel's include/net/tcp_states.h. */
const ESTABLISHED = "01";

/**
 * User id of the process that opened a connection over loopback. `undefined` where the system does not tell (macOS), and for a
 * connection that is no longer there; `"nobody"` for one whose process has closed it: the system does not keep its owner.
 */
export async function ownerOf(connection: LoopbackConnection): Promise<number | "nobody" | undefined> {
  // A socket of IPv6 may connect to an address of IPv4 as well.
  const tables = await Promise.all(["/proc/net/tcp", "/proc/net/tcp6"].map(readTable));
  return ownerIn(tables.join("\n"), connection);
}

/** @param table text of /proc/net/tcp, proc_net_tcp(5) in the kernel's Documentation/networking */
export function ownerIn(table: string, { remotePort, localPort }: LoopbackConnection): number | "nobody" | undefined {
  const rows = table.split("\n").map((line) => line.trim().split(/\s+/));
  const row = rows.find(([, from = "", to = ""]) => portOf(from) === remotePort && portOf(to) === localPort);
  if (row === undefined) return undefined;
  const [, , , state, , , , uid] = row;
  return state === ESTABLISHED ? Number(uid) : "nobody";
}

/** `0100007F:1F90` -> 8080. */
function portOf(address: string): number | undefined {
  const port = /^(?:[0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4})$/.exec(address)?.[1];
  return port === undefined ? undefined : parseInt(port, 16);
}

function readTable(file: string): Promise<string> {
  return readFile(file, "utf8").catch(() => "");
}
