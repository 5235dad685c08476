/** Free text of a section: plain as in its file, or secret everywhere after `--secret`. */
import assert from "node:assert/strict";
import { readStack, runProgram, type ProgramRun, type Registration } from "../support/program/run";

const word = "hunter2hunter2";

/** Inputs without secrets. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  if ("secret" in value && Object.keys(value).length === 1) return undefined;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, plain(field)]));
}

function shown(resources: readonly Registration[], text: string): string[] {
  return resources.flatMap(({ name, inputs }) => (JSON.stringify(plain(inputs)).includes(text) ? [name] : []));
}

function used(resources: readonly Registration[], text: string): string[] {
  return resources.flatMap(({ name, inputs }) => (JSON.stringify(inputs).includes(text) ? [name] : []));
}

interface FabricStack {
  network: {
    fabric: { gateway?: object; monitoring?: object; channels: { chaincodes: Record<string, unknown>[] }[] };
  };
}

function fabricStack(): Record<string, unknown> {
  const stack = structuredClone(readStack("local-fabric"));
  const { fabric } = (stack as unknown as FabricStack).network;
  fabric.gateway = { ...fabric.gateway, annotations: { "example.com/token": `${word}-note` } };
  fabric.monitoring = {
    namespace: "monitoring",
    prometheusRule: {},
    runbookUrl: `https://runbooks.example.com/${word}-page`,
  };
  for (const chaincode of fabric.channels.flatMap(({ chaincodes }) => chaincodes)) {
    chaincode.env = { DB_PASSWORD: word };
    chaincode.envFrom = [{ secret: "database" }];
    chaincode.indexes = { "statedb/couchdb/indexes/owner.json": `{ "index": { "fields": ["${word}"] } }` };
  }
  return { ...stack, storage: { block: { provisioner: "csi.example.com", parameters: { user: `${word}-disk` } } } };
}

function ethereumStack(client: string): Record<string, unknown> {
  const stack = structuredClone(readStack("local-ethereum")) as {
    network: { ethereum: Record<string, unknown> };
  };
  const { rpc, ethstats: _, version: __, image: ___, ...rest } = stack.network.ethereum;
  stack.network.ethereum = {
    ...rest,
    client,
    explorerUrl: `https://someone:${word}@explorer.example.com`,
    options: { identity: word },
    rpc: { ...(rpc as object), annotations: { "example.com/token": `${word}-note` } },
  };
  return stack;
}

describe("a section that was set with --secret", function () {
  this.timeout(60_000);

  it("shows no free text of a Fabric network, and hands variables to chaincode by a Secret", async () => {
    const { resources, outputs } = await runProgram("local-fabric", fabricStack(), {
      secretSections: ["network", "storage"],
    });
    assert.ok(used(resources, `${word}-note`).some((name) => name.endsWith("gateway")));
    assert.ok(used(resources, `${word}-page`).some((name) => name.endsWith("alerts")));
    assert.deepEqual(shown(resources, word), []);
    assert.match(JSON.stringify(outputs), new RegExp(word));
    assert.doesNotMatch(JSON.stringify(plain(outputs)), new RegExp(word));
    const servers = resources.filter(({ type, name }) => type.endsWith(":Deployment") && /asset/.test(name));
    assert.ok(servers.length > 0);
    for (const { inputs } of servers) {
      assert.ok(!JSON.stringify(inputs).includes(word));
      assert.match(JSON.stringify(inputs), /"name":"DB_PASSWORD","valueFrom":\{"secretKeyRef"/);
    }
  });

  it("shows neither a package, in which indexes are, nor a digest against which a text could be guessed", async () => {
    for (const [stack, config] of [
      ["local-fabric", fabricStack()],
      ["local-ethereum", ethereumStack("besu")],
    ] as const) {
      const ledger = ({ resources }: ProgramRun) => resources.filter(({ type }) => type.startsWith("ledger:"));
      const hidden = ledger(await runProgram(stack, config, { secretSections: ["network"] }));
      const open = ledger(await runProgram(stack, config));
      for (const key of stack === "local-fabric" ? ["package", "revision"] : ["revision"]) {
        assert.ok(shown(open, `"${key}":"`).length > 0, key);
        assert.deepEqual(shown(hidden, `"${key}":"`), []);
        assert.deepEqual(used(hidden, `"${key}":{"secret":`), used(open, `"${key}":"`));
      }
    }
  });

  for (const client of ["besu", "geth", "goquorum"]) {
    it(`shows no free text of an Ethereum network with ${client}`, async () => {
      const { resources, outputs } = await runProgram("local-ethereum", ethereumStack(client), {
        secretSections: ["network"],
      });
      assert.ok(used(resources, word).length > 1);
      assert.match(JSON.stringify(outputs), new RegExp(word));
      assert.doesNotMatch(JSON.stringify(plain(outputs)), new RegExp(word));
      assert.deepEqual(shown(resources, word), []);
    });
  }

  it("is the only one that does so, and chaincode reads other Secrets in any case", async () => {
    const { resources } = await runProgram("local-fabric", fabricStack());
    assert.ok(shown(resources, `${word}-note`).length > 0);
    assert.ok(resources.every(({ name }) => !name.endsWith("-env")));
    const [server] = resources.filter(({ type, name }) => type.endsWith(":Deployment") && /asset/.test(name));
    assert.match(JSON.stringify(server?.inputs), /"envFrom":\[\{"secretRef":\{"name":"database"\}\}\]/);
  });
});
