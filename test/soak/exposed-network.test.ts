/**
 * A Fabric network on the local cluster whose organisations are reached from outside: two by routers, one by load
 * balancers. This machine is outside. The tests build on each other, in this order.
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect as connectTcp } from "node:net";
import { connect as connectTls } from "node:tls";
import { createAsset, parseAsset, type Asset } from "../../samples/client/assets";
import { chaincodeOf } from "../../samples/client/chaincode";
import { connectGateway, type ClientIdentity, type GatewayConnection } from "../../samples/client/gateway";
import { evaluate } from "../../samples/client/transaction";
import { Assets } from "../e2e/support/assets";
import type { Cluster } from "../e2e/support/kubernetes";
import { listen, tryAll, type Party } from "../e2e/support/policy-matrix";
import { readStackFile, TestStack, type StackFile } from "../e2e/support/pulumi";
import { beginStory, endStory, inSteps } from "../e2e/support/steps";

const stackName = "e2e-exposed";
const network = "exposed";
/** In the names of the storage classes, which belong to the whole cluster. */
const storageGeneration = 904;
const chaincodeName = "asset-transfer";
const componentLabel = "fabric.component";

interface PublicEndpoint {
  name: string;
  host: string;
  port: number;
  address: string;
}

interface Outputs {
  organizations: Record<
    string,
    {
      mspId: string;
      client: Omit<ClientIdentity, "mspId">;
      gateway: { endpoint: string; tlsServerName: string; tlsCaCertificate: string };
      publicEndpoints: PublicEndpoint[];
    }
  >;
  ordererOrganizations: Record<string, { tlsCaCertificate: string; publicEndpoints: PublicEndpoint[] }>;
}

