/** The certificate that a node serves, looked at without trusting it. */
import { connect } from "node:tls";
import { askPort } from "./ask-port";
import type { NodeContext } from "./node-access";
import type { PodAddress } from "./dialer";

/** When the certificate on this port ends; undefined when the node does not show one. */
export async function servedCertificateEnd(
  node: PodAddress,
  port: number,
  context: NodeContext,
): Promise<Date | undefined> {
  try {
    return await askPort(node, port, context, certificateEnd);
  } catch {
    context.signal.throwIfAborted();
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
