/** Certificate that a node serves, read without trust in it. */
import { connect } from "node:tls";
import { askPort } from "./ask-port";
import type { NodeContext } from "./node-access";
import type { PodAddress } from "./dialer";

/** End of the validity of the certificate at this port; undefined when the node shows none. */
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

/** Only the handshake matters: no data is sent, so an unverified server learns and changes nothing. */
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
