/** Metrics about backups, from what the API of Kubernetes says. test/soak/ethereum-backup.test.ts shows them to Prometheus. */
import assert from "node:assert/strict";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { Snapshot } from "../../../../components/workload/backup-program/backup";
import { metricsOf, metricsServer, type CronJob } from "../../../../components/workload/backup-program/backup-metrics";
import { backupAlerts } from "../../../../ledger/monitoring";
import { metricNames } from "../../../support/metric-names";
import { missingIn } from "../../../support/named-metrics";

const period = 86_400;
const made = "2026-01-01T00:00:00Z";

/** A backup of two volumes. @param readyCount number of them whose copies can be used */
function backup(moment: string, readyCount = 2): Snapshot[] {
  return ["validator0-chain", "validator1-chain"].map((volume, index) => ({
    apiVersion: "snapshot.storage.k8s.io/v1",
    kind: "VolumeSnapshot",
    metadata: {
      name: `${volume}-${moment}`,
      namespace: "chain",
      labels: { "blockchain-clusters/backup": moment },
      annotations: { "blockchain-clusters/backup-size": "2" },
    },
    spec: { source: { persistentVolumeClaimName: volume } },
    status: { readyToUse: index < readyCount },
  }));
}

function valuesOf(snapshots: Snapshot[], status?: CronJob["status"], creationTimestamp = made): Record<string, number> {
  const text = metricsOf(snapshots, { metadata: { creationTimestamp }, ...(status && { status }) }, period);
  return Object.fromEntries(
    [...text.matchAll(/^ledger_backup_(\w+) (\d+)$/gm)].map(([, name, value]) => [name!, Number(value)]),
  );
}

const seconds = (time: string) => Date.parse(time) / 1000;

describe("metrics about backups", () => {
  it("go by the newest backup that lacks nothing", () => {
    const snapshots = [...backup("20260102t030000z"), ...backup("20260103t030000z"), ...backup("20260104t030000z", 1)];
    const { complete, newest_timestamp_seconds: newest, due_timestamp_seconds: due } = valuesOf(snapshots);
    assert.equal(complete, 2);
    assert.equal(newest, seconds("2026-01-03T03:00:00Z"));
    assert.equal(due, seconds("2026-01-04T03:00:00Z"));
  });

  it("give a network its first period, and another one when its CronJob is made anew", () => {
    assert.deepEqual(valuesOf([]), {
      complete: 0,
      due_timestamp_seconds: seconds(made) + period,
      running: 0,
      failed: 0,
    });
    const again = valuesOf(backup("20260102t030000z"), undefined, "2026-02-01T00:00:00Z");
    assert.equal(again.due_timestamp_seconds, seconds("2026-02-01T00:00:00Z") + period);
  });

  it("call a backup failed that began after the last success and runs no more", () => {
    const [success, later] = ["2026-01-02T03:00:09Z", "2026-01-03T03:00:00Z"];
    const cases: [CronJob["status"], { running: number; failed: number }][] = [
      [{}, { running: 0, failed: 0 }],
      [
        { lastScheduleTime: "2026-01-02T03:00:00Z", lastSuccessfulTime: success },
        { running: 0, failed: 0 },
      ],
      [
        { lastScheduleTime: later, lastSuccessfulTime: success, active: [{}] },
        { running: 1, failed: 0 },
      ],
      [
        { lastScheduleTime: later, lastSuccessfulTime: success },
        { running: 0, failed: 1 },
      ],
      // The first one of all.
      [{ lastScheduleTime: later }, { running: 0, failed: 1 }],
      // One by hand, after it.
      [
        { lastScheduleTime: later, lastSuccessfulTime: "2026-01-03T09:00:00Z" },
        { running: 0, failed: 0 },
      ],
    ];
    for (const [status, expected] of cases) {
      const { running, failed } = valuesOf([], status);
      assert.deepEqual({ running, failed }, expected, JSON.stringify(status));
    }
  });

  it("are all that the alerts name", () => {
    const names = backupAlerts.flatMap(({ expr }) => metricNames(expr));
    assert.ok(names.length > 0);
    const text = metricsOf(backup("20260102t030000z"), { metadata: { creationTimestamp: made } }, period);
    assert.deepEqual(missingIn([text], names), []);
  });
});

describe("the server of metrics about backups", () => {
  async function answersOf(read: () => Promise<string>): Promise<Record<string, { status: number; text: string }>> {
    const server = metricsServer(read).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    try {
      const answers = ["/metrics", "/healthz", "/"].map(async (path) => {
        const response = await fetch(`http://127.0.0.1:${port}${path}`);
        return [path, { status: response.status, text: await response.text() }] as const;
      });
      return Object.fromEntries(await Promise.all(answers));
    } finally {
      server.close();
    }
  }

  it("gives them at /metrics alone", async () => {
    assert.deepEqual(await answersOf(async () => "ledger_backup_failed 0\n"), {
      "/metrics": { status: 200, text: "ledger_backup_failed 0\n" },
      "/healthz": { status: 200, text: "" },
      "/": { status: 404, text: "" },
    });
  });

  it("gives none when the cluster does not answer, lives on, and tells the reason in its log alone", async () => {
    const logged: unknown[] = [];
    const { error } = console;
    console.error = (text: unknown) => logged.push(text);
    try {
      const answers = await answersOf(() => Promise.reject(new Error("GET https://10.0.0.1/apis: 403 forbidden")));
      assert.deepEqual(answers["/metrics"], { status: 503, text: "" });
      assert.deepEqual(answers["/healthz"], { status: 200, text: "" });
    } finally {
      console.error = error;
    }
    assert.deepEqual(logged, ["GET https://10.0.0.1/apis: 403 forbidden"]);
  });
});