describe("a Fabric network whose organisations are reached from outside", function () {
  // Ends a hung test only: each wait inside has a condition and a limit of its own.
  this.timeout(15 * 60_000);

  const stack = new TestStack(stackName, stackFile());
  let cluster: Cluster;
  let outputs: Outputs;

  inSteps(this, `${network}-`, () => cluster);

  before(async () => {
    cluster = await beginStory(stack, `${network}-`, storageGeneration);
  });

  /** The CA of an organisation's TLS certificates, and its public names. */
  function reach(organization: string): { ca: string; endpoints: PublicEndpoint[] } {
    const ordering = outputs.ordererOrganizations[organization];
    if (ordering !== undefined) return { ca: ordering.tlsCaCertificate, endpoints: ordering.publicEndpoints };
    const { gateway, publicEndpoints } = outputs.organizations[organization]!;
    return { ca: gateway.tlsCaCertificate, endpoints: publicEndpoints };
  }

  function endpointOf(organization: string, name: string): PublicEndpoint {
    const found = reach(organization).endpoints.find((endpoint) => endpoint.name === name);
    assert.ok(found, `${organization} has no public name for ${name}`);
    return found;
  }

  /** Runs `work` as an application that knows nothing but the public name, and where it leads. */
  async function asClient<T>(
    organization: string,
    name: string,
    work: (connection: GatewayConnection) => Promise<T>,
  ): Promise<T> {
    const { mspId, client } = outputs.organizations[organization]!;
    const { host, port, address } = endpointOf(organization, name);
    const connection = connectGateway(
      { target: `${address}:${port}`, tlsServerName: host, tlsCaCertificate: reach(organization).ca },
      { mspId, ...client },
    );
    try {
      return await work(connection);
    } finally {
      connection.close();
    }
  }

  async function write({ gateway }: GatewayConnection, assetId: string): Promise<Asset> {
    const asset: Asset = { ID: assetId, Color: "blue", Size: 5, Owner: "Ana", AppraisedValue: 300 };
    await createAsset(chaincodeOf(gateway, "trade", chaincodeName), asset);
    return asset;
  }

  async function read({ gateway }: GatewayConnection, assetId: string): Promise<Asset> {
    const { contract } = chaincodeOf(gateway, "trade", chaincodeName);
    return parseAsset(await evaluate(contract, { name: "ReadAsset", arguments: [assetId] }));
  }

  it("comes up, is proven by the sample client, and changes nothing by a second `up`", async () => {
    await stack.up();
    outputs = (await stack.outputs()).fabric as Outputs;
    await new Assets(stackName, chaincodeName).verify();
    await stack.up("--expect-no-changes");
  });

  it("takes transactions from outside under each public name of its peers", async () => {
    for (const organization of ["org1", "org2"]) {
      for (const { name, host } of reach(organization).endpoints) {
        const asset = await asClient(organization, name, (client) => write(client, `by-${host}`));
        assert.deepEqual(await asClient(organization, name, (client) => read(client, asset.ID)), asset);
      }
    }
    assert.equal(outputs.organizations.org1?.gateway.endpoint, "gateway.org1.example.com:443");
  });

  it("leads each name to its own node, whose certificate it is, so that nothing between ends TLS", async () => {
    const served: Record<string, string | undefined> = {};
    for (const organization of ["orderer", "org1", "org2"]) {
      const { ca, endpoints } = reach(organization);
      for (const { name, host, port, address } of endpoints) {
        if (name === "gateway") continue;
        served[host] = await commonName({ host: address, port, servername: host, ca });
      }
    }
    assert.deepEqual(served, {
      "orderer0.orderer.example.com": "orderer0.orderer",
      "orderer1.orderer.example.com": "orderer1.orderer",
      "orderer2.orderer.example.com": "orderer2.orderer",
      "peer0.org1.example.com": "peer0.org1",
      "peer1.org1.example.com": "peer1.org1",
      "peer0.org2.example.com": "peer0.org2",
    });
  });

  it("refuses names that its organisation does not have, and clients that name none", async () => {
    const { ca } = reach("org1");
    const { address: host, port } = endpointOf("org1", "gateway");
    for (const servername of ["orderer0.orderer.example.com", "peer0.exposed-org1.svc.cluster.local", ""]) {
      await assert.rejects(commonName({ host, port, servername, ca }), /disconnected before secure TLS|ECONNRESET/);
    }
  });

  it("loses no acknowledged transaction while pods of its router go one after the other", async () => {
    const acknowledged: Asset[] = [];
    await asClient("org1", "gateway", async (client) => {
      const pods = await cluster.pods(`${network}-org1`, `${componentLabel}=router`);
      assert.equal(pods.length, 2);
      for (const pod of pods) {
        let isReplaced = false;
        const replaced = cluster.replacePod(pod, `${componentLabel}=router`).finally(() => (isReplaced = true));
        do acknowledged.push(await write(client, `while-away-${acknowledged.length}`));
        while (!isReplaced);
        await replaced;
      }
    });
    assert.ok(acknowledged.length > 2, `only ${acknowledged.length}`);
    await asClient("org2", "gateway", async (client) => {
      for (const asset of acknowledged) assert.deepEqual(await read(client, asset.ID), asset);
    });
  });

  it("lets the router to the nodes of its organisation, and nobody else from outside", async () => {
    const hosts = ["node-1", "node-2", "node-3"];
    const strangers = await listen(cluster, "stranger", `${network}-stranger`, hosts, {});
    const members = (await cluster.pods(`${network}-`, componentLabel)).map((pod): Party => {
      const organization = pod.metadata?.namespace?.slice(`${network}-`.length);
      return { kind: `${organization}/${pod.metadata?.labels?.[componentLabel]}`, pod };
    });
    const targets = members.filter(({ kind }) => ["orderer/orderer", "org1/peer", "org1/router"].includes(kind));
    const firstOf = (kind: string) => [...members, ...strangers].find((party) => party.kind === kind)!;
    const sources = ["orderer/router", "org1/router", "stranger"].map(firstOf);
    const attempts = await tryAll(cluster, sources, targets, [7050, 7051, 7053, 7443, 8443, 9443]);
    assert.deepEqual(
      attempts.filter(({ connected }) => connected).map(({ from, to, port }) => `${from} > ${to}:${port}`),
      ["orderer/router > orderer/orderer:7050", "org1/router > org1/peer:7051"],
    );
    // This machine is in a network that the router admits, and stands beside the pods: it reaches their own addresses.
    const peer = firstOf("org1/peer").pod.status?.podIP ?? "";
    const router = firstOf("org1/router").pod.status?.podIP ?? "";
    assert.deepEqual([await isOpen(router, 7443), await isOpen(peer, 7051)], [true, false]);
    await cluster.core.deleteNamespace({ name: `${network}-stranger` });
  });

  it("leaves nothing after `destroy`", async () => {
    await endStory(stack);
  });
});

/** Connects by TLS, checks the certificate, and resolves with its subject's common name. */
async function commonName(options: { host: string; port: number; servername: string; ca: string }): Promise<string> {
  const socket = connectTls({ ...options, ALPNProtocols: ["h2"], timeout: 10_000 });
  socket.once("timeout", () => socket.destroy(new Error(`no answer from ${options.host}:${options.port}`)));
  try {
    await once(socket, "secureConnect");
    return String(socket.getPeerCertificate().subject.CN);
  } finally {
    socket.destroy();
  }
}

async function isOpen(host: string, port: number): Promise<boolean> {
  const socket = connectTcp({ host, port, timeout: 10_000 });
  socket.once("timeout", () => socket.destroy(new Error("no answer")));
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

function stackFile(): StackFile {
  const file = readStackFile("local-exposed");
  (file.config["blockchain-clusters:network"] as { name?: string }).name = network;
  file.config["blockchain-clusters:storage"] = { generation: storageGeneration };
  return file;
}
