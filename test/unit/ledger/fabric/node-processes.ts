/** Fabric nodes as processes on loopback, with TLS everywhere, for tests that need a real node's verdict. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmodSync, closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { stringify } from "yaml";
import { localMsp } from "../../../../ledger/fabric/msp";
import type { Member, Organization } from "./fixtures";
import { toolPath, writeFiles, type ReferenceTool } from "./reference-tools";

const LOOPBACK = "127.0.0.1";
const POLL_MILLISECONDS = 50;
const LOG_TAIL_CHARACTERS = 4000;

export interface Node {
  /** gRPC address, `localhost:<port>`. */
  address: string;
  port: number;
  /** Orderers: port of the channel participation API. */
  adminPort: number;
  organization: Organization;
  member: Member;
}

/** Node processes below one directory; `stop` ends every one of them. */
export class NodeProcesses {
  private readonly children: ChildProcess[] = [];

  constructor(private readonly directory: string) {}

  /** An orderer that answers its health check and carries no channel yet. */
  async startOrderer(organization: Organization, member: Member): Promise<Node> {
    const [port = 0, adminPort = 0, operationsPort = 0] = await freePorts(3);
    const home = this.createHome(organization, member);
    const tls = tlsFiles(home);
    writeFiles(home, {
      "orderer.yaml": stringify({
        General: {
          ListenAddress: LOOPBACK,
          ListenPort: port,
          TLS: { Enabled: true, ClientAuthRequired: false, ...tls },
          Cluster: {
            SendBufferSize: 100,
            ClientCertificate: tls.Certificate,
            ClientPrivateKey: tls.PrivateKey,
            RootCAs: tls.RootCAs,
          },
          BootstrapMethod: "none",
          LocalMSPDir: join(home, "msp"),
          LocalMSPID: organization.msp.mspId,
          Authentication: { TimeWindow: "15m" },
          BCCSP: { Default: "SW", SW: { Hash: "SHA2", Security: 256 } },
        },
        FileLedger: { Location: join(home, "ledger") },
        Consensus: { WALDir: join(home, "wal"), SnapDir: join(home, "snap") },
        Operations: { ListenAddress: `${LOOPBACK}:${operationsPort}` },
        Admin: {
          ListenAddress: `${LOOPBACK}:${adminPort}`,
          TLS: { Enabled: true, ClientAuthRequired: true, ClientRootCAs: tls.RootCAs, ...tls },
        },
        ChannelParticipation: { Enabled: true, MaxRequestBodySize: "1 MB" },
      }),
    });
    await this.start("orderer", [], home, operationsPort, [port, adminPort]);
    return { address: `localhost:${port}`, port, adminPort, organization, member };
  }

  /** A peer that answers its health check, has joined no channel, and installs any chaincode package. */
  async startPeer(organization: Organization, member: Member): Promise<Node> {
    const [port = 0, operationsPort = 0] = await freePorts(2);
    const home = this.createHome(organization, member);
    const builder = join(home, "builder");
    writeFiles(builder, BUILDER_SCRIPTS);
    for (const script of Object.keys(BUILDER_SCRIPTS)) {
      chmodSync(join(builder, script), 0o755);
    }
    writeFiles(home, { "core.yaml": stringify(peerConfig(home, organization, port, operationsPort, builder)) });
    await this.start("peer", ["node", "start"], home, operationsPort, [port]);
    return { address: `localhost:${port}`, port, adminPort: 0, organization, member };
  }

  /** Ends the processes and waits until they are gone. */
  async stop(): Promise<void> {
    await Promise.all(
      this.children.map(async (child) => {
        if (child.exitCode === null && child.signalCode === null) {
          child.kill("SIGKILL");
          await once(child, "exit");
        }
      }),
    );
  }

  private createHome(organization: Organization, member: Member): string {
    const home = join(this.directory, `${organization.name}-${member.name}`);
    mkdirSync(home, { recursive: true });
    const { certificate, privateKey } = member.identity;
    writeFiles(join(home, "msp"), localMsp({ msp: organization.msp, certificate, privateKey }));
    writeFiles(join(home, "tls"), {
      "cert.pem": member.tls.certificate,
      "key.pem": member.tls.privateKey,
      "ca.pem": organization.tlsCa.certificate,
    });
    return home;
  }

  /** Returns once the health check is good and the other ports, which open a little later, take connections. */
  private async start(
    tool: ReferenceTool,
    args: string[],
    home: string,
    operationsPort: number,
    ports: number[],
  ): Promise<void> {
    const log = join(home, "log");
    const output = openSync(log, "w");
    const child = spawn(toolPath(tool), args, {
      env: { ...process.env, FABRIC_CFG_PATH: home },
      stdio: ["ignore", output, output],
    });
    closeSync(output);
    this.children.push(child);
    await waitFor(`${tool} to be healthy`, async () => {
      if (child.exitCode !== null) {
        throw new Error(
          `${tool} ended with ${child.exitCode}:\n${readFileSync(log, "utf8").slice(-LOG_TAIL_CHARACTERS)}`,
        );
      }
      const isHealthy = (await get(operationsPort, "/healthz")) === 200;
      return (isHealthy && (await Promise.all(ports.map(accepts))).every(Boolean)) || undefined;
    });
  }
}

