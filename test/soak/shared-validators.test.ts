/**
 * Two companies with validators on one chain of GoQuorum, each with a local cluster of its own: nodes of the other side are
 * reached through load balancers alone, and each company votes by its own stack file. The tests build on each other.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { recordedCluster } from "../../local-cluster/clusters";
import { link } from "../../local-cluster/network/links";
import { eventually } from "../../samples/client-ethereum/patience";
import { verify } from "../../samples/client-ethereum/verify";
import { runLocalCluster } from "../../tools/cli/local-cluster";
import { asClientOf } from "../e2e/support/ethereum";
import { startCluster, type Cluster } from "../e2e/support/kubernetes";
import { readStackFile, TestStack, useTestState, type StackFile } from "../e2e/support/pulumi";
import { inSteps } from "../e2e/support/steps";

const networkKey = "blockchain-clusters:network";

type Fields = Record<string, unknown>;

interface ChainOutputs {
  genesisHash: string;
  validators: { name: string; address: string; publicEnode: string }[];
  validatorSet: { addresses: string[]; pending: { address: string; action: string; voters: string[] }[] };
}

interface Company {
  /** Name of its cluster, too. */
  name: "east" | "west";
  stack: TestStack;
}

describe("two companies with validators of one chain, and a cluster each", function () {
  // Ends a hung test only: each wait inside has a condition and a limit of its own.
  this.timeout(15 * 60_000);

  const acme: Company = { name: "east", stack: new TestStack("e2e-east", stackFile("east")) };
  const bell: Company = { name: "west", stack: new TestStack("e2e-west", stackFile("west")) };
  const clusters = new Map<string, Cluster>();
  let directory: string;

  inSteps(this, "ethereum", () => clusters.get("west")!);

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "shared-validators-"));
    useTestState();
    for (const { name, stack } of [acme, bell]) {
      clusters.set(name, await startCluster(name));
      await stack.select();
    }
    await link(recordedCluster("east")!, recordedCluster("west")!);
  });

  after(async () => {
    rmSync(directory, { recursive: true });
    for (const { name } of [acme, bell]) await runLocalCluster(name, "down");
  });

  function edit({ stack }: Company, change: (ethereum: Fields) => void): void {
    stack.edit((config) => change((config[networkKey] as { ethereum: Fields }).ethereum));
  }

  async function chainOf({ stack }: Company): Promise<ChainOutputs> {
    return (await stack.outputs()).ethereum as ChainOutputs;
  }

  /** File with a company's output, as the other one gets it. */
  async function handOver(company: Company): Promise<string> {
    const file = join(directory, `${company.name}.json`);
    writeFileSync(file, JSON.stringify(await chainOf(company)));
    return file;
  }

  async function addressesOf(company: Company): Promise<string[]> {
    return (await chainOf(company)).validators.map(({ address }) => address);
  }

  function sorted(...lists: string[][]): string[] {
    return lists.flat().toSorted((one, other) => (one.toLowerCase() < other.toLowerCase() ? -1 : 1));
  }

  it("begin with the founder's validators, each behind a load balancer for the other company's network", async () => {
    edit(acme, (ethereum) => {
      ethereum.validators = [0, 1, 2].map((index) => ({ name: `validator${index}` }));
      ethereum.partners = [];
    });
    await acme.stack.up();
    const { validators, validatorSet } = await chainOf(acme);
    for (const { publicEnode } of validators) assert.match(publicEnode, /@10\.\d+\.\d+\.\d+:30303/);
    assert.deepEqual(validatorSet.addresses, sorted(validators.map(({ address }) => address)));
  });

  it("join with nodes that follow the chain across clusters, and wait for the founder's votes", async () => {
    const file = await handOver(acme);
    edit(bell, (ethereum) => {
      delete ethereum.genesis;
      ethereum.join = { file };
      ethereum.validators = [{ name: "validator0" }, { name: "validator1" }];
    });
    const text = await bell.stack.up();
    assert.match(text, /adding validator 0x\w+ \(validator0\): 0 of 3 validators have voted for it, 2 more are needed/);
    const { genesisHash, validatorSet } = await chainOf(bell);
    assert.equal(genesisHash, (await chainOf(acme)).genesisHash);
    assert.deepEqual(sorted(validatorSet.pending.map(({ address }) => address)), sorted(await addressesOf(bell)));
  });

  it("seal together when the founder's file names the validators", async () => {
    const file = await handOver(bell);
    const agreed = await addressesOf(bell);
    edit(acme, (ethereum) => (ethereum.partners = [{ name: "bell", from: { file }, validators: agreed }]));
    await acme.stack.up();
    await bell.stack.up();
    const everybody = sorted(await addressesOf(acme), agreed);
    for (const company of [acme, bell]) {
      const { validatorSet } = await chainOf(company);
      assert.deepEqual(validatorSet, {
        addresses: everybody,
        pending: [],
        changedElsewhere: validatorSetElsewhere(company),
      });
      await company.stack.up("--expect-no-changes");
    }

    function validatorSetElsewhere(company: Company): string[] {
      return company === acme
        ? []
        : everybody.filter((each) => !agreed.includes(each)).map((each) => `add validator ${each}`);
    }
  });

  it("have each other's transactions", async () => {
    for (const [from, to] of [
      [acme, bell],
      [bell, acme],
    ] as const) {
      const { stored } = await asClientOf(from.stack.name, (client) => verify(client));
      await asClientOf(to.stack.name, async (client) => {
        const provider = await client.rpc();
        await eventually("the transaction at the other company", async () => {
          return (await provider.getTransactionReceipt(stored.hash)) ?? undefined;
        });
      });
    }
  });

  it("part when both files say so, and the nodes go when they seal no more", async () => {
    edit(bell, (ethereum) => {
      ethereum.validators = [{ name: "validator0" }, { name: "validator1", leave: true }];
    });
    assert.match(await bell.stack.up(), /removing validator 0x\w+ \(validator1\): 2 of 5 validators have voted for it/);
    const [staying = "", leaving = ""] = await addressesOf(bell);
    edit(acme, (ethereum) => {
      ethereum.partners = [{ name: "bell", from: { file: join(directory, "west.json") }, validators: [staying] }];
    });
    await acme.stack.up();
    edit(bell, (ethereum) => (ethereum.validators = [{ name: "validator0" }]));
    await bell.stack.up();
    const { validatorSet } = await chainOf(bell);
    assert.deepEqual(validatorSet.addresses, sorted(await addressesOf(acme), [staying]));
    assert.ok(!validatorSet.addresses.includes(leaving));
    await asClientOf(bell.stack.name, (client) => verify(client));
  });
});

/** The project's local network, whose ways in admit every local cluster. */
function stackFile(cluster: string): StackFile {
  const text = JSON.stringify(readStackFile("local-ethereum")).replaceAll('"10.240.0.0/16"', '"10.240.0.0/13"');
  const { config } = JSON.parse(text) as StackFile;
  const network = config[networkKey] as { ethereum: Fields };
  const rpc = { ...(network.ethereum.rpc as Fields), replicas: 1 };
  // Connections come through the control plane host, which has no pods of its own.
  const p2p = { cidrs: ["10.240.0.0/13"], exposure: { type: "loadBalancer", externalTrafficPolicy: "Cluster" } };
  const ethereum = { ...network.ethereum, rpc, p2p };
  return {
    config: {
      ...config,
      "blockchain-clusters:cluster": { vendor: "local", name: cluster },
      [networkKey]: { ...network, ethereum },
    },
  };
}
