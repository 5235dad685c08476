/** Command line and environment of each client. End-to-end tests show that geth and GoQuorum run with them. */
import assert from "node:assert/strict";
import { clients } from "../../../../components/ethereum/clients";
import { besuOptions } from "../../../../components/ethereum/clients/besu";
import type { NodeSettings } from "../../../../components/ethereum/clients/client";
import { clientFacts } from "../../../../ledger/ethereum/clients";

const roles = ["validator", "rpc"] as const;

function settings(role: NodeSettings["role"]): NodeSettings {
  return {
    role,
    chainId: 98052,
    gasLimit: "100000000",
    freeGas: true,
    consensus: "qbft",
    hosts: ["rpc"],
    corsOrigins: ["https://app.example.com"],
    logFormat: "plain",
    options: {},
  };
}

/** Arguments of a node, all of which are known here. */
function commandOf(client: "goquorum" | "geth", role: NodeSettings["role"]): string[] {
  return clients[client].process(settings(role)).command.slice(1) as string[];
}

/** Names of a node's options. */
function optionNames(client: keyof typeof clients, role: NodeSettings["role"]): string[] {
  if (client === "besu") return Object.keys(besuOptions(settings(role)));
  return commandOf(client, role).map((argument) => argument.split("=")[0] ?? "");
}

interface Probe {
  httpGet?: { port: number };
  tcpSocket?: { port: number };
}

function portOf({ httpGet, tcpSocket }: Probe): number {
  return (httpGet ?? tcpSocket)?.port ?? 0;
}

