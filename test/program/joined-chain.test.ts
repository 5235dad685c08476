/** A stack whose nodes join the chain of another one. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildGenesis } from "../../ledger/ethereum/genesis";
import { genesisText } from "../../ledger/ethereum/genesis-text";
import { deriveAccount } from "../../ledger/ethereum/key";
import { readStack, runProgram } from "../support/program/run";

describe("an Ethereum network that joins another stack's", function () {
  this.timeout(60_000);
  const { enodeId: id } = deriveAccount("5".repeat(64));
  const ethereum = {
    chainId: 4711,
    freeGas: true,
    genesis: '{ "config": { "chainId": 4711, "clique": { "period": 600 } } }',
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
    // Three pauses between blocks of the chain that is joined.
    const { rules } = (outputs as { monitoring: { rules: string } }).monitoring;
    assert.match(rules.replaceAll(/\s+/g, " "), /alert: EthereumChainStalled expr: .* offset 30m\)/);
  });

  describe("with validators of its own", () => {
    const founders = ["5", "6"].map((digit) => deriveAccount(digit.repeat(64)));
    const made = buildGenesis({
      client: "geth",
      chainId: 4711,
      gasLimit: "30000000",
      validators: founders.map(({ address }) => address),
    });
    const chain = { ...ethereum, freeGas: false, client: "geth", genesis: genesisText(made) };
    const third = deriveAccount("7".repeat(64));
    const published = (change: object = {}) => ({
      validators: [
        {
          address: third.address,
          enode: `enode://${third.enodeId}@validator0.third.svc.cluster.local:30303?discport=0`,
          publicEnode: `enode://${third.enodeId}@p2p.third.example.com:30303?discport=0`,
          ...change,
        },
      ],
    });
    const withValidators = (further: object = {}) => {
      const { network, ...config } = joining();
      const ethereumSection = {
        ...network.ethereum,
        validators: [{ name: "validator0" }, { name: "validator1", leave: true }],
        ...further,
      };
      return { ...config, network: { ...network, ethereum: ethereumSection } };
    };
    const partners = [
      { name: "first", validators: [founders[0]!.address] },
      { name: "third", from: { file: "" }, validators: [third.address.toLowerCase()] },
    ];
    let folder = "";

    before(() => {
      folder = mkdtempSync(join(tmpdir(), "golden-partners-"));
      partners[1]!.from = { file: join(folder, "third.json") };
    });
    after(() => rmSync(folder, { recursive: true }));

    const run = (config: object, preview = false) =>
      runProgram("local-clique", config as Record<string, unknown>, { stackOutputs: { ethereum: chain }, preview });
    const inputsOf = ({ resources }: Awaited<ReturnType<typeof run>>, type: string, name: string) =>
      resources.find((resource) => resource.type === type && resource.name === name)?.inputs as Record<string, unknown>;

    it("has them follow that one's chain, votes for them with what it has, and decides nothing about the others", async () => {
      const program = await run(withValidators());
      assert.deepEqual(inputsOf(program, "ledger:ethereum:Genesis", "clique-genesis"), {
        existing: { client: "geth", text: chain.genesis },
      });
      const set = inputsOf(program, "ledger:ethereum:ValidatorSet", "clique-validators");
      assert.deepEqual(set.partnerValidators, []);
      assert.equal((set.validators as object[]).length, 2);
      assert.deepEqual(set.leaving, [(set.validators as { address: string }[])[1]!.address]);
      const node = JSON.stringify(inputsOf(program, "kubernetes:apps/v1:StatefulSet", "clique-validator0"));
      for (const flag of ["--mine", "--miner.gaslimit=30000000", "--miner.gasprice=1000000000", "--networkid=4711"]) {
        assert.ok(node.includes(`"${flag}"`), flag);
      }
      const { ethereum: outputs } = program.outputs as { ethereum: Record<string, unknown> };
      assert.deepEqual(
        (outputs.validators as { name: string }[]).map(({ name }) => name),
        ["validator0", "validator1"],
      );
      assert.ok(outputs.validatorSet);
    });

    it("votes for the validators of other companies that its file names, and connects to them", async () => {
      writeFileSync(join(folder, "third.json"), JSON.stringify(published()));
      const program = await run(withValidators({ partners }));
      assert.deepEqual(inputsOf(program, "ledger:ethereum:ValidatorSet", "clique-validators").partnerValidators, [
        { partner: "first", address: founders[0]!.address },
        { partner: "third", address: third.address },
      ]);
      const peers = inputsOf(program, "kubernetes:core/v1:ConfigMap", "clique-peers") as {
        data: Record<string, string>;
      };
      assert.ok(peers.data["config.toml"]!.includes(`${third.enodeId}@p2p.third.example.com:30303`));
      assert.ok(!peers.data["config.toml"]!.includes("validator0.third"));
    });

    it("takes nothing over that a partner publishes for another key, or does not publish", async () => {
      const file = join(folder, "third.json");
      writeFileSync(file, JSON.stringify(published({ publicEnode: ethereum.enodes[0] })));
      const path = /network\.ethereum\.partners\[1\]\.validators\[0\]: given "0x\w+"; must be /;
      await assert.rejects(run(withValidators({ partners })), new RegExp(`${path.source}the address of the node`));
      writeFileSync(file, JSON.stringify({ validators: [] }));
      await assert.rejects(
        run(withValidators({ partners })),
        new RegExp(`${path.source}one of the validators that third publishes: \\(there are none\\)`),
      );
      writeFileSync(file, JSON.stringify(published({ publicEnode: "enode://12@host:1" })));
      await assert.rejects(run(withValidators({ partners })), /third publishes a wrong enode URL/);
      rmSync(file);
      await assert.rejects(run(withValidators({ partners })), /partners\[1\]\.from\.file: given .* cannot be read/);
    });

    it("gives each validator a load balancer for peers in other clusters, whose networks alone are admitted", async () => {
      const cidrs = ["198.51.100.0/24"];
      const exposure = { type: "loadBalancer", domain: "p2p.example.com", annotations: { scheme: "internal" } };
      const program = await run(withValidators({ p2p: { cidrs, exposure } }));
      const service = inputsOf(program, "kubernetes:core/v1:Service", "clique-validator0-public") as {
        metadata: { name: string; annotations: Record<string, string> };
        spec: Record<string, unknown>;
      };
      assert.equal(service.metadata.name, "validator0-public");
      assert.equal(service.metadata.annotations.scheme, "internal");
      assert.equal(service.spec.type, "LoadBalancer");
      assert.deepEqual(service.spec.loadBalancerSourceRanges, cidrs);
      assert.deepEqual(service.spec.ports, [{ name: "p2p", port: 30303, targetPort: 30303, protocol: "TCP" }]);
      const { ethereum: outputs } = program.outputs as {
        ethereum: { validators: { enode: string; publicEnode: string }[]; enodes: string[] };
      };
      assert.match(outputs.validators[0]!.publicEnode, /@validator0\.p2p\.example\.com:30303/);
      assert.match(outputs.validators[0]!.enode, /@validator0\.clique\.svc/);
      assert.ok(outputs.enodes.includes(outputs.validators[0]!.publicEnode), "which a third stack connects to");
      const policies = JSON.stringify(
        program.resources.filter(({ type }) => type === "kubernetes:networking.k8s.io/v1:NetworkPolicy"),
      );
      assert.ok(policies.includes('{"ipBlock":{"cidr":"198.51.100.0/24"}}'));
    });

    it("takes protocol and gas price from the chain, whatever its own file would say of a new one", async () => {
      const { network, ...config } = readStack("existing-ethereum") as {
        network: { ethereum: Record<string, unknown> };
      };
      const { genesis: _, ...own } = network.ethereum;
      const first = buildGenesis({
        client: "besu",
        consensus: "ibft2",
        chainId: 4711,
        freeGas: false,
        validators: founders.map(({ address }) => address),
      });
      const section = {
        ...own,
        validators: [{ name: "validator0" }],
        join: { stack: "organization/chains/first" },
        p2p: { namespaces: ["first"] },
      };
      const outputs = { ...chain, client: "besu", genesis: genesisText(first) };
      const program = await runProgram(
        "existing-ethereum",
        { ...config, network: { ...network, ethereum: section } },
        { stackOutputs: { ethereum: outputs } },
      );
      const set = inputsOf(program, "ledger:ethereum:ValidatorSet", "ledger-validators");
      assert.equal(set.consensus, "ibft2");
      const node = JSON.stringify(inputsOf(program, "kubernetes:apps/v1:StatefulSet", "ledger-validator0"));
      for (const [name, value] of [
        ["BESU_RPC_HTTP_API", "ETH,NET,WEB3,IBFT"],
        ["BESU_MIN_GAS_PRICE", "1000"],
        // Names of the other company's nodes may be unknown when this one starts.
        ["BESU_XDNS_UPDATE_ENABLED", "true"],
      ]) {
        assert.ok(node.includes(`{"name":"${name}","value":"${value}"}`), `${name} in ${node}`);
      }
    });

    it("previews while the outputs of other stacks are not known", async () => {
      const { network, ...config } = withValidators({
        partners: [{ name: "third", from: { stack: "third/chains/prod" }, validators: [third.address] }],
      });
      const { resources } = await runProgram("local-clique", { ...config, network }, { preview: true });
      assert.ok(resources.some(({ type }) => type === "ledger:ethereum:ValidatorSet"));
    });
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
