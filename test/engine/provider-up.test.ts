/**
 * A whole Fabric network under the real engine: plugin, port-forward, orderers and peers. The Kubernetes API is a
 * stand-in that forwards to processes on loopback, so it only shows that the client works with it.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { paths, projectRoot } from "../../tools/paths";
import { invoke, query } from "../support/gateway";
import { LoopbackFabric } from "../support/loopback-fabric";
import { freePorts } from "../support/processes";
import { PulumiProgram } from "../support/pulumi-program";
import { StubKubernetes } from "../support/stub-kubernetes";
import { TinyChaincode } from "../support/tiny-chaincode";

const source = `
import * as pulumi from "@pulumi/pulumi";
import { Chaincode, Channel, ChannelMembership, LedgerProvider } from "provider/sdk";
import { blockDataHash } from "${projectRoot}/ledger/fabric/genesis";
const input = require("./input.json");
const orderers = input.channel.orderers.map(({ adminPort, adminCertificate, adminPrivateKey, ...node }: any) => node);
const provider = new LedgerProvider("ledger", { kubeconfig: pulumi.secret(input.kubeconfig), clusterIdentifier: "stub" });
const channel = new Channel("trade", input.channel, { provider });
const memberships = input.members.map(({ peer, administrator }: any) => new ChannelMembership(peer.name, {
  channelId: channel.channelId, genesisHash: channel.genesisBlock.apply(blockDataHash), orderers, peer, administrator,
}, { provider }));
const chaincode = new Chaincode("tiny", { ...input.chaincode, channelId: channel.channelId }, { provider, dependsOn: memberships });
export const configSequence = channel.configSequence;
export const sequence = chaincode.sequence;
`;

describe("a Fabric network under the engine", function () {
  this.timeout(300_000);

  const server = new TinyChaincode();
  let directory: string;
  let fabric: LoopbackFabric;
  let kubernetes: StubKubernetes;
  let program: PulumiProgram;
  let input: ReturnType<typeof networkInput>;

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "ledger-up-"));
    fabric = await LoopbackFabric.create({
      directory,
      binaries: paths.bin,
      orderers: 3,
      organizations: [
        { name: "org1", mspId: "Org1MSP", peers: 1 },
        { name: "org2", mspId: "Org2MSP", peers: 1 },
      ],
    });
    const [port = 0] = await freePorts(1);
    const tiny = fabric.chaincodePackage("tiny_1.0", `127.0.0.1:${port}`);
    server.packageId = tiny.packageId;
    await server.listen(port);
    kubernetes = await StubKubernetes.start();
    fabric.start();
    input = networkInput(fabric, kubernetes, tiny);
    program = await PulumiProgram.create(source);
    program.setInput(input);
  });

  after(async () => {
    server.close();
    await fabric.stop();
    await kubernetes.close();
    await program.remove();
    rmSync(directory, { recursive: true });
  });

  function setPods(isReady: boolean): void {
    for (const { address } of [...fabric.orderers, ...fabric.organizations.flatMap(({ peers }) => peers)]) {
      const ports = "adminPort" in address ? [address.port, address.adminPort] : [address.port];
      kubernetes.setPod(address.namespace, address.pod, {
        isReady,
        ports: Object.fromEntries(ports.map((port) => [port, port])),
      });
    }
  }

  it("converges after the engine was killed while it waited for pods and joined orderers", async () => {
    setPods(false);
    const killed = program.start("up", "--yes", "--skip-preview");
    await kubernetes.watched("orderer", "orderer0-0");
    setPods(true);
    await kubernetes.forwarded();
    killed.process.kill("SIGKILL");
    await killed.outcome;

    await program.succeed("cancel", "--yes");
    await program.up();
    assert.deepEqual(await program.outputs(), { configSequence: 0, sequence: 1 });
  });

  it("leaves a network that transacts", async () => {
    const [org1, org2] = ["org1", "org2"].map((name) => fabric.organization(name));
    assert.ok(org1 && org2);
    await invoke(org1, "trade", "tiny", ["put", "asset", "42"], ["Org1MSP", "Org2MSP"]);
    assert.equal(await query(org2, "trade", "tiny", ["get", "asset"]), "42");
  });

  it("changes nothing the second time and opens no connection to find that out", async () => {
    const before = kubernetes.forwards;
    await program.up("--expect-no-changes");
    assert.equal(kubernetes.forwards, before);
  });

  it("keeps every private key out of the state file, though the program did not mark them", () => {
    assert.doesNotMatch(program.stateText(), /PRIVATE KEY/);
  });

  it("shows a change of the channel in the preview, and in nothing that depends on the channel", async () => {
    input.channel.config.batch.timeout = "300ms";
    program.setInput(input);
    const preview = await program.succeed("preview", "--diff");
    assert.match(preview, /~ timeout\s*: "200ms" => "300ms"/);
    assert.match(preview, /~ 1 to update/);
    assert.doesNotMatch(preview, /replace/);
    await program.up();
    assert.deepEqual(await program.outputs(), { configSequence: 1, sequence: 1 });
  });

  it("reports on refresh the changes of others, and keeps them", async () => {
    const administered = { ...input, channel: { ...input.channel, config: { ...input.channel.config } } };
    administered.channel.config = fabric.channelConfig("trade", { batchTimeout: "250ms" });
    program.setInput(administered);
    await program.up();
    const state = await program.succeed("stack", "export");
    input.channel.config = fabric.channelConfig("trade", { batchTimeout: "300ms" });
    program.setInput(input);
    await program.up();
    // With its former state the channel differs, as after a change by somebody else.
    await program.importState(state);
    program.setInput(administered);
    const refreshed = await program.succeed("refresh", "--yes", "--skip-preview");
    assert.match(refreshed, /channel trade changed elsewhere: batch timeout 250ms -> 300ms, by config \d+; it stays/);
    await program.up("--expect-no-changes");
    await program.up("--expect-no-changes", "--refresh");
  });

  it("destroys while the nodes are already gone, and says what stays", async () => {
    await fabric.stop();
    const text = await program.succeed("destroy", "--yes", "--skip-preview");
    assert.match(text, /channel trade is forgotten, not deleted/);
    assert.match(text, /Fabric has no way to delete one/);
    assert.deepEqual(await program.resources(), []);
  });
});

function networkInput(
  fabric: LoopbackFabric,
  kubernetes: StubKubernetes,
  tiny: Parameters<LoopbackFabric["chaincodeOrganization"]>[1],
) {
  return {
    kubeconfig: kubernetes.kubeconfig,
    channel: {
      config: fabric.channelConfig("trade"),
      orderers: fabric.orderers.map(({ address }) => address),
      administrators: fabric.administrators,
    },
    members: fabric.organizations.flatMap(({ administrator, peers }) =>
      peers.map(({ address }) => ({ peer: address, administrator })),
    ),
    chaincode: {
      name: "tiny",
      version: "1.0",
      organizations: ["org1", "org2"].map((name) => fabric.chaincodeOrganization(name, tiny)),
    },
  };
}
