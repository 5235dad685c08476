/**
 * Validators that lose their volumes on the local cluster, more of them than the chain does without: they fetch the chain before
 * they seal, and wait where nobody has it. test/nodes/ethereum/lost-chain.test.ts has a partner's node that has it.
 */
import assert from "node:assert/strict";
import { asClientOf, componentLabel, type NetworkSection } from "../e2e/support/ethereum";
import { kubectl } from "../e2e/support/backup";
import { isReady, type Cluster } from "../e2e/support/kubernetes";
import { readStackFile, TestStack, type StackFile } from "../e2e/support/pulumi";
import { beginStory, endStory, inSteps } from "../e2e/support/steps";
import { poll } from "../../lib/wait";
import { read } from "../../samples/client-ethereum/value-store";
import { verify, type Verification } from "../../samples/client-ethereum/verify";

const name = "e2e-lost-chain";
const [network, storageGeneration] = ["lostchain", 917];
const validators = [0, 1, 2, 3].map((index) => `validator${index}`);

type Ethereum = NetworkSection["ethereum"] & { generation?: number };

function stackFile(): StackFile {
  const file = readStackFile("local-ethereum");
  (file.config["blockchain-clusters:network"] as NetworkSection).name = network;
  file.config["blockchain-clusters:storage"] = { generation: storageGeneration };
  return file;
}

describe("validators that lose their volumes", function () {
  this.timeout(5 * 60_000);

  const stack = new TestStack(name, stackFile());
  let cluster: Cluster;
  let written: Verification;

  inSteps(this, network, () => cluster);

  before(async () => {
    cluster = await beginStory(stack, network, storageGeneration);
    await stack.up();
    written = await asClientOf(name, (client) => verify(client));
  });

  after(() => endStory(stack));

  /** Takes the volumes of these validators, as a storage system that loses them does. The state forgets the claims. */
  async function lose(...nodes: string[]): Promise<void> {
    await Promise.all(nodes.map((node) => cluster.wipe(network, `${node}-chain`, `${node}-0`)));
    await stack.refresh(...nodes.flatMap((node) => ["--target", `**::${network}-${node}-chain`]));
  }

  const hashOf = (block: number): Promise<string | undefined> =>
    asClientOf(name, async (client) => {
      const [node] = client.outputs.ethereum.validators;
      return (await (await client.node(node!)).getBlock(block))?.hash ?? undefined;
    });

  const log = (node: string) => kubectl("logs", "--namespace", network, `${node}-0`, "--container", "catch-up");

  it("go on with the chain that one of them has, though the others are enough to begin a second one", async () => {
    const before = await hashOf(1);
    assert.ok(before !== undefined);
    const lost = validators.slice(1);
    await lose(...lost);
    await stack.up();
    for (const node of lost) {
      await poll(async () => (/busy: has the chain up to block/.test(await log(node)) ? true : undefined), {
        what: `${node} to have the chain`,
        timeoutSeconds: 120,
        intervalMs: 1000,
      });
    }
    await cluster.untilPods(network, `${componentLabel}=validator`, "all validators to be ready", (pods) =>
      pods.every(isReady),
    );
    assert.equal(await hashOf(1), before);
    await asClientOf(name, async (client) => {
      for (const node of client.outputs.ethereum.validators) {
        assert.equal(await read(await client.node(node), written.contract), written.value);
      }
      await verify(client);
    });
    await stack.up("--expect-no-changes");
  });

  it("wait where nobody has it, and `up` says within a minute what is wrong, where, and the ways out", async () => {
    await lose(...validators);
    const began = Date.now();
    const text = await stack.failingUp();
    console.log(`      said after ${Math.round((Date.now() - began) / 1000)} s`);
    for (const node of validators) {
      assert.match(
        text,
        new RegExp(
          `pod ${network}/${node}-0 of ${node} does not get Ready: for \\d+ s now, container catch-up: the chain has begun, this ` +
            "volume has none of it, and no peer is connected; make a node reachable .* raise network.ethereum.generation by one",
        ),
      );
    }
  });

  // The RPC nodes kept the former chain, which they may give to validators that seal; these have it then.
  it("seal without it when the stack file says so, and a number that stays does nothing more", async () => {
    stack.edit((config) => {
      const section = config["blockchain-clusters:network"] as NetworkSection;
      (section.ethereum as Ethereum).generation = 2;
    });
    await stack.up();
    await asClientOf(name, (client) => verify(client));
    await stack.up("--expect-no-changes");
    await lose("validator0");
    await stack.up();
    assert.match(await log("validator0"), /busy: has the chain up to block/);
  });
});
