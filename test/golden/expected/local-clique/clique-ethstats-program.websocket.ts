/**
 * Server of WebSocket connections (https://www.rfc-editor.org/rfc/rfc6455), as far as reporting nodes need it: text
 * messages in both directions, pings and closing. Node.js has a client only.
 */
import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

/** RFC 6455 section 1.3: proof that both sides speak WebSocket. */
const handshakeSuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/** RFC 6455 section 5.2. */
const opcodes = { continuation: 0x0, text: 0x1, close: 0x8, ping: 0x9, pong: 0xa } as const;

/** RFC 6455 section 5.5: maximum of a control frame. */
const maxControlBytes = 125;

/** First two bytes of a frame, RFC 6455 section 5.2. */
const shortestHeader = 2;

/** Memory that a piece of a message counts for beside its bytes, since a piece of one byte takes memory, too. */
const pieceBytes = 100;

interface Header {
  isLast: boolean;
  opcode: number;
  /** Position of the mask; the payload follows its four bytes. */
  maskAt: number;
  /** Bytes of the whole frame. */
  size: number;
}

export interface WebSocketHandlers {
  text(message: string): void;
  /** Called once, whichever side ended the connection. */
  closed(): void;
}

/**
 * An accepted connection. It is closed when the other side breaks the protocol, sends messages longer than
 * `maxMessageBytes`, or does not read.
 */
export class WebSocketConnection {
  /** Longest accepted message in bytes. It may change between messages. */
  maxMessageBytes: number;
  /**
   * Pieces of an incomplete frame. They are joined once, when the frame is complete: joining each piece to all before
   * would take too long.
   */
  private received: Buffer[] = [];
  private receivedBytes = 0;
  /** Bytes that the next step needs. */
  private awaitedBytes = shortestHeader;
  private message: Buffer[] = [];
  private messageBytes = 0;
  private readonly socket: Duplex;
  private readonly handlers: WebSocketHandlers;

  constructor(socket: Duplex, maxMessageBytes: number, handlers: WebSocketHandlers) {
    this.socket = socket;
    this.maxMessageBytes = maxMessageBytes;
    this.handlers = handlers;
    socket.on("data", (chunk: Buffer) => this.receive(chunk));
    socket.on("end", () => socket.end());
    socket.once("close", () => handlers.closed());
  }

  send(text: string): void {
    this.write(opcodes.text, Buffer.from(text));
  }

  close(): void {
    if (this.socket.writable) this.socket.end(encodeFrame(opcodes.close, Buffer.alloc(0)));
  }

  private write(opcode: number, payload: Buffer): void {
    if (!this.socket.writable) return;
    this.socket.write(encodeFrame(opcode, payload));
    if (this.socket.writableLength > this.maxMessageBytes) this.socket.destroy();
  }

  private receive(chunk: Buffer): void {
    this.received.push(chunk);
    this.receivedBytes += chunk.length;
    while (this.receivedBytes >= this.awaitedBytes) {
      const [first] = this.received;
      const bytes = first !== undefined && this.received.length === 1 ? first : Buffer.concat(this.received);
      const header = readHeader(bytes);
      if (header === "broken") return void this.socket.destroy();
      this.awaitedBytes = typeof header === "number" ? header : header.size;
      if (this.awaitedBytes > this.maxMessageBytes + pieceBytes) return void this.socket.destroy();
      this.received = [bytes];
      if (typeof header === "number" || bytes.length < header.size) continue;
      const rest = bytes.subarray(header.size);
      this.received = [rest];
      this.receivedBytes = rest.length;
      this.awaitedBytes = shortestHeader;
      this.take(header, payloadOf(bytes, header));
      if (this.socket.destroyed || !this.socket.writable) return;
    }
  }

  private take({ opcode, isLast }: Header, payload: Buffer): void {
    switch (opcode) {
      case opcodes.close:
        return this.close();
      case opcodes.ping:
        return this.write(opcodes.pong, payload);
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
    this.message.push(payload);
    this.messageBytes += payload.length + (isLast ? 0 : pieceBytes);
    if (this.messageBytes > this.maxMessageBytes) return void this.socket.destroy();
    if (!isLast) return;
    const text = Buffer.concat(this.message).toString("utf8");
    this.message = [];
    this.messageBytes = 0;
    this.handlers.text(text);
  }
}

/** Answers an upgrade request. Returns false after refusing one that is not for WebSocket. */
export function acceptHandshake(request: IncomingMessage, socket: Duplex): boolean {
  const key = request.headers["sec-websocket-key"];
  if (request.headers.upgrade?.toLowerCase() !== "websocket" || key === undefined) {
    refuseUpgrade(socket, "400 Bad Request");
    return false;
  }
  const answer = createHash("sha1").update(`${key}${handshakeSuffix}`).digest("base64");
  const lines = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade"];
  socket.write(`${[...lines, `Sec-WebSocket-Accept: ${answer}`].join("\r\n")}\r\n\r\n`);
  return true;
}

/** Answers an upgrade request with a status of HTTP and closes the connection, which the other side may leave open. */
export function refuseUpgrade(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`, () => socket.destroy());
}

/** Header at the start of `bytes`; the number of bytes of an incomplete header. Clients must mask their frames. */
function readHeader(bytes: Buffer): Header | "broken" | number {
  const [first, second] = [bytes.readUInt8(0), bytes.readUInt8(1)];
  const [isLast, opcode, isMasked] = [(first & 0x80) !== 0, first & 0x0f, (second & 0x80) !== 0];
  if (!isMasked || (first & 0x70) !== 0) return "broken";
  const short = second & 0x7f;
  if (opcode >= opcodes.close && (short > maxControlBytes || !isLast)) return "broken";
  const lengthBytes = short === 127 ? 8 : short === 126 ? 2 : 0;
  const maskAt = shortestHeader + lengthBytes;
  if (bytes.length < maskAt) return maskAt;
  const length =
    lengthBytes === 8 ? Number(bytes.readBigUInt64BE(2)) : lengthBytes === 2 ? bytes.readUInt16BE(2) : short;
  return { isLast, opcode, maskAt, size: maskAt + 4 + length };
}

function payloadOf(bytes: Buffer, { maskAt, size }: Header): Buffer {
  const mask = bytes.subarray(maskAt, maskAt + 4);
  const payload = Buffer.from(bytes.subarray(maskAt + 4, size));
  for (let at = 0; at < payload.length; at++) payload[at] = (payload[at] ?? 0) ^ (mask[at % 4] ?? 0);
  return payload;
}

/** A frame without a mask, as servers send it. */
function encodeFrame(opcode: number, payload: Buffer): Buffer {
  const { length } = payload;
  const long = length > 65_535;
  const header = Buffer.alloc(length <= maxControlBytes ? 2 : long ? 10 : 4);
  header.writeUInt8(0x80 | opcode, 0);
  if (length <= maxControlBytes) header.writeUInt8(length, 1);
  else if (long) {
    header.writeUInt8(127, 1);
    header.writeBigUInt64BE(BigInt(length), 2);
  } else {
    header.writeUInt8(126, 1);
    header.writeUInt16BE(length, 2);
  }
  return Buffer.concat([header, payload]);
}