/** Repeats `check` until it gives a value. Its errors end the wait. */
export async function waitFor<T>(what: string, check: () => Promise<T | undefined>, seconds = 60): Promise<T> {
  const attempts = (seconds * 1000) / POLL_MILLISECONDS;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const value = await check();
    if (value !== undefined) {
      return value;
    }
    await delay(POLL_MILLISECONDS);
  }
  throw new Error(`waited ${seconds} seconds for ${what}`);
}

/** Joins an orderer to the channel of a block over the participation API, as `osnadmin channel join` does. */
export async function joinOrderer(node: Node, block: Uint8Array): Promise<{ status: number; body: string }> {
  const { admin, tlsCa } = node.organization;
  const boundary = "block-boundary";
  const body = Buffer.concat([
    Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; name="config-block"; filename="block"\r\n` +
        "Content-Type: application/octet-stream\r\n\r\n",
    ),
    block,
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);
  return new Promise((resolve, reject) => {
    const request = httpsRequest({
      host: LOOPBACK,
      port: node.adminPort,
      path: "/participation/v1/channels",
      method: "POST",
      headers: { "Content-Type": `multipart/form-data; boundary=${boundary}`, "Content-Length": body.length },
      ca: tlsCa.certificate,
      cert: admin.tls.certificate,
      key: admin.tls.privateKey,
    });
    request.on("error", reject);
    request.on("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }));
    });
    request.end(body);
  });
}

/** A builder that takes every package: what a test needs of chaincode as a service, without its image. */
const BUILDER_SCRIPTS = {
  "bin/detect": "#!/bin/sh\nexit 0\n",
  "bin/build": '#!/bin/sh\ncp -r "$1"/. "$3"\n',
  "bin/release": '#!/bin/sh\nmkdir -p "$2/chaincode/server"\ncp "$1/connection.json" "$2/chaincode/server/"\n',
};

function peerConfig(
  home: string,
  organization: Organization,
  port: number,
  operationsPort: number,
  builder: string,
): object {
  const address = `${LOOPBACK}:${port}`;
  return {
    peer: {
      id: "peer",
      networkId: "test",
      listenAddress: address,
      address,
      localMspId: organization.msp.mspId,
      mspConfigPath: join(home, "msp"),
      fileSystemPath: join(home, "data"),
      tls: {
        enabled: true,
        cert: { file: join(home, "tls/cert.pem") },
        key: { file: join(home, "tls/key.pem") },
        rootcert: { file: join(home, "tls/ca.pem") },
      },
      gossip: { bootstrap: address, endpoint: address, useLeaderElection: false, orgLeader: true },
      BCCSP: { Default: "SW", SW: { Hash: "SHA2", Security: 256 } },
      handlers: {
        authFilters: [{ name: "DefaultAuth" }, { name: "ExpirationCheck" }],
        decorators: [{ name: "DefaultDecorator" }],
        endorsers: { escc: { name: "DefaultEndorsement" } },
        validators: { vscc: { name: "DefaultValidation" } },
      },
      limits: { concurrency: { endorserService: 100, deliverService: 100, gatewayService: 100 } },
      discovery: { enabled: true, authCacheEnabled: true, authCacheMaxSize: 1000, authCachePurgeRetentionRatio: 0.75 },
      maxRecvMsgSize: 104857600,
      maxSendMsgSize: 104857600,
    },
    vm: { endpoint: "" },
    chaincode: {
      externalBuilders: [{ name: "any", path: builder }],
      installTimeout: "300s",
      startuptimeout: "300s",
      executetimeout: "30s",
      mode: "net",
      system: { _lifecycle: "enable", cscc: "enable", lscc: "enable", qscc: "enable" },
    },
    ledger: {
      state: { stateDatabase: "goleveldb", totalQueryLimit: 100000 },
      pvtdataStore: { collElgProcMaxDbBatchSize: 5000, collElgProcDbBatchesInterval: 1000, purgeInterval: 100 },
      snapshots: { rootDir: join(home, "snapshots") },
    },
    operations: { listenAddress: `${LOOPBACK}:${operationsPort}` },
    metrics: { provider: "disabled" },
  };
}

function tlsFiles(home: string): { Certificate: string; PrivateKey: string; RootCAs: string[] } {
  return {
    Certificate: join(home, "tls/cert.pem"),
    PrivateKey: join(home, "tls/key.pem"),
    RootCAs: [join(home, "tls/ca.pem")],
  };
}

/** Ports that are free now; taken together, so that they differ. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, LOOPBACK);
      await once(server, "listening");
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => once(server.close(), "close")));
  return ports;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, LOOPBACK);
    socket.on("error", () => resolve(false));
    socket.on("connect", () => {
      socket.destroy();
      resolve(true);
    });
  });
}

/** Status of a GET on loopback; undefined while nobody listens. */
function get(port: number, path: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const request = httpRequest({ host: LOOPBACK, port, path });
    request.on("error", () => resolve(undefined));
    request.on("response", (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.end();
  });
}
