/** The rules as Prometheus itself reads them: each alert fires by the series of its fault, and clears with it. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import {
  aloneMatcher,
  backupAlerts,
  blockWindow,
  ethereumAlerts,
  fabricAlerts,
  nodeAlerts,
  ruleGroups,
  type Alert,
} from "../../ledger/monitoring";
import { clientFacts } from "../../ledger/ethereum/clients";
import { paths } from "../../tools/paths";

const namespace = "trade-org1";
/** Begin of time in `promtool test rules` is 1970: certificates end in its first days. */
const day = 86_400;

const network = {
  network: "trade",
  nodes: [
    { namespace, pod: "peer0-0", component: "peer" },
    { namespace, pod: "validator0-0", component: "validator" },
    { namespace, pod: "validator1-0", component: "validator" },
  ],
  certificates: [],
  runbookUrl: "docs/operations.md",
};
const { height, peers } = clientFacts.geth.metrics;

/** Series of one minute each, as promtool writes them: https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/ */
interface Story {
  /** Series without their namespace: `up{pod="peer0-0"}` -> values. */
  series: Record<string, string>;
  /** Minutes at which the alert does not fire yet, fires, and fires no longer. */
  before: number;
  during: number;
  after: number;
  /** Seconds since 1970 at which a certificate ends. Default: none. */
  certificateEnds?: number;
}

const [first, second] = ['pod="validator0-0"', 'pod="validator1-0"'];

const stories: Record<string, Story> = {
  LedgerNodeDown: {
    series: { 'up{pod="peer0-0"}': "1x5 0x9 1x20", [`up{${first}}`]: "1x40", [`up{${second}}`]: "1x40" },
    before: 4,
    during: 12,
    after: 20,
  },
  LedgerPodRestarting: {
    series: { 'container_start_time_seconds{pod="peer0-0", container="peer"}': "1x5 2 3 4 5 5x40" },
    before: 5,
    during: 12,
    after: 40,
  },
  LedgerVolumeNearlyFull: {
    series: {
      'kubelet_volume_stats_available_bytes{persistentvolumeclaim="peer0-ledger"}': "50x5 10x14 60x20",
      'kubelet_volume_stats_capacity_bytes{persistentvolumeclaim="peer0-ledger"}': "100x40",
    },
    before: 5,
    during: 15,
    after: 30,
  },
  LedgerVolumeFull: {
    series: {
      'kubelet_volume_stats_available_bytes{persistentvolumeclaim="peer0-ledger"}': "10x5 2x14 60x20",
      'kubelet_volume_stats_capacity_bytes{persistentvolumeclaim="peer0-ledger"}': "100x40",
    },
    before: 5,
    during: 15,
    after: 30,
  },
  LedgerBackupFailed: {
    series: { 'ledger_backup_failed{pod="backup-metrics-0"}': "0x5 1x14 0x20" },
    before: 6,
    during: 15,
    after: 30,
  },
  LedgerBackupTooOld: {
    // Due after ten minutes; taken late, from the 25th to the 30th, and then due in time.
    series: {
      'ledger_backup_due_timestamp_seconds{pod="backup-metrics-0"}': "600x30 7200x30",
      'ledger_backup_running{pod="backup-metrics-0"}': "0x24 1x5 0x30",
    },
    before: 14,
    during: 20,
    after: 27,
  },
  FabricChannelWithoutLeader: {
    series: {
      'consensus_etcdraft_is_leader{channel="trade", pod="orderer0-0"}': "1x5 0x14 0x20",
      'consensus_etcdraft_is_leader{channel="trade", pod="orderer1-0"}': "0x5 0x14 1x20",
    },
    before: 5,
    during: 15,
    after: 30,
  },
  FabricChannelWithoutQuorum: {
    series: Object.fromEntries(
      [0, 1, 2, 3].map((index) => [
        `consensus_BFT_cluster_size{channel="trade", pod="orderer${index}-0"}`,
        // Two of four are away: a series that ends is stale.
        index < 2 ? "4x40" : "4x5 stale _x13 4x20",
      ]),
    ),
    before: 5,
    during: 15,
    after: 30,
  },
  FabricChannelStalled: {
    series: {
      'broadcast_processed_count{channel="trade", pod="orderer0-0", status="SERVICE_UNAVAILABLE"}': "0+10x60",
      'ledger_blockchain_height{channel="trade", pod="peer0-0"}': "5+1x10 15x15 16+1x30",
    },
    before: 12,
    during: 24,
    after: 34,
  },
  FabricNodeBehind: {
    series: {
      'ledger_blockchain_height{channel="trade", pod="peer0-0"}': "5+1x50",
      'ledger_blockchain_height{channel="trade", pod="peer1-0"}': "5+1x5 10x14 25+1x30",
    },
    before: 6,
    during: 18,
    after: 35,
  },
  FabricEndorsementFailures: {
    series: {
      'endorser_proposal_duration_count{channel="trade", pod="peer0-0", chaincode="asset", success="true"}': "0+10x60",
      'endorser_proposal_duration_count{channel="trade", pod="peer0-0", chaincode="asset", success="false"}':
        "0x10 0+10x10 100x40",
      'endorser_proposal_duration_count{channel="trade", pod="peer0-0", chaincode="_lifecycle", success="false"}':
        "0+10x60",
    },
    before: 9,
    during: 18,
    after: 40,
  },
  FabricTransactionsInvalid: {
    series: {
      'ledger_transaction_count{channel="trade", pod="peer0-0", validation_code="VALID"}': "0+10x60",
      'ledger_transaction_count{channel="trade", pod="peer0-0", validation_code="ENDORSEMENT_POLICY_FAILURE"}':
        "0x10 0+10x14 140x40",
    },
    before: 9,
    during: 22,
    after: 50,
  },
  FabricCertificateDue: { series: {}, certificateEnds: 30 * day + 3600, before: 30, during: 180, after: NaN },
  FabricCertificateEnds: { series: {}, certificateEnds: 7 * day + 3600, before: 30, during: 180, after: NaN },
  EthereumChainStalled: {
    series: { [`${height}{${first}}`]: "0+5x10 50x14 55+5x30", [`${height}{${second}}`]: "0+5x10 50x14 55+5x30" },
    before: 10,
    during: 20,
    after: 40,
  },
  EthereumValidatorSilent: {
    series: { [`${height}{${first}}`]: "0+5x60", [`${height}{${second}}`]: "0+5x10 50x14 125+5x30" },
    before: 9,
    during: 20,
    after: 40,
  },
  EthereumNodeBehind: {
    series: { [`${height}{${first}}`]: "0+5x60", [`${height}{${second}}`]: "0+5x10 50x14 125+5x30" },
    before: 9,
    during: 22,
    after: 40,
  },
  EthereumNodeWithoutPeers: {
    series: { [`${peers}{${first}}`]: "3x10 0x14 3x30", [`${peers}{${second}}`]: "3x60" },
    before: 10,
    during: 20,
    after: 40,
  },
};

