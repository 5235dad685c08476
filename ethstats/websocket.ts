/**
 * The server's side of WebSocket connections (https://www.rfc-editor.org/rfc/rfc6455), as far as nodes that report
 * need it: text messages both ways, pings and closing. Node.js brings a client only.
 */
import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

/** RFC 6455 section 1.3: shows that the other side means WebSocket. */
const HANDSHAKE_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/** RFC 6455 section 5.2. */
const opcodes = { continuation: 0x0, text: 0x1, close: 0x8, ping: 0x9, pong: 0xa } as const;

/** RFC 6455 section 5.5: control frames carry no more. */
const MAX_CONTROL_BYTES = 125;

interface Frame {
  isLast: boolean;
  opcode: number;
  payload: Buffer;
  /** Bytes of the frame as a whole. */
  size: number;
}

export interface WebSocketHandlers {
  text(message: string): void;
  /** Called once, whoever ended the connection. */
  closed(): void;
}

/** An accepted connection. Whatever breaks the protocol, or is longer than `maxMessageBytes`, ends it. */
export class WebSocketConnection {
  private received: Buffer = Buffer.alloc(0);
  private message: Buffer = Buffer.alloc(0);
  private readonly socket: Duplex;
  private readonly maxMessageBytes: number;
  private readonly handlers: WebSocketHandlers;

  constructor(socket: Duplex, maxMessageBytes: number, handlers: WebSocketHandlers) {
    this.socket = socket;
    this.maxMessageBytes = maxMessageBytes;
    this.handlers = handlers;
    socket.on("data", (chunk: Buffer) => this.receive(chunk));
    socket.on("error", () => socket.destroy());
    socket.on("end", () => socket.end());
    socket.once("close", () => handlers.closed());
  }

  send(text: string): void {
    if (this.socket.writable) this.socket.write(encodeFrame(opcodes.text, Buffer.from(text)));
  }

  close(): void {
    if (this.socket.writable) this.socket.end(encodeFrame(opcodes.close, Buffer.alloc(0)));
  }

  private receive(chunk: Buffer): void {
    this.received = Buffer.concat([this.received, chunk]);
    for (;;) {
      const frame = decodeFrame(this.received, this.maxMessageBytes);
      if (frame === "broken") return void this.socket.destroy();
      if (frame === undefined) return;
      this.received = this.received.subarray(frame.size);
      this.take(frame);
      if (this.socket.destroyed || !this.socket.writable) return;
    }
  }

  private take({ opcode, payload, isLast }: Frame): void {
    switch (opcode) {
      case opcodes.close:
        return this.close();
      case opcodes.ping:
        return void this.socket.write(encodeFrame(opcodes.pong, payload));
      case opcodes.pong:
        return;
      case opcodes.text:
      case opcodes.continuation:
        return this.collect(payload, isLast);
      default:
        this.socket.destroy();
    }
  }

  private collect(payload: Buffer, isLast: boolean): void {
    this.message = Buffer.concat([this.message, payload]);
    if (this.message.length > this.maxMessageBytes) return void this.socket.destroy();
    if (!isLast) return;
    const text = this.message.toString("utf8");
    this.message = Buffer.alloc(0);
    this.handlers.text(text);
  }
}

/** Answers an upgrade request. False: it was none of WebSocket, and was refused. */
export function acceptHandshake(request: IncomingMessage, socket: Duplex): boolean {
  const key = request.headers["sec-websocket-key"];
  if (request.headers.upgrade?.toLowerCase() !== "websocket" || key === undefined) {
    socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
    return false;
  }
  const answer = createHash("sha1").update(`${key}${HANDSHAKE_SUFFIX}`).digest("base64");
  const lines = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade"];
  socket.write(`${[...lines, `Sec-WebSocket-Accept: ${answer}`].join("\r\n")}\r\n\r\n`);
  return true;
}

/** The first frame in `bytes`, undefined while it is not whole. Clients must mask what they send. */
function decodeFrame(bytes: Buffer, maxBytes: number): Frame | "broken" | undefined {
  if (bytes.length < 2) return undefined;
  const [first, second] = [bytes.readUInt8(0), bytes.readUInt8(1)];
  const [isLast, opcode, isMasked] = [(first & 0x80) !== 0, first & 0x0f, (second & 0x80) !== 0];
  if (!isMasked || (first & 0x70) !== 0) return "broken";
  const short = second & 0x7f;
  if (opcode >= opcodes.close && (short > MAX_CONTROL_BYTES || !isLast)) return "broken";
  const lengthBytes = short === 127 ? 8 : short === 126 ? 2 : 0;
  const maskAt = 2 + lengthBytes;
  if (bytes.length < maskAt + 4) return undefined;
  const length =
    lengthBytes === 8 ? Number(bytes.readBigUInt64BE(2)) : lengthBytes === 2 ? bytes.readUInt16BE(2) : short;
  if (length > maxBytes) return "broken";
  const size = maskAt + 4 + length;
  if (bytes.length < size) return undefined;
  const mask = bytes.subarray(maskAt, maskAt + 4);
  const payload = Buffer.from(bytes.subarray(maskAt + 4, size));
  for (let at = 0; at < payload.length; at++) payload[at] = (payload[at] ?? 0) ^ (mask[at % 4] ?? 0);
  return { isLast, opcode, payload, size };
}

/** Servers do not mask. */
function encodeFrame(opcode: number, payload: Buffer): Buffer {
  const { length } = payload;
  const long = length > 65_535;
  const header = Buffer.alloc(length <= MAX_CONTROL_BYTES ? 2 : long ? 10 : 4);
  header.writeUInt8(0x80 | opcode, 0);
  if (length <= MAX_CONTROL_BYTES) header.writeUInt8(length, 1);
  else if (long) {
    header.writeUInt8(127, 1);
    header.writeBigUInt64BE(BigInt(length), 2);
  } else {
    header.writeUInt8(126, 1);
    header.writeUInt16BE(length, 2);
  }
  return Buffer.concat([header, payload]);
}
