/** A stack whose nodes join the chain of another one. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deriveAccount } from "../../ledger/ethereum/key";
import { readStack, runProgram } from "../support/program/run";

describe("an Ethereum network that joins another stack's", function () {
  this.timeout(60_000);
  const { enodeId: id } = deriveAccount("5".repeat(64));
  const ethereum = {
    chainId: 4711,
    freeGas: true,
    genesis: "text of genesis.json",
    // Parameter in GoQuorum's form, which geth refuses.
    enodes: [`enode://${id}@validator0.first.svc.cluster.local:30303?discport=0&raftport=0`],
  };
  const joining = (source: object = { stack: "organization/chains/first" }) => {
    const { network, ...config } = readStack("local-clique");
    const { ethereum: section, ...rest } = network as { ethereum: Record<string, unknown> };
    const { genesis: _, validators: __, bootnodes: ___, faucet: ____, ...own } = section;
    return { ...config, network: { ...rest, ethereum: { ...own, join: source, p2p: { namespaces: ["first"] } } } };
  };

  it("has that one's first block and validators, and RPC nodes of its own", async () => {
    const { resources, outputs } = await runProgram("local-clique", joining(), { stackOutputs: { ethereum } });
    const inputsOf = (type: string, name: string) => {
      return resources.find((resource) => resource.type === type && resource.name === name)?.inputs;
    };
    assert.deepEqual(inputsOf("ledger:ethereum:Genesis", "clique-genesis"), {
      existing: { client: "geth", text: ethereum.genesis },
    });
    const peers = inputsOf("kubernetes:core/v1:ConfigMap", "clique-peers") as { data: Record<string, string> };
    assert.match(
      peers.data["config.toml"] ?? "",
      new RegExp(`@validator0\\.first\\.svc\\.cluster\\.local:30303\\?discport=0"`),
    );
    const sets = resources.filter(({ type }) => type === "kubernetes:apps/v1:StatefulSet");
    assert.deepEqual(
      sets.map(({ name }) => name),
      ["clique-rpc"],
    );
    assert.ok(JSON.stringify(sets[0]?.inputs).includes("--networkid=4711"));
    assert.ok(!resources.some(({ type }) => type === "ledger:ethereum:ValidatorSet"));
    const told = (outputs as { ethereum: { enodes: string[] } }).ethereum.enodes;
    assert.deepEqual(told, ethereum.enodes, "a third stack may join by this one");
  });

  it("previews while that stack's outputs are not known", async () => {
    const { resources } = await runProgram("local-clique", joining(), { preview: true });
    assert.ok(resources.some(({ name }) => name === "clique-rpc"));
  });

  it("takes a file with that one's outputs as well", async () => {
    const folder = mkdtempSync(join(tmpdir(), "golden-join-"));
    try {
      const file = join(folder, "chain.json");
      writeFileSync(file, JSON.stringify(ethereum));
      const { resources } = await runProgram("local-clique", joining({ file }));
      const genesis = resources.find(({ type }) => type === "ledger:ethereum:Genesis");
      assert.deepEqual(genesis?.inputs, { existing: { client: "geth", text: ethereum.genesis } });
      writeFileSync(file, "{}");
      await assert.rejects(
        runProgram("local-clique", joining({ file })),
        /join\.file: given .* which holds no Ethereum/,
      );
      rmSync(file);
      await assert.rejects(runProgram("local-clique", joining({ file })), /join\.file: given .* which cannot be read/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("is refused with a client whose nodes would never connect to those of GoQuorum", async () => {
    const stackOutputs = { ethereum: { ...ethereum, client: "goquorum" } };
    await assert.rejects(
      runProgram("local-clique", joining(), { stackOutputs }),
      /network\.ethereum\.client: given "geth" for a network of "goquorum"; must be "goquorum"/,
    );
  });

  it("says so when that stack has no such network", async () => {
    const run = runProgram("local-clique", joining(), { stackOutputs: { ethereum: { chainId: 1 } } });
    await assert.rejects(
      run,
      /network\.ethereum\.join\.stack: given "organization\/chains\/first", which holds no Ethereum/,
    );
  });
});
