/** The same network without a cluster: plain processes on loopback, with the sample chaincode. */
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { blockDataHash } from "../../ledger/fabric/genesis";
import { chaincodeOf, type Chaincode } from "../../samples/client/chaincode";
import { paths as clusterPaths } from "../../local-cluster/settings";
import { chaincode } from "../../provider/fabric/resources/chaincode";
import { channel } from "../../provider/fabric/resources/channel";
import type { Preset } from "../../config/fabric/preset";
import { channelMembership } from "../../provider/fabric/resources/channel-membership";
import { connectGateway } from "../../samples/client/gateway";
import { LoopbackFabric, type LoopbackOrganization } from "../../test/support/loopback-fabric";
import { testOperation } from "../../test/support/operation";
import { freePorts, ManagedProcess } from "../../test/support/processes";
import { paths } from "../../tools/paths";
import { chaincodeName, channelName, endorsementPolicy, withPreset, type LoadTarget } from "./network";

/** The sample chaincode, built for its image. */
const chaincodeServer = join(clusterPaths.images, "work", "asset-transfer", "dist", "server.js");
const organizationNames = ["org1", "org2"];
const startTimeoutMs = 30_000;

export class LoopbackNetwork implements LoadTarget {
  private constructor(
    readonly name: string,
    private readonly directory: string,
    private readonly fabric: LoopbackFabric,
    private readonly servers: ManagedProcess[],
  ) {}

  /**
   * Starts everything and deploys the chaincode.
   *
   * @param preset of the stack file. Default: none.
   */
  static async start(preset?: Preset): Promise<LoopbackNetwork> {
    const directory = mkdtempSync(join(tmpdir(), "bench-fabric-"));
    const fabric = await LoopbackFabric.create({
      directory,
      binaries: paths.bin,
      orderers: 3,
      organizations: [
        { name: "org1", mspId: "Org1MSP", peers: 2 },
        { name: "org2", mspId: "Org2MSP", peers: 2 },
      ],
      preset,
    });
    const network = new LoopbackNetwork(withPreset("plain processes", preset), directory, fabric, []);
    fabric.start();
    await network.deploy().catch(async (error: unknown) => {
      await network.stop();
      throw error;
    });
    return network;
  }

  async stop(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.stop()));
    await this.fabric.stop();
    rmSync(this.directory, { recursive: true });
  }

  processes(): Promise<number[]> {
    return Promise.resolve([...this.fabric.processes, ...this.servers].flatMap(({ pid }) => pid ?? []));
  }

  async withChaincode<T>(work: (chaincode: Chaincode) => Promise<T>): Promise<T> {
    const { administrator, peers } = this.fabric.organization("org1");
    const address = peers[0]?.address;
    if (address === undefined) throw new Error("org1 has no peer");
    const { port, host, tlsCaCertificates } = address;
    const connection = connectGateway(
      { target: `127.0.0.1:${port}`, tlsServerName: host, tlsCaCertificate: tlsCaCertificates },
      administrator,
    );
    try {
      return await work(chaincodeOf(connection.gateway, channelName, chaincodeName));
    } finally {
      connection.close();
    }
  }

  private async deploy(): Promise<void> {
    const { context } = testOperation();
    const config = this.fabric.channelConfig(channelName);
    const { state } = await channel.create(
      {
        config,
        orderers: this.fabric.orderers.map(({ address }) => address),
        administrators: this.fabric.administrators,
        allowDelete: false,
        peers: [],
        restart: false,
      },
      context,
    );
    const genesisHash = blockDataHash(state.genesisBlock);
    for (const name of organizationNames) await this.joinAll(this.fabric.organization(name), genesisHash);
    await chaincode.create(
      {
        channelId: channelName,
        name: chaincodeName,
        version: "1.0",
        endorsementPolicy,
        initRequired: false,
        organizations: await Promise.all(organizationNames.map((name) => this.serveChaincode(name))),
      },
      context,
    );
  }

  private async joinAll({ peers, administrator }: LoopbackOrganization, genesisHash: string): Promise<void> {
    const orderers = this.fabric.orderers.map(({ address }) => address);
    const inputs = { channelId: channelName, genesisHash, orderers, administrator };
    await Promise.all(
      peers.map(({ address }) => channelMembership.create({ ...inputs, peer: address }, testOperation().context)),
    );
  }

  /** Starts the organisation's own chaincode server. */
  private async serveChaincode(organization: string) {
    const [port = 0] = await freePorts(1);
    const packaged = this.fabric.chaincodePackage(`${chaincodeName}_${organization}`, `127.0.0.1:${port}`);
    const server = new ManagedProcess({
      name: `${organization}/${chaincodeName}`,
      command: process.execPath,
      args: [chaincodeServer],
      env: {
        NODE_ENV: "production",
        CHAINCODE_ID: packaged.packageId,
        CHAINCODE_SERVER_ADDRESS: `127.0.0.1:${port}`,
      },
      logFile: join(this.directory, `${organization}-chaincode.txt`),
    });
    this.servers.push(server);
    server.start();
    await untilOpen(port, server);
    return this.fabric.chaincodeOrganization(organization, packaged);
  }
}

/** Waits until the port is open. @throws when the server ends, or after half a minute. */
async function untilOpen(port: number, server: ManagedProcess): Promise<void> {
  const end = performance.now() + startTimeoutMs;
  while (performance.now() < end && server.pid !== undefined) {
    const socket = connect(port, "127.0.0.1");
    const isOpen = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isOpen) return;
    await pause(50);
  }
  throw new Error(`${server.spec.name} does not listen on port ${port}:\n${server.log()}`);
}
