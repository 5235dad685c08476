/** The certificate that a node serves, looked at without trusting it. */
import { connect } from "node:tls";
import { withinTime } from "../framework/time-limit";
import type { NodeContext } from "./node-access";
import type { PodAddress } from "./dialer";

/** Longest wait for an answer, in milliseconds. A node that does not give one is looked at by other means. */
const PATIENCE_MS = 5_000;

/** When the certificate on this port ends; undefined when the node does not show one. */
export async function servedCertificateEnd(
  node: PodAddress,
  port: number,
  { dialer, signal, log }: NodeContext,
): Promise<Date | undefined> {
  const status = (message: string): void => log.status(message);
  try {
    return await withinTime(PATIENCE_MS, signal, async (patience) => {
      const route = await dialer.dial(node, port, { signal: patience, absentPods: "refuse", status });
      try {
        return await certificateEnd(route, patience);
      } finally {
        await route.close();
      }
    });
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

/** The handshake is all that is wanted: nothing is sent, so an unverified peer learns and changes nothing. */
function certificateEnd({ host, port }: { host: string; port: number }, signal: AbortSignal): Promise<Date> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, rejectUnauthorized: false });
    const stop = (): void => {
      socket.destroy();
      reject(new Error("no handshake in time"));
    };
    signal.addEventListener("abort", stop, { once: true });
    socket.on("error", reject);
    socket.on("secureConnect", () => {
      signal.removeEventListener("abort", stop);
      resolve(new Date(socket.getPeerCertificate().valid_to));
      socket.destroy();
    });
  });
}
