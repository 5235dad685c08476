import type { ClientRequest, IncomingMessage } from "node:http";

/**
 * Text of the answer to a request of node:http or node:https that has been ended.
 *
 * @throws Error of the connection, or with another HTTP status than 200.
 */
export function answerText(request: ClientRequest): Promise<string> {
  return new Promise((resolve, reject) => {
    request.on("error", reject);
    request.on("response", (response: IncomingMessage) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        if (response.statusCode === 200) resolve(Buffer.concat(chunks).toString("utf8"));
        else reject(new Error(`HTTP ${response.statusCode}`));
      });
    });
  });
}
