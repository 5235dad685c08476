/**
 * An existing chain, taken over on the local cluster. Its genesis.json and its validators' keys come from another source,
 * the keys by `pulumi config set` as in the documentation.
 */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildGenesis } from "../../ledger/ethereum/genesis";
import { genesisHash } from "../../ledger/ethereum/genesis-hash";
import { genesisText } from "../../ledger/ethereum/genesis-text";
import { digitsOf } from "../../ledger/ethereum/hex";
import { deriveAccount } from "../../ledger/ethereum/key";
import { drawKey } from "../../provider/ethereum/resources/account";
import { verify } from "../../samples/client-ethereum/verify";
import { asClientOf, type NetworkSection } from "./support/ethereum";
import { startCluster, type Cluster } from "./support/kubernetes";
import { readStackFile, TestStack, useTestState, type StackFile } from "./support/pulumi";
import { endStory, inSteps } from "./support/steps";

const stackName = "e2e-existing";
const network = "existing-e2e";
const storageGeneration = 906;
/** Path relative to the project, as in a stack file. */
const genesisFile = join(".local", "e2e", "genesis.json");

describe("an Ethereum chain that exists", function () {
  this.timeout(10 * 60_000);

  const accounts = Array.from({ length: 4 }, () => deriveAccount(drawKey()));
  const addresses = accounts.map(({ address }) => address);
  const genesis = buildGenesis({ client: "goquorum", chainId: 98404, blockPeriodSeconds: 1, validators: addresses });
  const stack = new TestStack(stackName, stackFile());
  let cluster: Cluster;

  inSteps(this, network, () => cluster);

  before(async () => {
    useTestState();
    cluster = await startCluster();
    await removeLeftovers();
    mkdirSync(join(".local", "e2e"), { recursive: true });
    writeFileSync(genesisFile, genesisText(genesis));
    await stack.select();
  });

  const removeLeftovers = (): Promise<void> => cluster.removeLeftovers(network, `-${storageGeneration}`);

  it("is refused without the keys that its first block asks for", async () => {
    const { exit, text } = await stack.preview();
    assert.notEqual(exit, 0);
    assert.match(
      text,
      /must have the keys of 3 of the 4 validators that the chain starts with.*block 1 needs as many, and there are 0/,
    );
  });

  it("is sealed by the keys it always had, and every node serves it", async () => {
    for (const [index, { privateKey }] of accounts.entries()) {
      await stack.setSecret(`network.ethereum.validators[${index}].privateKey`, digitsOf(privateKey));
    }
    await stack.up();
    const { ethereum } = (await stack.outputs()) as {
      ethereum: { genesisHash: string; chainId: number; validators: { address: string }[] };
    };
    assert.deepEqual(
      [ethereum.genesisHash, ethereum.chainId, ethereum.validators.map(({ address }) => address)],
      [genesisHash(genesis), 98404, addresses],
    );
    const { readings } = await asClientOf(stackName, (client) => verify(client));
    assert.equal(readings.length, 5);
  });

  it("changes nothing by a second `up`, and shows no key in its state", async () => {
    await stack.up("--expect-no-changes");
    const state = JSON.stringify(await stack.state());
    for (const { privateKey } of accounts) assert.ok(!state.includes(digitsOf(privateKey)));
  });

  it("leaves nothing after `destroy`", async () => {
    await endStory(stack);
  });

  after(removeLeftovers);
});

function stackFile(): StackFile {
  const file = readStackFile("local-ethereum");
  const section = file.config["blockchain-clusters:network"] as NetworkSection;
  section.name = network;
  delete section.ethereum.genesis;
  section.ethereum.genesisFile = genesisFile;
  section.ethereum.rpc.replicas = 1;
  file.config["blockchain-clusters:storage"] = { generation: storageGeneration };
  return file;
}
