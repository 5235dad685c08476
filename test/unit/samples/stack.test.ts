import assert from "node:assert/strict";
import { Reach } from "../../../samples/client/reach";
import { Stack, type Organization, type StackOutputs } from "../../../samples/client/stack";

const client = { certificate: "certificate", privateKey: "key" };

function organization(endpoint: string): Organization {
  return {
    mspId: "Org1MSP",
    namespace: "fabric-org1",
    gateway: { endpoint, tlsServerName: "gateway.fabric-org1.svc.cluster.local", tlsCaCertificate: "ca" },
    peers: ["peer0", "peer1"].map((name) => ({ name, host: `${name}.fabric-org1.svc.cluster.local`, port: 7051 })),
    client,
  };
}

describe("sample client: a stack's outputs", () => {
  const channel = { name: "trade", organizations: ["org1"], chaincodes: [{ name: "asset-transfer" }] };
  const fabric = { network: "fabric", channels: [channel], organizations: { org1: organization("192.0.2.10:7051") } };
  const outputs: StackOutputs = { kubeconfig: "", fabric };
  const stack = new Stack("local-fabric", outputs);

  it("finds the channel that carries a chaincode", () => {
    assert.equal(stack.channelWith("asset-transfer"), channel);
  });

  it("says which chaincodes there are when none has that name", () => {
    assert.throws(
      () => stack.channelWith("asset"),
      new Error("no channel of stack local-fabric carries chaincode asset; it has trade: asset-transfer"),
    );
  });

  it("says why there is nothing to call yet: no chaincode, none for its own organisations, or one that is not approved", () => {
    const notYet = (...channels: (typeof channel)[]) =>
      new Stack("bell", { ...outputs, fabric: { ...fabric, channels } }).notYet("asset-transfer");
    const none = "stack bell has no channel with a chaincode for its own organisations";
    assert.equal(notYet(), none);
    assert.equal(notYet({ ...channel, chaincodes: [] }), none);
    assert.equal(notYet({ ...channel, organizations: [] }), none);
    const waiting = { name: "asset-transfer", waitingFor: ["Org2MSP", "Org3MSP"] };
    assert.equal(
      notYet({ ...channel, chaincodes: [waiting] }),
      "chaincode asset-transfer of channel trade waits for Org2MSP, Org3MSP",
    );
    assert.equal(notYet(channel), undefined);
    assert.equal(notYet({ ...channel, chaincodes: [{ name: "other" }] }), undefined);
  });

  it("says which organisations there are when none has that name", async () => {
    const refusal = new Error('stack local-fabric has no organisation "org3"; it has org1');
    await assert.rejects(stack.connectGateway("org3"), refusal);
  });

  it("says when an organisation has no such peer", async () => {
    const refusal = new Error('organisation org1 of stack local-fabric has no peer "peer7"');
    await assert.rejects(stack.connectPeer("org1", "peer7"), refusal);
  });
});

describe("sample client: connections to a node", () => {
  let dialled: string[];
  let closed: number;
  let reach: Reach;

  beforeEach(() => {
    dialled = [];
    closed = 0;
    reach = new Reach(async (namespace, pods, port) => {
      dialled.push(`${namespace}/${pods.join("+")}:${port}`);
      return { host: "127.0.0.1", port: 40_000, close: async () => void (closed += 1) };
    });
  });

  for (const endpoint of ["192.0.2.10:7051", "gateway.org1.example.com:443", "localhost:7051"]) {
    it(`connects to ${endpoint} as it is, since it has an address outside the cluster`, async () => {
      assert.equal(await reach.gateway(organization(endpoint)), endpoint);
      assert.deepEqual(dialled, []);
    });
  }

  it("connects to the address that the record of a public name has to lead to, since there may be none yet", async () => {
    const exposed = organization("gateway.org1.example.com:443");
    const publicEndpoints = [
      { name: "peer0", port: 443, address: "192.0.2.11" },
      { name: "gateway", port: 443, address: "192.0.2.10" },
    ];
    assert.equal(await reach.gateway({ ...exposed, publicEndpoints }), "192.0.2.10:443");
    assert.deepEqual(dialled, []);
    const behindGateway = publicEndpoints.map(({ name, port }) => ({ name, port }));
    assert.equal(await reach.gateway({ ...exposed, publicEndpoints: behindGateway }), exposed.gateway.endpoint);
  });

  for (const endpoint of ["gateway.fabric-org1.svc.cluster.local:7051", "gateway.fabric-org1.svc:7051"]) {
    it(`forwards a port of all peers for ${endpoint}, a name that is known inside the cluster only`, async () => {
      assert.equal(await reach.gateway(organization(endpoint)), "127.0.0.1:40000");
      assert.deepEqual(dialled, ["fabric-org1/peer0-0+peer1-0:7051"]);
    });
  }

  it("forwards a port of one peer, when that one is asked for", async () => {
    const there = organization("gateway.fabric-org1.svc:7051");
    assert.equal(await reach.peer(there, there.peers[1]!), "127.0.0.1:40000");
    assert.deepEqual(dialled, ["fabric-org1/peer1-0:7051"]);
  });

  it("stops forwarding when closed", async () => {
    await reach.gateway(organization("gateway.fabric-org1.svc:7051"));
    await reach.close();
    assert.equal(closed, 1);
  });
});
