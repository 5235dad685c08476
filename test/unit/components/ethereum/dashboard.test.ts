/** The dashboard, called by nodes and people. End-to-end tests show that real clients report to it. */
import assert from "node:assert/strict";
import { once } from "node:events";
import type { Server } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { WebSocket } from "ws";
import { maxNodes, NodeRegistry, type NodeReport } from "../../../../components/ethereum/dashboard/registry";
import { createDashboard } from "../../../../components/ethereum/dashboard/server";

const secret = "of nodes";
const block = {
  number: 7,
  hash: "0xab",
  timestamp: "0x5b3d92d7",
  miner: "0x12",
  gasUsed: 21000,
  gasLimit: 100,
  transactions: [{ hash: "0x1" }, { hash: "0x2" }],
};

function connectionsOf(server: Server): Promise<number> {
  return new Promise((resolve, reject) =>
    server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
  );
}

describe("the dashboard of nodes", () => {
  let server: Server;
  let registry: NodeRegistry;

  beforeEach(async () => {
    registry = new NodeRegistry();
    server = createDashboard({ secret, page: "<p>page</p>", registry });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  });

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const port = (): number => (server.address() as AddressInfo).port;
  const get = (path: string): Promise<Response> => fetch(`http://127.0.0.1:${port()}${path}`);
  const nodes = async (): Promise<NodeReport[]> => (await (await get("/nodes")).json()) as NodeReport[];

  /** A node that has introduced itself; the server's answer, or undefined after a closed connection. */
  async function join(id: unknown, given: unknown = secret): Promise<{ node: WebSocket; answer: unknown }> {
    const node = new WebSocket(`ws://127.0.0.1:${port()}/api`);
    await once(node, "open");
    const answer = Promise.race([once(node, "message"), once(node, "close").then(() => undefined)]);
    node.send(JSON.stringify({ emit: ["hello", { id, info: { node: "Geth/v1.13.15" }, secret: given }] }));
    const [data] = ((await answer) as [Buffer] | undefined) ?? [];
    return { node, answer: data === undefined ? undefined : (JSON.parse(data.toString()) as unknown) };
  }

  /** Sends a message, and resolves when the server has read it: the server answers pings in order. */
  async function tell(node: WebSocket, ...emit: unknown[]): Promise<unknown> {
    node.send(JSON.stringify({ emit }));
    node.send(JSON.stringify({ emit: ["node-ping", { id: "a", clientTime: "now" }] }));
    const [data] = (await once(node, "message")) as [Buffer];
    return JSON.parse(data.toString()) as unknown;
  }

  it("shows what a node with the secret reports", async () => {
    const { node, answer } = await join("signer0");
    assert.deepEqual(answer, { emit: ["ready"] });
    await tell(node, "block", { id: "signer0", block });
    await tell(node, "pending", { id: "signer0", stats: { pending: 3 } });
    await tell(node, "stats", { id: "signer0", stats: { active: true, mining: true, syncing: false, peers: 4 } });
    const pong = await tell(node, "latency", { id: "signer0", latency: "12" });
    assert.deepEqual(pong, { emit: ["node-pong", { id: "a", clientTime: "now" }] });
    const [{ lastSeen, ...shown }] = (await nodes()) as [NodeReport];
    assert.ok(Math.abs(Date.now() - lastSeen) < 60_000);
    assert.deepEqual(shown, {
      name: "signer0",
      client: "Geth/v1.13.15",
      isConnected: true,
      block: {
        number: 7,
        timestamp: 0x5b3d92d7,
        hash: "0xab",
        transactions: 2,
        gasUsed: 21000,
        gasLimit: 100,
        producer: "0x12",
      },
      pending: 3,
      latency: 12,
      peers: 4,
      isSealing: true,
    });
    node.terminate();
  });

  it("shows Besu's nodes by the name they were given, not by their public key", () => {
    const id = "ab".repeat(64);
    const hello = (name: unknown) => ({ id, info: { name, node: "besu/v26.9.0" } });
    assert.equal(registry.connect(hello("validator0-0")), "validator0-0");
    assert.equal(registry.connect(hello("")), id);
    assert.equal(registry.connect(hello(5)), id);
  });

  it("refuses nodes without the secret or without a name", async () => {
    assert.equal((await join("stranger", "guess")).answer, undefined);
    assert.equal((await join("stranger", null)).answer, undefined);
    assert.equal((await join("")).answer, undefined);
    assert.equal((await join(5)).answer, undefined);
    assert.deepEqual(await nodes(), []);
  });

  it("listens to no report before the secret", async () => {
    registry.connect({ id: "signer0" });
    const node = new WebSocket(`ws://127.0.0.1:${port()}/api`);
    await once(node, "open");
    node.send(JSON.stringify({ emit: ["block", { id: "signer0", block }] }));
    await once(node, "close");
    assert.equal((await nodes())[0]?.block, undefined);
  });

  it("keeps a node that went on the list, since that is what one wants to see", async () => {
    const { node } = await join("signer0");
    node.terminate();
    await once(node, "close");
    let list = await nodes();
    while (list[0]?.isConnected) list = await nodes();
    assert.deepEqual(
      list.map(({ name, isConnected }) => [name, isConnected]),
      [["signer0", false]],
    );
    assert.deepEqual((await join("signer0")).answer, { emit: ["ready"] });
    assert.equal((await nodes())[0]?.isConnected, true);
  });

  it("takes messages of any size below its limit, in one frame or several", async () => {
    const { node } = await join("signer0");
    const hash = "0x".padEnd(100_000, "1");
    await tell(node, "block", { block: { ...block, number: 8, hash } });
    assert.equal((await nodes())[0]?.block?.number, 8);
    const text = JSON.stringify({ emit: ["block", { block: { ...block, number: 9 } }] });
    node.send(text.slice(0, 20), { fin: false });
    node.send(text.slice(20), { fin: true });
    await tell(node, "other", {});
    assert.equal((await nodes())[0]?.block?.number, 9);
    node.terminate();
  });

  it("lives on after messages that are no reports", async () => {
    const { node } = await join("signer0");
    for (const text of ["", "[]", "{", '{"emit":5}', '{"emit":["block",null]}', '{"emit":["stats",{"stats":7}]}']) {
      node.send(text);
    }
    await tell(node, "block", { block: { number: {}, timestamp: [] } });
    assert.equal((await nodes())[0]?.block, undefined);
    node.terminate();
  });

  it("hangs up on bytes that are no WebSocket frames", async () => {
    const socket = connect(port(), "127.0.0.1");
    const request = [
      "GET /api HTTP/1.1",
      "Host: x",
      "Upgrade: websocket",
      "Connection: Upgrade",
      "Sec-WebSocket-Key: x",
    ];
    socket.write(`${request.join("\r\n")}\r\n\r\n`);
    await once(socket, "data");
    socket.write(Buffer.from([0x81, 0x05, 1, 2, 3, 4, 5]));
    await once(socket, "close");
    assert.equal((await get("/")).status, 200);
  });

  /** Bytes of a client's upgrade request. */
  const upgrade = (path: string, ...more: string[]): string =>
    [`GET ${path} HTTP/1.1`, "Host: x", "Upgrade: websocket", "Connection: Upgrade", ...more, "", ""].join("\r\n");

  /** A connection that has sent `bytes`. */
  async function dial(bytes: string): Promise<Socket> {
    const socket = connect(port(), "127.0.0.1");
    await once(socket, "connect");
    socket.on("error", () => undefined);
    await new Promise((resolve) => socket.write(bytes, resolve));
    return socket;
  }

  /** A text frame with a mask of zeros. */
  function frame(length: number, payload: Buffer): Buffer {
    const header = Buffer.alloc(14);
    header.writeUInt8(0x81, 0);
    header.writeUInt8(0x80 | 127, 1);
    header.writeBigUInt64BE(BigInt(length), 2);
    return Buffer.concat([header, payload]);
  }

  it("survives connections that are reset in the middle of any upgrade", async () => {
    const requests = [
      upgrade("/other", "Sec-WebSocket-Key: x"),
      upgrade("/api"),
      upgrade("/api", "Sec-WebSocket-Key: x"),
    ];
    for (const request of requests) {
      for (let time = 0; time < 20; time++) (await dial(request)).resetAndDestroy();
      assert.equal((await get("/")).status, 200);
    }
  });

  it("hangs up on requests it refuses, though the other side does not", async () => {
    const socket = connect({ port: port(), host: "127.0.0.1", allowHalfOpen: true });
    socket.write(upgrade("/other"));
    const [answer] = (await once(socket, "data")) as [Buffer];
    assert.match(answer.toString(), /^HTTP\/1\.1 404/);
    await once(socket, "end");
    while ((await connectionsOf(server)) > 0) await new Promise(setImmediate);
    socket.destroy();
  });

  it("refuses long messages before the sender's introduction", async () => {
    const socket = await dial(upgrade("/api", "Sec-WebSocket-Key: x"));
    await once(socket, "data");
    socket.resume().write(frame(5000, Buffer.alloc(10)));
    await new Promise((resolve) => socket.once("close", resolve));
  });

  it("refuses messages of endless small pieces, and sends no pongs to clients that do not read", async () => {
    const pieces = await dial(upgrade("/api", "Sec-WebSocket-Key: x"));
    await once(pieces, "data");
    const piece = Buffer.from([0x01, 0x80, 0, 0, 0, 0]);
    pieces.resume().write(Buffer.concat(Array<Buffer>(100).fill(piece)));
    await new Promise((resolve) => pieces.once("close", resolve));

    const deaf = await dial(upgrade("/api", "Sec-WebSocket-Key: x"));
    await once(deaf, "data");
    deaf.pause();
    const pings = Buffer.concat(Array<Buffer>(1000).fill(Buffer.from([0x89, 0xfd, 0, 0, 0, 0, ...Buffer.alloc(125)])));
    const closed = new Promise((resolve) => deaf.once("close", resolve));
    const feed = (): void => void (deaf.write(pings) ? setImmediate(feed) : deaf.once("drain", feed));
    feed();
    await closed;
  });

  it("takes what a node sends together with its upgrade request", async () => {
    const text = JSON.stringify({ emit: ["hello", { id: "eager", secret }] });
    const socket = connect(port(), "127.0.0.1");
    const request = Buffer.from(upgrade("/api", "Sec-WebSocket-Key: x"));
    socket.write(Buffer.concat([request, frame(text.length, Buffer.from(text))]));
    socket.resume();
    while ((await nodes()).length === 0) await new Promise(setImmediate);
    socket.destroy();
  });

  it("takes a large message in many pieces in a time that grows with its size alone", async () => {
    const { node } = await join("signer0");
    const text = JSON.stringify({ emit: ["block", { block: { ...block, number: 10, hash: "1".repeat(14_000_000) } }] });
    const start = performance.now();
    await tell(node, "latency", { latency: 1 });
    node.send(text);
    await tell(node, "latency", { latency: 2 });
    assert.equal((await nodes())[0]?.block?.number, 10);
    // Joining each of some 220 pieces to all before would copy 1.5 GB.
    assert.ok(performance.now() - start < 5000, `${performance.now() - start} ms`);
    node.terminate();
  });

  it("holds no more connections than it has memory for", () => {
    assert.equal(server.maxConnections, 2 * maxNodes);
  });

  it("has a page for people, and says what else there is", async () => {
    const page = await get("/");
    assert.equal(await page.text(), "<p>page</p>");
    assert.match(page.headers.get("content-security-policy") ?? "", /default-src 'self'/);
    assert.equal((await get("/other")).status, 404);
    assert.equal((await fetch(`http://127.0.0.1:${port()}/nodes`, { method: "POST" })).status, 405);
    const stray = new WebSocket(`ws://127.0.0.1:${port()}/other`);
    const [error] = (await once(stray, "error")) as [Error];
    assert.match(error.message, /404/);
  });

  it("keeps no more names than a network has nodes", () => {
    const full = new NodeRegistry();
    for (let index = 0; index < maxNodes; index++) full.connect({ id: `node-${index}` });
    assert.equal(full.connect({ id: "one-more" }), undefined);
    assert.equal(full.connect({ id: "node-5" }), "node-5");
    assert.equal(full.list().length, maxNodes);
  });
});
