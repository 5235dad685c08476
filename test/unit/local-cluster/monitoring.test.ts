/** Objects of the add-on that watches a network. The soak test shows that a cluster runs them. */
import assert from "node:assert/strict";
import { parse, stringify } from "yaml";
import type { KubernetesObject } from "../../../local-cluster/access/api-client";
import { monitoringObjects } from "../../../local-cluster/monitoring/objects";
import { scrapeConfig } from "../../../ledger/monitoring";
import { checkMonitoring, watchedNetwork } from "../../../tools/cli/monitoring";
import { readStackFile } from "../../../tools/cli/stack-file";

const jobs = ["trade-org1", "trade-orderer"].map((namespace) =>
  scrapeConfig({ namespace, port: "operations", path: "/metrics", serverName: "localhost" }),
);
const monitoringTls = { certificate: "CERTIFICATE", privateKey: "KEY" };
const network = watchedNetwork("local-fabric", {
  monitoring: { namespace: "watch", scrapeConfigs: stringify(jobs), rules: "groups: []\n" },
  fabric: {
    organizations: { org1: { namespace: "trade-org1", monitoringTls, gateway: { tlsCaCertificate: "CA1" } } },
    ordererOrganizations: { orderer: { namespace: "trade-orderer", monitoringTls, tlsCaCertificate: "CA2" } },
  },
});
const objects = monitoringObjects(network, { interval: "15s", kubeletsAreCertified: true });

function find<T>(kind: string, name: string): T {
  const found = objects.find((object) => object.kind === kind && object.metadata.name === name);
  return (found ?? assert.fail(`no ${kind} ${name}`)) as KubernetesObject & T;
}

interface PrometheusFile {
  scrape_configs: { job_name: string; tls_config: Record<string, unknown> }[];
  rule_files: string[];
}

function prometheusFile(kubeletsAreCertified: boolean): PrometheusFile {
  const all = monitoringObjects(network, { interval: "15s", kubeletsAreCertified });
  const config = all.find(({ kind, metadata }) => kind === "ConfigMap" && metadata.name === "prometheus");
  return parse((config as unknown as { data: Record<string, string> }).data["prometheus.yaml"]!) as PrometheusFile;
}

describe("Prometheus on the local cluster", () => {
  it("scrapes by the jobs of the stack's outputs, unchanged, and the kubelets", () => {
    const names = prometheusFile(true).scrape_configs.map((job) => job.job_name);
    assert.deepEqual(names, ["kubelet/metrics", "kubelet/metrics/resource", "trade-org1", "trade-orderer"]);
    assert.deepEqual(prometheusFile(true).scrape_configs.slice(2), jobs);
  });

  it("has each certificate at the path that the jobs name, with the authority of that organisation", () => {
    type Volume = { name: string; secret?: { items: { key: string; path: string }[] } };
    const { spec } = find<{ spec: { template: { spec: { volumes: Volume[] } } } }>("Deployment", "prometheus");
    const items = spec.template.spec.volumes.find(({ name }) => name === "tls")?.secret?.items ?? [];
    const named = prometheusFile(true)
      .scrape_configs.slice(2)
      .flatMap(({ tls_config: { ca_file, cert_file, key_file } }) => [ca_file, cert_file, key_file]);
    assert.deepEqual(
      items.map(({ path }) => `/etc/prometheus/tls/${path}`),
      named,
    );
    const { stringData } = find<{ stringData: Record<string, string> }>("Secret", "prometheus-tls");
    assert.deepEqual(
      items.map(({ key }) => stringData[key]),
      ["CA1", "CERTIFICATE", "KEY", "CA2", "CERTIFICATE", "KEY"],
    );
  });

  it("checks kubelets' certificates except in kind, where no authority signed them", () => {
    const account = "/var/run/secrets/kubernetes.io/serviceaccount";
    assert.deepEqual(prometheusFile(true).scrape_configs[0]?.tls_config, { ca_file: `${account}/ca.crt` });
    assert.deepEqual(prometheusFile(false).scrape_configs[0]?.tls_config, { insecure_skip_verify: true });
  });

  it("alone may connect to the network's namespaces; all else there is closed", () => {
    interface Policy {
      spec: { podSelector: { matchLabels?: Record<string, string> }; egress?: { to?: unknown[] }[] };
    }
    const policies = objects.filter(({ kind }) => kind === "NetworkPolicy") as unknown as Policy[];
    const opening = policies.filter(({ spec }) => JSON.stringify(spec).includes("trade-org1"));
    assert.deepEqual(
      opening.map(({ spec }) => spec.podSelector.matchLabels),
      [{ "app.kubernetes.io/name": "prometheus" }],
    );
    assert.deepEqual(find<Policy>("NetworkPolicy", "default-deny").spec, {
      podSelector: {},
      policyTypes: ["Ingress", "Egress"],
    });
  });

  it("runs anew when rules or certificates change, since it reads its files at the start", () => {
    const revision = (rules: string) => {
      const all = monitoringObjects({ ...network, rules }, { interval: "15s", kubeletsAreCertified: true });
      return JSON.stringify(all.find(({ kind, metadata }) => kind === "Deployment" && metadata.name === "prometheus"));
    };
    assert.notEqual(revision("groups: []\n"), revision("groups: [{ name: other, rules: [] }]\n"));
  });
});

describe("make up MONITORING=1", () => {
  it("is possible with every local stack", () => {
    for (const name of ["local-fabric", "local-bft", "local-exposed", "local-ethereum", "local-clique"]) {
      checkMonitoring(readStackFile(name));
    }
  });

  it("is refused for other stacks and for stacks that open their metrics to nobody, with the remedy", () => {
    assert.throws(() => checkMonitoring(readStackFile("existing-fabric")), /is for local stacks.*docs\/monitoring\.md/);
    assert.throws(
      () => checkMonitoring({ ...readStackFile("local-ethereum"), hasMonitoring: false }),
      /set network\.ethereum\.monitoring\.namespace in its file/,
    );
  });
});
