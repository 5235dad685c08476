/** Uncommon settings of stack files reach their resources. */
import assert from "node:assert/strict";
import { readStack, runProgram, type ProgramRun } from "../support/program/run";

const index = '{ "index": { "fields": ["owner"] }, "type": "json" }';
const nodes = { nodeSelector: { pool: "ledger" }, tolerations: [{ key: "dedicated", operator: "Exists" }] };
const collection = { name: "prices", policy: "OR('Org1MSP.member')", requiredPeerCount: 0, maxPeerCount: 1 };

interface Section {
  dns?: unknown;
  fabric: Record<string, unknown> & { channels: Record<string, unknown>[] };
}

function everything(): Record<string, unknown> {
  const stack = structuredClone(readStack("local-fabric"));
  const network = stack.network as Section;
  network.dns = [{ namespace: "dns", ports: [5353] }];
  Object.assign(network.fabric, {
    imagePullSecrets: ["registry"],
    placement: { orderer: nodes, peer: nodes, chaincode: nodes },
    peer: { executeTimeout: "45s", gatewayConcurrency: 77 },
    settings: {
      orderer: { "General.Cluster.SendBufferSize": 234 },
      peer: { "ledger.state.totalQueryLimit": 234567, "peer.gossip.dialTimeout": "7s" },
    },
  });
  for (const channel of network.fabric.channels) {
    channel.restart = true;
    for (const chaincode of channel.chaincodes as Record<string, unknown>[]) {
      chaincode.collections = [collection];
      chaincode.indexes = { "statedb/couchdb/indexes/owner.json": index };
    }
  }
  return stack;
}

describe("a Fabric network with everything that its stack file may say", function () {
  this.timeout(60_000);
  let run: ProgramRun;
  let usual: ProgramRun;

  before(async () => {
    run = await runProgram("local-fabric", everything());
    usual = await runProgram("local-fabric", readStack("local-fabric"));
  });

  /** Inputs of all resources of a type, as JSON. */
  const inputs = (type: string, { resources }: ProgramRun = run) => {
    const found = resources
      .filter((resource) => resource.type === type)
      .map((resource) => JSON.stringify(resource.inputs));
    assert.ok(found.length > 0, type);
    return found;
  };

  const all = (type: string, text: string) => {
    assert.ok(
      inputs(type).every((found) => found.includes(text)),
      `${type}: ${text}`,
    );
    assert.ok(
      inputs(type, usual).every((found) => !found.includes(text)),
      `${type} by default: ${text}`,
    );
  };

  it("pulls images with its Secrets", () => {
    assert.ok(
      inputs("kubernetes:core/v1:ServiceAccount").some((found) =>
        found.includes('"imagePullSecrets":[{"name":"registry"}]'),
      ),
    );
  });

  it("places its pods", () => {
    for (const type of ["kubernetes:apps/v1:StatefulSet", "kubernetes:apps/v1:Deployment"]) {
      all(type, '"pool":"ledger"');
      all(type, '"key":"dedicated"');
    }
  });

  it("limits its peers", () => {
    const settings = inputs("kubernetes:core/v1:ConfigMap").join();
    assert.match(settings, /executetimeout: 45s/);
    assert.match(settings, /gatewayService: 77/);
  });

  it("has a preset for throughput, which pods, settings and blocks follow", async () => {
    const stack = structuredClone(readStack("local-fabric"));
    (stack.network as Section).fabric.preset = "throughput";
    const tuned = await runProgram("local-fabric", stack);
    const pods = inputs("kubernetes:apps/v1:StatefulSet", tuned);
    for (const variable of ['"name":"GOGC","value":"400"', '"name":"GOMAXPROCS","value":"2"']) {
      assert.ok(pods.every((pod) => pod.includes(variable)));
      assert.ok(inputs("kubernetes:apps/v1:StatefulSet", usual).every((pod) => !pod.includes(variable)));
    }
    assert.ok(pods.every((pod) => pod.includes("comm.grpc.server,endorser=warn:info")));
    const peers = inputs("kubernetes:core/v1:ConfigMap", tuned).filter((file) => file.includes("core.yaml"));
    assert.ok(peers.every((file) => /endorserService: 20000.*gatewayService: 20000.*validatorPoolSize: 2/.test(file)));
    const [channel = ""] = inputs("ledger:fabric:Channel", tuned);
    const { batch } = (JSON.parse(channel) as { config: { batch: unknown } }).config;
    assert.deepEqual(batch, {
      absoluteMaxBytes: 10 * 2 ** 20,
      maxMessageCount: 1000,
      preferredMaxBytes: 4 * 2 ** 20,
      timeout: "200ms",
    });
    const identities = ({ resources }: ProgramRun) => resources.map(({ urn, parent }) => [urn, parent]);
    assert.deepEqual(identities(tuned), identities(usual));
  });

  it("hands settings to its nodes, beside what the program says", () => {
    const files = inputs("kubernetes:core/v1:ConfigMap");
    const peers = files.filter((file) => file.includes("core.yaml"));
    const orderers = files.filter((file) => file.includes("orderer.yaml"));
    assert.ok(peers.length > 0 && peers.every((file) => /stateDatabase: .*totalQueryLimit: 234567/.test(file)));
    assert.ok(peers.every((file) => file.includes("dialTimeout: 7s") && file.includes("orgLeader: true")));
    assert.ok(orderers.length > 0 && orderers.every((file) => file.includes("SendBufferSize: 234")));
    assert.ok(orderers.every((file) => file.includes("ClientAuthRequired: true")));
  });

  it("asks its DNS servers and no others", () => {
    const policies = inputs("kubernetes:networking.k8s.io/v1:NetworkPolicy").join();
    assert.match(policies, /"kubernetes.io\/metadata.name":"dns"/);
    assert.ok(!policies.includes("kube-dns"));
  });

  it("begins a channel anew, with collections and indexes of its chaincode", () => {
    all("ledger:fabric:Channel", '"restart":true');
    all("ledger:fabric:Chaincode", '"prices"');
    const packages = (from: ProgramRun) =>
      inputs("ledger:fabric:Chaincode", from).map((text) => /"package":"[^"]+"/.exec(text)?.[0]);
    assert.notDeepEqual(packages(run), packages(usual));
  });
});
