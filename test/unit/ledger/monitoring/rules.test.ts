/** Alerts as data, and the rules that Prometheus gets. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  aloneMatcher,
  backupAlerts,
  blockWindow,
  ethereumAlerts,
  fabricAlerts,
  nodeAlerts,
  ruleGroups,
  scrapeConfig,
} from "../../../../ledger/monitoring";
import { metricNames } from "../../../support/metric-names";

const everyAlert = [...nodeAlerts, ...backupAlerts, ...fabricAlerts, ...ethereumAlerts];

const groups = (network: Partial<Parameters<typeof ruleGroups>[0]>) =>
  ruleGroups({
    network: "trade",
    alerts: [],
    values: {},
    nodes: [],
    certificates: [],
    runbookUrl: "https://wiki.example.com/operations",
    ...network,
  }).groups;

describe("alerts", () => {
  it("have names of their own, and a runbook of that name in docs/operations.md", () => {
    const runbooks = readFileSync(join(__dirname, "../../../../docs/operations.md"), "utf8");
    assert.equal(new Set(everyAlert.map(({ name }) => name)).size, everyAlert.length);
    const missing = everyAlert.filter(({ name }) => !runbooks.includes(`\n### ${name}\n`));
    assert.deepEqual(
      missing.map(({ name }) => name),
      [],
    );
  });

  it("select the network's own series alone, since one Prometheus reads many networks", () => {
    for (const { name, expr } of everyAlert) {
      const selectors = expr.match(/\{[^}]*\}/g) ?? [];
      assert.ok(selectors.length > 0 && selectors.every((each) => each.includes("$NODES")), name);
      const series = [...expr.matchAll(/\$?[A-Za-z_:]+(?=\{)/g)].length;
      assert.equal(series, selectors.length, `${name} has a selector without a metric, or a metric without one`);
    }
  });
});

describe("rules of a network", () => {
  it("fill in what is the network's, and refer to the runbook", () => {
    const alert = {
      name: "SomethingWrong",
      severity: "warning",
      expr: "$HEIGHT{$NODES} == 0",
      for: "1m",
      summary: "wrong",
      description: "mend it",
    } as const;
    const nodes = ["trade-org1", "trade-org2"].map((namespace) => ({ namespace, pod: "peer0-0", component: "peer" }));
    const [expected, alerts] = groups({ alerts: [alert], values: { HEIGHT: "chain_head_block" }, nodes });
    assert.deepEqual(expected?.rules[0], {
      record: "ledger:node:expected",
      expr: "vector(1)",
      labels: { namespace: "trade-org1", pod: "peer0-0", component: "peer" },
    });
    assert.deepEqual(alerts, {
      name: "trade-alerts",
      rules: [
        {
          alert: "SomethingWrong",
          expr: 'chain_head_block{namespace=~"trade-org1|trade-org2"} == 0',
          for: "1m",
          labels: { severity: "warning", network: "trade" },
          annotations: {
            summary: "wrong",
            description: "mend it",
            runbook_url: "https://wiki.example.com/operations#somethingwrong",
          },
        },
      ],
    });
  });

  it("record the ends of certificates, for which Fabric has no metric", () => {
    const certificate = { namespace: "trade-org1", certificate: "peer0-tls", kind: "node" } as const;
    const [expected] = groups({ certificates: [{ ...certificate, notAfter: "2027-11-27T20:00:00Z" }] });
    assert.deepEqual(expected?.rules, [
      {
        record: "ledger:certificate:not_after_seconds",
        expr: `vector(${Date.UTC(2027, 10, 27, 20) / 1000})`,
        labels: certificate,
      },
    ]);
  });

  it("leave no placeholder without a value", () => {
    const alert = { ...nodeAlerts[0]!, expr: "$UNKNOWN{$NODES}" };
    assert.throws(() => groups({ alerts: [alert] }), /no value for \$UNKNOWN/);
  });
});

describe("alerts of a channel with orderers of partners", () => {
  const nodes = [{ namespace: "trade-orderer", pod: "orderer0-0", component: "orderer" }];
  const exprOf = (name: string, shared: string[]) => {
    const values = { RENEW_BEFORE: "1", ALONE: aloneMatcher(shared) };
    const [, alerts] = groups({ alerts: fabricAlerts, values, nodes });
    return alerts?.rules.find(({ alert }) => alert === name)?.expr ?? assert.fail(name);
  };

  it("call neither its leader nor its quorum missing: both may be the partners'", () => {
    for (const name of ["FabricChannelWithoutLeader", "FabricChannelWithoutQuorum"]) {
      const selectors = exprOf(name, ["trade", "a.b"]).match(/consensus_(etcdraft|BFT)_\w+\{[^}]*\}/g) ?? [];
      assert.ok(selectors.length > 0);
      for (const selector of selectors) {
        assert.match(selector, /\{namespace=~"trade-orderer", channel!~"trade\|a\[\.\]b"\}$/);
      }
      assert.doesNotMatch(exprOf(name, []), /channel!~/);
    }
  });

  it("still tell that it takes transactions and makes no block", () => {
    assert.equal(exprOf("FabricChannelStalled", ["trade"]), exprOf("FabricChannelStalled", []));
  });
});

describe("the window of a chain's blocks", () => {
  it("is five minutes, or three of its longest pauses", () => {
    assert.deepEqual([0, 5, 100, 101, 600].map(blockWindow), ["5m", "5m", "5m", "6m", "30m"]);
  });
});

describe("a scrape configuration", () => {
  it("shows a certificate where nodes ask for one, and checks theirs", () => {
    const job = scrapeConfig({
      namespace: "trade-org1",
      port: "operations",
      path: "/metrics",
      serverName: "localhost",
    });
    const { scheme, tls_config: tls } = job as { scheme: string; tls_config: Record<string, string> };
    assert.equal(scheme, "https");
    assert.deepEqual(tls, {
      ca_file: "/etc/prometheus/tls/trade-org1/ca.crt",
      cert_file: "/etc/prometheus/tls/trade-org1/tls.crt",
      key_file: "/etc/prometheus/tls/trade-org1/tls.key",
      server_name: "localhost",
    });
  });

  it("is plain where nodes ask for none", () => {
    const job = scrapeConfig({ namespace: "chain", port: "metrics", path: "/debug/metrics/prometheus" });
    assert.deepEqual(Object.keys(job), ["job_name", "metrics_path", "kubernetes_sd_configs", "relabel_configs"]);
  });
});

describe("names of metrics", () => {
  it("are read from expressions with functions, labels, words and durations in them", () => {
    const names = metricNames(
      'sum by (a, b) (rate(x_total{c="d", e!~"f|g"}[5m])) / on (a) group_left () max(y:z offset 1m) > 0.1 or time() unless up == 1',
    );
    assert.deepEqual(names, ["x_total", "y:z", "up"]);
  });
});