describe("options of the nodes", () => {
  for (const client of ["besu", "goquorum", "geth"] as const) {
    for (const role of roles) {
      it(`are known to ${client} as a ${role}, since it refuses to start with others`, () => {
        const options = optionNames(client, role);
        assert.ok(options.length > 10);
        assert.deepEqual(
          clientFacts[client].options.validateNames(options, clientFacts[client].releases.default, "x"),
          [],
        );
      });
    }
  }

  it("ask for tokens at both doors of a Besu RPC node, by options that it knows", () => {
    const options = besuOptions({ ...settings("rpc"), hasTokens: true, ethstats: "stats:3000" });
    for (const door of ["rpc-http", "rpc-ws"]) {
      assert.equal(options[`${door}-authentication-enabled`], "true");
      assert.equal(options[`${door}-authentication-jwt-public-key-file`], "/jwt/public-key.pem");
    }
    const names = Object.keys(options);
    assert.deepEqual(clientFacts.besu.options.validateNames(names, clientFacts.besu.releases.default, ""), []);
  });

  it("open no namespace on RPC nodes that could change or slow down a node", () => {
    for (const client of ["goquorum", "geth"] as const) {
      const apis = commandOf(client, "rpc").filter((argument) => /^--(http|ws)\.api=/.test(argument));
      assert.deepEqual(apis.sort(), ["--http.api=eth,net,web3", "--ws.api=eth,net,web3"]);
    }
    const besu = besuOptions(settings("rpc"));
    assert.deepEqual([besu["rpc-http-api"], besu["rpc-ws-api"]], ["ETH,NET,WEB3", "ETH,NET,WEB3"]);
  });

  it("bind JSON-RPC of validators to the pod's loopback, since it votes, and only a port-forward comes there", () => {
    for (const client of ["goquorum", "geth"] as const) {
      assert.ok(clients[client].process(settings("validator")).command.includes("--http.addr=127.0.0.1"));
    }
    assert.equal(besuOptions(settings("validator"))["rpc-http-host"], "127.0.0.1");
  });

  it("probe no port of validators that listens on loopback, where the kubelet does not come", () => {
    for (const client of Object.values(clients)) {
      const { startupProbe, readinessProbe, livenessProbe } = client.process(settings("validator"));
      for (const probe of [startupProbe, readinessProbe, livenessProbe] as Probe[]) {
        assert.notEqual(portOf(probe), client.ports.http);
        assert.ok(portOf(probe) > 0);
      }
    }
  });

  it("name the dashboard as each client reads it, since Besu ends on the form of the others", () => {
    const node = { ...settings("rpc"), ethstats: "stats:3000" };
    assert.equal(besuOptions(node).ethstats, "ws://$(NODE_NAME):$(ETHSTATS_SECRET)@stats:3000");
    for (const client of ["goquorum", "geth"] as const) {
      const target = "--ethstats=$(NODE_NAME):$(ETHSTATS_SECRET)@ws://stats:3000";
      assert.ok(clients[client].process(node).command.includes(target));
    }
  });

  it("leave room for more peers than a network has nodes, or RPC nodes are turned away", () => {
    assert.equal(besuOptions(settings("validator"))["max-peers"], "250");
    for (const client of ["goquorum", "geth"] as const) {
      assert.ok(commandOf(client, "validator").includes("--maxpeers=250"));
      const own = commandOf(client, "rpc").filter((argument) => argument.startsWith("--maxpeers"));
      assert.deepEqual(own, [], "the file that names the peers limits them to their number");
    }
  });

  it("keep Go below the container's limit, of which it knows nothing", () => {
    for (const client of ["goquorum", "geth"] as const) {
      const { env } = clients[client].process({ ...settings("validator"), memoryLimitBytes: 6 * 2 ** 30 });
      assert.equal(env.find(({ name }) => name === "GOMEMLIMIT")?.value, String(Math.floor(0.9 * 6 * 2 ** 30)));
    }
  });

  it("ask for a log of JSON objects, each client by its own option, where the stack file does", () => {
    const options = besuOptions({ ...settings("rpc"), logFormat: "json" });
    assert.equal(options["logging-format"], "ECS");
    assert.equal(
      besuOptions({ ...settings("rpc"), logFormat: "json", options: { "logging-format": "GCP" } })["logging-format"],
      "GCP",
    );
    for (const client of ["besu", "goquorum", "geth"] as const) {
      const flags = { besu: "logging-format", goquorum: "--log.json", geth: "--log.format=json" };
      const { oldest } = clientFacts[client].releases;
      const name = flags[client].split("=")[0] ?? "";
      assert.deepEqual(clientFacts[client].options.validateNames([name], oldest, "x"), []);
      if (client === "besu") continue;
      assert.ok(clients[client].process({ ...settings("rpc"), logFormat: "json" }).command.includes(flags[client]));
      assert.ok(!clients[client].process(settings("rpc")).command.includes(flags[client]));
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

describe("Besu's variables", () => {
  const env = (role: NodeSettings["role"], change: Partial<NodeSettings> = {}) =>
    clients.besu.process({ ...settings(role), ...change }).env;
  const valueOf = (name: string, role: NodeSettings["role"], change: Partial<NodeSettings> = {}) =>
    env(role, change).find((variable) => variable.name === name)?.value;

  it("let a scrape name the pod's address, by a variable that Kubernetes has filled in before", () => {
    for (const role of roles) {
      const names = env(role).map(({ name }) => name);
      assert.ok(names.indexOf("BESU_P2P_HOST") < names.indexOf("BESU_HOST_ALLOWLIST"));
      const hosts = valueOf("BESU_HOST_ALLOWLIST", role) as string;
      assert.deepEqual(hosts.split(",").slice(0, 3), ["localhost", "127.0.0.1", "$(BESU_P2P_HOST)"]);
    }
  });

  it("give the heap most of the container's memory, where Java would take a quarter", () => {
    assert.equal(valueOf("BESU_OPTS", "rpc"), "-XX:MaxRAMPercentage=60");
  });

  it("end Besu on names that do not resolve, unless addresses of nodes elsewhere may change", () => {
    assert.equal(valueOf("BESU_XDNS_UPDATE_ENABLED", "rpc"), "false");
    assert.equal(valueOf("BESU_XDNS_UPDATE_ENABLED", "rpc", { hasPeersElsewhere: true }), "true");
  });

  it("let an account have more than five transactions in the pool, and none overtake others", () => {
    assert.equal(valueOf("BESU_TX_POOL_LIMIT_BY_ACCOUNT_PERCENTAGE", "rpc"), "0.15");
    assert.equal(valueOf("BESU_TX_POOL_NO_LOCAL_PRIORITY", "validator"), "true");
  });

  it("have no option of the sequenced pool when the stack file chooses the layered one, on which Besu would end", () => {
    const layered = { options: { "tx-pool": "layered" } };
    assert.equal(valueOf("BESU_TX_POOL", "rpc", layered), "layered");
    assert.equal(valueOf("BESU_TX_POOL_LIMIT_BY_ACCOUNT_PERCENTAGE", "rpc", layered), undefined);
  });

  it("take transactions that carry the largest contract of the chain", () => {
    assert.equal(valueOf("BESU_TX_POOL_MAX_TX_BYTES", "validator"), undefined);
    const largest = (contractSizeLimitBytes: number) =>
      valueOf("BESU_TX_POOL_MAX_TX_BYTES", "validator", { contractSizeLimitBytes });
    assert.equal(largest(1_000_000), "1131072");
    assert.equal(largest(2 ** 31 - 1), "2147483647");
  });

  it("offer votes of the chain's own protocol alone", () => {
    assert.equal(valueOf("BESU_RPC_HTTP_API", "validator"), "ETH,NET,WEB3,QBFT");
    assert.equal(valueOf("BESU_RPC_HTTP_API", "validator", { consensus: "ibft2" }), "ETH,NET,WEB3,IBFT");
  });

  it("keep probes apart from clients: with all connections taken a node is busy, not dead", () => {
    const { livenessProbe, startupProbe } = clients.besu.process(settings("rpc"));
    assert.equal(portOf(livenessProbe as Probe), 9545);
    assert.equal(portOf(startupProbe as Probe), 8546, "a node without WebSocket never becomes ready");
  });
});
