/**
 * Four GoQuorum validators on loopback seal blocks from a genesis, static nodes and keys made here.
 * That names, services and volumes of a cluster work is shown elsewhere.
 */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatEnode } from "../../../../ledger/ethereum/enode";
import { parseExtraData } from "../../../../ledger/ethereum/extra-data";
import { buildGenesis, type Genesis } from "../../../../ledger/ethereum/genesis";
import { genesisHash } from "../../../../ledger/ethereum/genesis-hash";
import { genesisText } from "../../../../ledger/ethereum/genesis-text";
import { staticNodes, staticNodesFile } from "../../../../ledger/ethereum/static-nodes";
import { validateGenesis } from "../../../../ledger/ethereum/existing-genesis";
import { freePorts, runClient, RunningNode } from "./reference-clients";
import { account } from "./vectors";

interface Block {
  hash: string;
  number: string;
  stateRoot: string;
  extraData: string;
}

const VALIDATORS = [1, 2, 3, 4].map(account);
const HEIGHT = "0x3";

const genesis: Genesis = buildGenesis({
  client: "goquorum",
  chainId: 1337,
  validators: VALIDATORS.map(({ address }) => address),
  blockPeriodSeconds: 1,
  alloc: { [account(9).address]: { balance: "1000000000000000000", code: "0x00", storage: { "0x1": "0x2" } } },
});

describe("a GoQuorum chain from a genesis made here", function () {
  this.timeout(90_000);
  const directory = mkdtempSync(join(tmpdir(), "ledger-goquorum-"));
  const nodes: RunningNode[] = [];
  let p2pPorts: number[] = [];

  before(async function () {
    const ports = await freePorts(2 * VALIDATORS.length);
    p2pPorts = ports.slice(VALIDATORS.length);
    const genesisFile = join(directory, "genesis.json");
    writeFileSync(genesisFile, genesisText(genesis));
    // A DNS name, as in a cluster: GoQuorum keeps it only because of the raftport in the URL.
    const peers = VALIDATORS.map(({ enodeId }, index) => ({ id: enodeId, host: "localhost", port: p2pPorts[index]! }));
    VALIDATORS.forEach(({ privateKey, enodeId }, index) => {
      const name = `validator-${index + 1}`;
      const data = join(directory, name);
      mkdirSync(data);
      runClient("goquorum", ["--datadir", data, "init", genesisFile]);
      const file = staticNodesFile("goquorum", staticNodes("goquorum", peers, enodeId));
      writeFileSync(join(data, file.fileName), file.content);
      writeFileSync(join(data, "nodekey"), privateKey.slice(2));
      const rpcPort = ports[index]!;
      const args = [
        ...["--datadir", data, "--nodekey", join(data, "nodekey"), "--networkid", "1337", "--syncmode", "full"],
        ...["--nodiscover", "--nat", "extip:127.0.0.1", "--port", String(p2pPorts[index]), "--ipcdisable"],
        ...[
          "--http",
          "--http.addr",
          "127.0.0.1",
          "--http.port",
          String(rpcPort),
          "--http.api",
          "eth,net,admin,istanbul",
        ],
        ...["--mine", "--miner.threads", "1", "--miner.gasprice", "0"],
      ];
      nodes.push(RunningNode.start("goquorum", { name, directory, args, rpcPort }));
    });
  });

  after(async function () {
    await Promise.all(nodes.map((node) => node.stop()));
    rmSync(directory, { recursive: true, maxRetries: 3 });
  });

  it("passes the check for existing chains, so that another stack can join it", () => {
    assert.deepEqual(validateGenesis(genesis, "goquorum", "genesis"), []);
  });

  it("begins with the block whose hash is computed here", async () => {
    for (const node of nodes) {
      const { hash } = await node.until((each) => each.call<Block>("eth_getBlockByNumber", "0x0", false), Boolean, 30);
      assert.equal(hash, genesisHash(genesis));
    }
  });

  it("has nodes under the enode URLs computed here", async () => {
    for (const [index, node] of nodes.entries()) {
      const { enode } = await node.call<{ enode: string }>("admin_nodeInfo");
      const expected = { id: VALIDATORS[index]!.enodeId, host: "127.0.0.1", port: p2pPorts[index]!, discoveryPort: 0 };
      assert.equal(enode, formatEnode(expected));
    }
  });

  it("connects every node to all others through the static nodes, by name", async () => {
    for (const node of nodes) {
      await node.until(
        (each) => each.call<string>("net_peerCount"),
        (count) => count === "0x3",
        40,
      );
    }
  });

  it("seals blocks that all nodes agree on", async () => {
    const blocks = [];
    for (const node of nodes) {
      const ask = (each: RunningNode) => each.call<Block | null>("eth_getBlockByNumber", HEIGHT, false);
      blocks.push(await node.until(ask, (block) => block !== null, 40));
    }
    assert.equal(new Set(blocks.map((block) => block!.hash)).size, 1);
  });

  it("is sealed by the validators in the order computed here", async () => {
    const validators = await nodes[0]!.call<string[]>("istanbul_getValidators", HEIGHT);
    const expected = parseExtraData("qbft", genesis.extraData).validators;
    assert.deepEqual(
      validators,
      expected.map((address) => address.toLowerCase()),
    );
  });
});
