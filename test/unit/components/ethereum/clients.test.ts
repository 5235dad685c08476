/** What each client is started with. That real clients run with it is shown end to end, for Besu nowhere here. */
import assert from "node:assert/strict";
import { clients } from "../../../../components/ethereum/clients";
import { besuOptions } from "../../../../components/ethereum/clients/besu";
import type { NodeSettings } from "../../../../components/ethereum/clients/client";
import { validateClientOptions } from "../../../../ledger/ethereum/client-options";
import { defaultClientVersion } from "../../../../ledger/ethereum/client-version";

const roles = ["validator", "rpc"] as const;

function settings(role: NodeSettings["role"]): NodeSettings {
  return {
    role,
    chainId: 98052,
    gasLimit: "100000000",
    freeGas: true,
    hosts: ["rpc"],
    corsOrigins: ["https://app.example.com"],
    options: {},
  };
}

/** Arguments of a node, all of which are known here. */
function commandOf(client: "goquorum" | "geth", role: NodeSettings["role"]): string[] {
  return clients[client].process(settings(role)).command.slice(1) as string[];
}

/** Names of the options a node is started with. */
function optionNames(client: keyof typeof clients, role: NodeSettings["role"]): string[] {
  if (client === "besu") return Object.keys(besuOptions(settings(role)));
  return commandOf(client, role).map((argument) => argument.split("=")[0] ?? "");
}

describe("options of the nodes", () => {
  for (const client of ["besu", "goquorum", "geth"] as const) {
    for (const role of roles) {
      it(`are known to ${client} as a ${role}, since it refuses to start with others`, () => {
        const options = optionNames(client, role);
        assert.ok(options.length > 10);
        assert.deepEqual(validateClientOptions({ client, version: defaultClientVersion[client], options }, "x"), []);
      });
    }
  }

  it("ask for tokens at both doors of a Besu RPC node, by options that it knows", () => {
    const options = besuOptions({ ...settings("rpc"), hasTokens: true, ethstats: "stats:3000" });
    for (const door of ["rpc-http", "rpc-ws"]) {
      assert.equal(options[`${door}-authentication-enabled`], "true");
      assert.equal(options[`${door}-authentication-jwt-public-key-file`], "/jwt/public-key.pem");
    }
    assert.equal(options.ethstats, "$(NODE_NAME):$(ETHSTATS_SECRET)@ws://stats:3000");
    const names = Object.keys(options);
    assert.deepEqual(
      validateClientOptions({ client: "besu", version: defaultClientVersion.besu, options: names }, ""),
      [],
    );
  });

  it("open no namespace on RPC nodes that could change or slow down a node", () => {
    for (const client of ["goquorum", "geth"] as const) {
      const apis = commandOf(client, "rpc").filter((argument) => /^--(http|ws)\.api=/.test(argument));
      assert.deepEqual(apis.sort(), ["--http.api=eth,net,web3", "--ws.api=eth,net,web3"]);
    }
    const besu = besuOptions(settings("rpc"));
    assert.deepEqual([besu["rpc-http-api"], besu["rpc-ws-api"]], ["ETH,NET,WEB3", "ETH,NET,WEB3"]);
  });

  it("bind JSON-RPC of geth's and GoQuorum's validators to the pod's loopback, where only a port-forward comes", () => {
    for (const client of ["goquorum", "geth"] as const) {
      assert.ok(clients[client].process(settings("validator")).command.includes("--http.addr=127.0.0.1"));
    }
  });

  it("give no key on the command line, where every process list shows it", () => {
    const key = { privateKey: `0x${"1".repeat(64)}`, address: `0x${"2".repeat(40)}` };
    for (const client of Object.values(clients)) {
      const files = client.keyFiles(key);
      const mounted = client.files("validator").filter(({ from }) => from === "keys");
      assert.ok(mounted.every((file) => file.key in files));
      assert.ok(!JSON.stringify(client.process(settings("validator"))).includes("1".repeat(64)));
    }
  });

  it("mount no key on RPC nodes", () => {
    for (const client of Object.values(clients)) {
      assert.deepEqual(
        client.files("rpc").filter(({ from }) => from === "keys"),
        [],
      );
    }
  });

  it("take the stack file's own last", () => {
    const own = { ...settings("rpc"), options: { "txpool.lifetime": "1h", "--rpc.allow-unprotected-txs": "" } };
    const command = clients.geth.process(own).command.slice(-2);
    assert.deepEqual(command, ["--txpool.lifetime=1h", "--rpc.allow-unprotected-txs"]);
    const besu = besuOptions({ ...settings("rpc"), options: { "rpc-gas-cap": "5", "revert-reason-enabled": "" } });
    assert.deepEqual([besu["rpc-gas-cap"], besu["revert-reason-enabled"]], ["5", "true"]);
  });
});
