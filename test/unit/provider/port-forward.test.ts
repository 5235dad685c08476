/** Connections to pods, with a stand-in for the Kubernetes API. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { createNodeAccess } from "../../../provider/kubernetes/create-node-access";
import type { Route } from "../../../provider/kubernetes/dialer";
import { createPortForwardDialer } from "../../../provider/kubernetes/port-forward";
import { ownerIn, ownerOf } from "../../../provider/kubernetes/socket-owner";
import { StubKubernetes } from "../../support/stub-kubernetes";

const node = {
  name: "org1/peer0",
  mspId: "Org1MSP",
  namespace: "org1",
  pod: "peer0-0",
  host: "peer0",
  port: 7051,
  tlsCaCertificates: "",
};
const timeMs = 20_000;
/** More than a WebSocket frame or a socket buffer holds. */
const manyBytes = 3_000_000;

describe("port-forward", function () {
  this.timeout(timeMs);
  let echo: Server;
  let kubernetes: StubKubernetes;
  let route: Route | undefined;

  beforeEach(async () => {
    echo = createServer((socket) => socket.pipe(socket)).listen(0, "127.0.0.1");
    await once(echo, "listening");
    kubernetes = await StubKubernetes.start();
  });

  afterEach(async () => {
    await route?.close();
    route = undefined;
    await kubernetes.close();
    echo.close();
  });

  function setPod(isReady: boolean): void {
    kubernetes.setPod("org1", "peer0-0", { isReady, ports: { 7051: (echo.address() as AddressInfo).port } });
  }

  async function dial(status: (message: string) => void = () => undefined): Promise<Route> {
    route = await createNodeAccess(kubernetes.kubeconfig).dialer.dial(node, 7051, {
      signal: AbortSignal.timeout(timeMs),
      status,
    });
    return route;
  }

  function open({ host, port }: Route): Socket {
    return connect(port, host);
  }

  async function echoed(socket: Socket, bytes: Buffer): Promise<number> {
    let received = 0;
    socket.write(bytes);
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      received += chunk.length;
      if (received >= bytes.length) break;
    }
    return received;
  }

  it("waits for the pod by a watch and says what the pod waits for", async () => {
    const said: string[] = [];
    const dialing = dial((message) => said.push(message));
    await kubernetes.watched("org1", "peer0-0");
    setPod(false);
    setPod(true);
    const { length } = Buffer.from("hello");
    assert.equal(await echoed(open(await dialing), Buffer.from("hello")), length);
    assert.deepEqual(said, [
      "waiting for pod org1/peer0-0: it does not exist yet",
      "waiting for pod org1/peer0-0: container node runs but is not ready (restarts: 0)",
    ]);
  });

  it("carries much data and several connections over one listener", async () => {
    setPod(true);
    const there = await dial();
    const sizes = await Promise.all([1, 2, 3].map(() => echoed(open(there), Buffer.alloc(manyBytes, 7))));
    assert.deepEqual(sizes, [manyBytes, manyBytes, manyBytes]);
    assert.equal(kubernetes.forwards, 3);
  });

  it("ends a connection to a port that is closed in the pod and connects again when it is open", async () => {
    setPod(true);
    const there = await dial();
    const { port } = echo.address() as AddressInfo;
    kubernetes.setPod("org1", "peer0-0", { isReady: true, ports: { 7051: 1 } });
    const refused = open(there);
    refused.on("error", () => undefined);
    await once(refused, "close");
    assert.equal(there.failure?.(), undefined);
    kubernetes.setPod("org1", "peer0-0", { isReady: true, ports: { 7051: port } });
    assert.equal(await echoed(open(there), Buffer.from("again")), 5);
  });

  it("closes connections of other users of the machine, since programs in the pod trust loopback", async () => {
    setPod(true);
    const self = process.getuid!();
    const options = { signal: AbortSignal.timeout(timeMs), status: () => undefined };
    route = await createPortForwardDialer(kubernetes.kubeconfig, self + 1).dial(node, 7051, options);
    const stranger = open(route);
    stranger.on("error", () => undefined).write("vote");
    await new Promise((resolve) => stranger.once("close", resolve));
    assert.equal(kubernetes.forwards, 0);
  });

  it("knows the owner of a connection from the system's table of connections", async () => {
    const client = connect((echo.address() as AddressInfo).port, "127.0.0.1");
    const [socket] = (await once(echo, "connection")) as [Socket];
    assert.equal(await ownerOf(socket), process.getuid!());
    client.destroy();
    const row = "1: 0100007F:D431 0100007F:1B8B 01 00000000:00000000 00:00000000 00000000  1000        0 1 1 0";
    const ends = { remotePort: 0xd431, localPort: 0x1b8b };
    assert.equal(ownerIn(row, ends), 1000);
    assert.equal(ownerIn(row.replace(" 01 ", " 04 "), ends), "nobody");
    assert.equal(ownerIn(row.replaceAll("0100007F", "0000000000000000FFFF00000100007F"), ends), 1000);
    assert.equal(ownerIn(row, { remotePort: 0x1b8b, localPort: 0xd431 }), undefined);
  });

  it("distinguishes a missing pod from one that is not ready", async () => {
    const dialer = createNodeAccess(kubernetes.kubeconfig).dialer;
    assert.equal(await dialer.presence(node, AbortSignal.timeout(timeMs)), "absent");
    setPod(false);
    assert.equal(await dialer.presence(node, AbortSignal.timeout(timeMs)), "present");
  });

  it("does not wait for a pod that is gone, or goes, where leaving is all there is to do", async () => {
    const options = { signal: AbortSignal.timeout(timeMs), status: () => undefined, absentPods: "refuse" as const };
    const dialer = createNodeAccess(kubernetes.kubeconfig).dialer;
    await assert.rejects(dialer.dial(node, 7051, options), { name: "AbsentNodeError" });
    setPod(false);
    const dialing = dialer.dial(node, 7051, options);
    await kubernetes.watched("org1", "peer0-0");
    kubernetes.removePod("org1", "peer0-0");
    await assert.rejects(dialing, { name: "AbsentNodeError", message: /there is no pod org1\/peer0-0/ });
  });

  it("names the missing right when the API refuses, and does not ask for ever", async () => {
    setPod(true);
    const there = await dial();
    kubernetes.refuseWith = 403;
    const refused = open(there);
    refused.on("error", () => undefined);
    await once(refused, "close");
    assert.match(
      there.failure?.() ?? "",
      /refused to forward a port to pod org1\/peer0-0 .*create on pods\/portforward/,
    );
    await assert.rejects(createNodeAccess(kubernetes.kubeconfig).dialer.presence(node, AbortSignal.timeout(timeMs)), {
      message: /node org1\/peer0: the Kubernetes API answered 403 .*get, list and watch on pods/,
    });
  });

  it("says that a provider without a kubeconfig reaches no node", async () => {
    await assert.rejects(createNodeAccess(undefined).dialer.presence(node, AbortSignal.timeout(timeMs)), {
      message: /node org1\/peer0: this ledger provider was given no kubeconfig/,
    });
  });
});
