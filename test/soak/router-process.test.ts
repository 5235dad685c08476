/**
 * The router's configuration in a real HAProxy, before real peers, as processes on loopback. `exposed-network.test.ts` has
 * the rest: pods, policies, load balancers.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildRouterConfig, routerHealthPath } from "../../components/fabric/specs/router-config";
import { ports } from "../../components/fabric/names";
import { NotYet, waitUntil } from "../../provider/framework/wait";
import { chaincode } from "../../provider/fabric/resources/chaincode";
import { blockDataHash } from "../../ledger/fabric/genesis";
import { channel } from "../../provider/fabric/resources/channel";
import { channelMembership } from "../../provider/fabric/resources/channel-membership";
import { connectGateway } from "../../samples/client/gateway";
import { paths } from "../../tools/paths";
import { invoke, query } from "../support/gateway";
import { LoopbackFabric, type LoopbackOrganization } from "../support/loopback-fabric";
import { testOperation } from "../support/operation";
import { freePorts, ManagedProcess } from "../support/processes";
import { TinyChaincode } from "../support/tiny-chaincode";

const channelName = "trade";

describe("a router before real peers", function () {
  this.timeout(180_000);

  const server = new TinyChaincode();
  let directory: string;
  let fabric: LoopbackFabric;
  let router: ManagedProcess;
  let health: string;
  let own: LoopbackOrganization;
  let outside: LoopbackOrganization;

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "router-"));
    const organizations = [{ name: "org1", mspId: "Org1MSP", peers: 1 }];
    fabric = await LoopbackFabric.create({ directory, binaries: paths.bin, orderers: 1, organizations });
    fabric.start();
    own = fabric.organization("org1");
    const [chaincodePort = 0, routerPort = 0, healthPort = 0] = await freePorts(3);
    await deploy(chaincodePort);
    router = startRouter(routerPort, healthPort);
    health = `http://127.0.0.1:${healthPort}${routerHealthPath}`;
    await until("the router", isHealthy);
    outside = through(routerPort, "localhost");
  });

  after(async () => {
    await router?.stop();
    server.close();
    await fabric?.stop();
    rmSync(directory, { recursive: true });
  });

  /** Makes a channel with a chaincode on it. */
  async function deploy(port: number): Promise<void> {
    const { context } = testOperation();
    const tiny = fabric.chaincodePackage("tiny_1.0", `127.0.0.1:${port}`);
    server.packageId = tiny.packageId;
    await server.listen(port);
    const { state } = await channel.create(
      {
        config: fabric.channelConfig(channelName),
        orderers: fabric.orderers.map(({ address }) => address),
        administrators: fabric.administrators,
        allowDelete: false,
        peers: [],
        restart: false,
      },
      context,
    );
    const [peer] = own.peers;
    assert.ok(peer);
    const genesisHash = blockDataHash(state.genesisBlock);
    const orderers = fabric.orderers.map(({ address }) => address);
    const { administrator } = own;
    await channelMembership.create(
      { channelId: channelName, genesisHash, orderers, peer: peer.address, administrator },
      context,
    );
    const definition = { channelId: channelName, name: "tiny", version: "1.0", initRequired: false };
    await chaincode.create({ ...definition, organizations: [fabric.chaincodeOrganization("org1", tiny)] }, context);
  }

  /** Starts HAProxy with ports of its own; certificates of nodes on loopback have the one name localhost. */
  function startRouter(routerPort: number, healthPort: number): ManagedProcess {
    const address = `127.0.0.1:${own.peers[0]?.address.port}`;
    const text = buildRouterConfig([{ name: "peer0", host: "localhost", address }])
      .replace(`:${ports.router.tls}`, `127.0.0.1:${routerPort}`)
      .replace(`:${ports.router.health}`, `127.0.0.1:${healthPort}`);
    const file = join(directory, "haproxy.cfg");
    writeFileSync(file, text);
    const logFile = join(directory, "haproxy.log");
    const command = { name: "router", command: "/usr/sbin/haproxy", args: ["-db", "-f", file], env: {}, logFile };
    const started = new ManagedProcess(command);
    started.start();
    return started;
  }

  async function isHealthy(): Promise<boolean> {
    return (await fetch(health).catch(() => undefined))?.ok === true;
  }

  async function until(waitingFor: string, condition: () => Promise<boolean>): Promise<void> {
    const ask = async () => (await condition()) || new NotYet("not yet");
    await waitUntil(ask, { signal: AbortSignal.timeout(30_000), waitingFor, status: () => undefined });
  }

  /** The organisation as it looks through the router, to a client that asks for `host`. */
  function through(port: number, host: string): LoopbackOrganization {
    return { ...own, peers: own.peers.map((peer) => ({ ...peer, address: { ...peer.address, port, host } })) };
  }

  it("takes transactions, and gives a value back", async () => {
    await invoke(outside, channelName, "tiny", ["put", "key", "value"], ["Org1MSP"]);
    assert.equal(await query(outside, channelName, "tiny", ["get", "key"]), "value");
  });

  it("refuses a name that it does not have", async () => {
    const port = outside.peers[0]?.address.port ?? 0;
    await assert.rejects(
      query(through(port, "peer0.org2.example.com"), channelName, "tiny", ["get", "key"]),
      /UNAVAILABLE/,
    );
  });

  it("serves connections that it has after the signal that stops it, takes no new ones, and ends with the last", async () => {
    const { port, host, tlsCaCertificates } = outside.peers[0]!.address;
    const connection = connectGateway(
      { target: `127.0.0.1:${port}`, tlsServerName: host, tlsCaCertificate: tlsCaCertificates },
      own.administrator,
    );
    try {
      const contract = connection.gateway.getNetwork(channelName).getContract("tiny");
      const get = async () => Buffer.from(await contract.evaluateTransaction("get", "key")).toString();
      assert.equal(await get(), "value");
      process.kill(router.pid!, "SIGUSR1");
      await until("the end of the health check", async () => !(await isHealthy()));
      assert.equal(await get(), "value");
      await assert.rejects(query(outside, channelName, "tiny", ["get", "key"]), /UNAVAILABLE/);
      assert.notEqual(router.pid, undefined);
    } finally {
      connection.close();
    }
    await until("the router's end", async () => router.pid === undefined);
  });
});