const kinds: Record<string, readonly Alert[]> = {
  node: nodeAlerts,
  backup: backupAlerts,
  fabric: fabricAlerts,
  ethereum: ethereumAlerts,
};

describe("rules in Prometheus' own hands", function () {
  this.timeout(60_000);
  let directory: string;

  before(() => {
    directory = mkdtempSync(join(tmpdir(), "alert-rules-"));
  });
  after(() => rmSync(directory, { recursive: true }));

  function promtool(...args: string[]): { status: number | null; output: string } {
    const { status, stdout, stderr } = spawnSync(join(paths.bin, "promtool"), args, { encoding: "utf8" });
    return { status, output: stdout + stderr };
  }

  function writeRules(alerts: readonly Alert[], certificateEnds?: number): string {
    const file = join(directory, "rules.yaml");
    const values = {
      HEIGHT: height,
      PEERS: peers,
      RENEW_BEFORE: String(30 * day),
      ALONE: aloneMatcher([]),
      WINDOW: blockWindow(5),
    };
    const certificates =
      certificateEnds === undefined
        ? []
        : [
            {
              namespace,
              certificate: "peer0-tls",
              kind: "node" as const,
              notAfter: new Date(certificateEnds * 1000).toISOString(),
            },
          ];
    writeFileSync(file, stringify(ruleGroups({ ...network, alerts, values, certificates })));
    return file;
  }

  for (const [kind, alerts] of Object.entries(kinds)) {
    it(`are well formed for a network's alerts of kind ${kind}`, () => {
      const { status, output } = promtool("check", "rules", writeRules(alerts));
      assert.equal(status, 0, output);
    });
  }

  it("have a story for each alert", () => {
    const names = Object.values(kinds).flatMap((alerts) => alerts.map(({ name }) => name));
    assert.deepEqual(Object.keys(stories), names);
  });

  /** Shows the alert's rule the series of a story, and compares when it fires. */
  function tell(alert: Alert, story: Story): void {
    const rules = writeRules([alert], story.certificateEnds);
    const series = Object.entries(story.series).map(([name, values]) => ({
      series: name.replace("{", `{namespace="${namespace}", `),
      values,
    }));
    const counts = [
      [story.before, 0],
      [story.during, 1],
      [story.after, 0],
    ] as const;
    const tests = join(directory, "tests.yaml");
    writeFileSync(
      tests,
      stringify({
        rule_files: [rules],
        evaluation_interval: "1m",
        tests: [
          {
            interval: "1m",
            input_series: series,
            promql_expr_test: counts
              .filter(([minute]) => !Number.isNaN(minute))
              .map(([minute, count]) => ({
                expr: `count(ALERTS{alertname="${alert.name}", alertstate="firing", severity="${alert.severity}"}) or vector(0)`,
                eval_time: `${minute}m`,
                exp_samples: [{ labels: "{}", value: count }],
              })),
          },
        ],
      }),
    );
    const { status, output } = promtool("test", "rules", tests);
    assert.equal(status, 0, output);
  }

  for (const alert of Object.values(kinds).flat()) {
    it(`raise ${alert.name} for its fault, not before, and not after`, () => {
      tell(alert, stories[alert.name] ?? assert.fail("no story"));
    });
  }

  it("raise LedgerBackupTooOld also while one backup after another hangs, eight hours after it was due", () => {
    const alert = backupAlerts.find(({ name }) => name === "LedgerBackupTooOld") ?? assert.fail("no such alert");
    tell(alert, {
      // Due after ten minutes; one of those that hung is complete in the end.
      series: {
        'ledger_backup_due_timestamp_seconds{pod="backup-metrics-0"}': "600x510 60000x30",
        'ledger_backup_running{pod="backup-metrics-0"}': "1x540",
      },
      before: 8 * 60 + 10,
      during: 8 * 60 + 20,
      after: 8 * 60 + 40,
    });
  });
});
