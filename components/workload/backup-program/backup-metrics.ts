/** Metrics about the backups of a network: https://prometheus.io/docs/instrumenting/exposition_formats/ */
import { createServer, type Server } from "node:http";
import { completeMoments, timeOf, type Snapshot } from "./backup.ts";

/** Fields of a CronJob: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/cron-job-v1/ */
export interface CronJob {
  metadata: { creationTimestamp: string };
  status?: { active?: unknown[]; lastScheduleTime?: string; lastSuccessfulTime?: string };
}

/** What the metrics are about. */
export interface Watched {
  /** Namespaces with snapshots. */
  namespaces: string[];
  /** CronJob that takes the backups. */
  cronJob: { namespace: string; name: string };
  /** Longest time from the begin of one backup to the begin of the next. */
  periodSeconds: number;
}

/** Metrics from all snapshots of the network's backups, and from the CronJob that takes them. */
export function metricsOf(snapshots: Snapshot[], { metadata, status = {} }: CronJob, periodSeconds: number): string {
  const complete = completeMoments(snapshots);
  const newest = complete[0] === undefined ? undefined : timeOf(complete[0]);
  // A CronJob that was made anew has its first backup ahead of it.
  const since = Math.max(newest ?? 0, Date.parse(metadata.creationTimestamp) / 1000);
  const isRunning = (status.active ?? []).length > 0;
  // A backup ends after the time that it was begun at, so the last one succeeded if a success is the later of the two.
  const last = [status.lastScheduleTime, status.lastSuccessfulTime].map((time) =>
    time === undefined ? 0 : Date.parse(time),
  );
  const hasFailed = !isRunning && last[0]! > last[1]!;
  return [
    ...gauge("ledger_backup_complete", "Number of complete backups.", complete.length),
    ...(newest === undefined
      ? []
      : gauge("ledger_backup_newest_timestamp_seconds", "Begin of the newest complete backup.", newest)),
    ...gauge("ledger_backup_due_timestamp_seconds", "Time at which a newer backup has begun.", since + periodSeconds),
    ...gauge("ledger_backup_running", "Whether a backup is being taken.", Number(isRunning)),
    ...gauge("ledger_backup_failed", "Whether the last backup by the schedule failed.", Number(hasFailed)),
    "",
  ].join("\n");
}

function gauge(name: string, help: string, value: number): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, `${name} ${value}`];
}

/** A server that does not listen yet: `/metrics`, and `/healthz`, which asks nobody. @param read Text of the metrics. */
export function metricsServer(read: () => Promise<string>): Server {
  return createServer(({ url }, response) => {
    if (url !== "/metrics") {
      response.writeHead(url === "/healthz" ? 200 : 404).end();
      return;
    }
    read().then(
      (text) => response.writeHead(200, { "Content-Type": "text/plain; version=0.0.4" }).end(text),
      (error: unknown) => {
        console.error(error instanceof Error ? error.message : error);
        response.writeHead(503).end();
      },
    );
  });
}
