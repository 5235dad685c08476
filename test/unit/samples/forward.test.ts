/** The samples' connections to pods, with a stand-in for the Kubernetes API. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { forwarder, type Route } from "../../../samples/stack/forward";
import { StubKubernetes } from "../../support/stub-kubernetes";

describe("samples: forwarded ports", () => {
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

  const portOf = (server: Server): number => (server.address() as AddressInfo).port;
  const setPod = (isReady: boolean, port = portOf(echo)): void =>
    kubernetes.setPod("org1", "peer0-0", { isReady, ports: { 7051: port } });
  const open = async (): Promise<Route> => (route = await forwarder(kubernetes.kubeconfig)("org1", ["peer0-0"], 7051));
  const dial = ({ host, port }: Route): Socket => connect(port, host).on("error", () => undefined);

  async function answerTo(there: Route, text: string): Promise<string> {
    const socket = dial(there);
    socket.write(text);
    const [answer] = (await once(socket, "data")) as [Buffer];
    return answer.toString();
  }

  it("wait for the pod, and carry several connections", async () => {
    setPod(false);
    const opening = open();
    setPod(true);
    const there = await opening;
    assert.deepEqual(await Promise.all(["a", "b"].map((text) => answerTo(there, text))), ["a", "b"]);
  });

  it("end a connection to a port that is closed in the pod, and work again when it is open", async () => {
    setPod(true, 1);
    const there = await open();
    await once(dial(there), "close");
    setPod(true);
    assert.equal(await answerTo(there, "again"), "again");
  });

  describe("of several pods", () => {
    let other: Server;

    beforeEach(async () => {
      other = createServer((socket) => socket.end("peer1")).listen(0, "127.0.0.1");
      await once(other, "listening");
    });

    afterEach(() => other.close());

    const setOther = (isReady: boolean): void =>
      kubernetes.setPod("org1", "peer1-0", { isReady, ports: { 7051: portOf(other) } });
    const openBoth = async (): Promise<Route> =>
      (route = await forwarder(kubernetes.kubeconfig)("org1", ["peer0-0", "peer1-0"], 7051));

    it("take the next one for each connection, since the last may have fallen silent", async () => {
      setPod(true);
      setOther(true);
      const there = await openBoth();
      const answers: string[] = [];
      for (let i = 0; i < 3; i++) answers.push(await answerTo(there, "peer0"));
      assert.deepEqual(answers, ["peer0", "peer1", "peer0"]);
    });

    it("need one that is ready, and leave out those that are not", async () => {
      setPod(false);
      setOther(true);
      const there = await openBoth();
      assert.deepEqual([await answerTo(there, "a"), await answerTo(there, "b")], ["peer1", "peer1"]);
      setPod(true);
      setOther(false);
      assert.equal(await answerTo(there, "c"), "c");
    });
  });

  it("are given up at once where the API refuses, since it will again", async () => {
    kubernetes.refuseWith = 403;
    await assert.rejects(open(), { message: "the Kubernetes API answered 403 when asked for pod org1/peer0-0" });
  });

  it("break their connections when closed", async () => {
    setPod(true);
    const there = await open();
    const socket = dial(there);
    socket.write("hello");
    await once(socket, "data");
    await there.close();
    route = undefined;
    if (!socket.closed) await once(socket, "close");
  });
});
