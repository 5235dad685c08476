/** Server of the dashboard: `/api` for nodes, `/` for people, `/nodes` for programs. */
import { createHash, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { maxNodes, NodeRegistry } from "./registry.ts";
import { acceptHandshake, refuseUpgrade, WebSocketConnection } from "./websocket.ts";

/** Limit of these messages in go-ethereum. */
const maxMessageBytes = 15 * 1024 * 1024;
/** Limit before the introduction, when the other end is unknown. An introduction takes less than 1 KiB. */
const maxHelloBytes = 4096;
/** Time limit of the introduction, which nodes send at once. */
const helloMs = 10_000;
/**
 * A connection of each node, and as many for people and for nodes that connect again before their old connection is
 * closed.
 */
const maxConnections = 2 * maxNodes;
/** Silence after which a node is gone: nodes introduce themselves at once and report at least every 15 s. */
const silenceMs = 60_000;

export interface DashboardOptions {
  /** Secret that nodes report with. */
  secret: string;
  /** HTML of the page. */
  page: string;
  /** Reports of the nodes. Default: an empty registry. */
  registry?: NodeRegistry;
}

/** A server that does not listen yet. */
export function createDashboard({ secret, page, registry = new NodeRegistry() }: DashboardOptions): Server {
  const server = createServer((request, response) => answer(request, response, page, registry));
  server.maxConnections = maxConnections;
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // This must be the first step: no other listener exists from here on, and an error without a listener ends the
    // process.
    socket.on("error", () => socket.destroy());
    if (pathOf(request) !== "/api") return refuseUpgrade(socket, "404 Not Found");
    if (!acceptHandshake(request, socket)) return;
    if (head.length > 0) socket.unshift(head);
    serveNode(socket, secret, registry);
  });
  return server;
}

function answer(request: IncomingMessage, response: ServerResponse, page: string, registry: NodeRegistry): void {
  const isRead = request.method === "GET" || request.method === "HEAD";
  switch (isRead ? pathOf(request) : "") {
    case "/":
      response.setHeader(
        "content-security-policy",
        "default-src 'self'; style-src 'unsafe-inline'; script-src 'unsafe-inline'",
      );
      return reply(response, 200, "text/html; charset=utf-8", page);
    case "/nodes":
      return reply(response, 200, "application/json", JSON.stringify(registry.list()));
    default:
      return reply(response, isRead ? 404 : 405, "text/plain", "There is / for people and /nodes for programs.\n");
  }
}

function reply(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, {
    "content-type": type,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
  response.end(text);
}

function pathOf({ url = "/" }: IncomingMessage): string {
  return url.split("?")[0]!;
}

/** Serves a node: it introduces itself with the secret, gets an answer, and reports until its connection ends. */
function serveNode(socket: Duplex, secret: string, registry: NodeRegistry): void {
  let name: string | undefined;
  const hangUp = (): void => void socket.destroy();
  let silence = setTimeout(hangUp, helloMs);
  const emit = (...message: unknown[]): void => connection.send(JSON.stringify({ emit: message }));
  const connection = new WebSocketConnection(socket, maxHelloBytes, {
    text(text) {
      silence.refresh();
      const [kind, content] = messageOf(text);
      if (name !== undefined && kind === "node-ping") return emit("node-pong", content);
      if (name !== undefined) return registry.report(name, kind, content);
      if (kind === "hello" && isSame((content as { secret?: unknown } | undefined)?.secret, secret)) {
        name = registry.connect(content);
      }
      if (name === undefined) return connection.close();
      clearTimeout(silence);
      silence = setTimeout(hangUp, silenceMs);
      connection.maxMessageBytes = maxMessageBytes;
      emit("ready");
    },
    closed() {
      clearTimeout(silence);
      if (name !== undefined) registry.disconnect(name);
    },
  });
}

/** Content of `{"emit": [kind, content]}`, the only form of a message. */
function messageOf(text: string): [kind: string, content: unknown] {
  try {
    const { emit } = JSON.parse(text) as { emit?: unknown };
    const [kind, content] = Array.isArray(emit) ? (emit as unknown[]) : [];
    return [typeof kind === "string" ? kind : "", content];
  } catch {
    return ["", undefined];
  }
}

/** Whether two secrets are equal, in a time that does not depend on their common part. */
function isSame(given: unknown, secret: string): boolean {
  const hash = (text: string): Buffer => createHash("sha256").update(text).digest();
  return typeof given === "string" && timingSafeEqual(hash(given), hash(secret));
}
