/** Alerts about the backups of a network of any kind. Metrics: components/workload/backup-program/backup-metrics.ts. */
import type { Alert } from "./alert";

export const backupAlerts: readonly Alert[] = [
  {
    name: "LedgerBackupFailed",
    severity: "warning",
    expr: "ledger_backup_failed{$NODES} == 1",
    for: "1m",
    summary: "The last backup into {{ $labels.namespace }} failed",
    description:
      "The log of the newest job in this namespace names the volumes and the reasons. The backups before it stay. When the cause is gone, take one by hand; the alert ends with its success.",
  },
  {
    name: "LedgerBackupTooOld",
    severity: "warning",
    // While one is being taken, the newest complete one is older than the schedule says. But none runs longer than 7 hours or
    // begins more than one hour late, and where each hangs the next one begins at once.
    expr: "(ledger_backup_due_timestamp_seconds{$NODES} < time() unless on (namespace) (ledger_backup_running{$NODES} == 1)) or ledger_backup_due_timestamp_seconds{$NODES} < time() - 28800",
    for: "5m",
    summary: "The newest complete backup by {{ $labels.namespace }} is older than its schedule says",
    description:
      "No backup was completed within the schedule's period: none began, none succeeded, or its snapshots were deleted. Look whether the CronJob is suspended and how its last jobs ended, then take a backup by hand.",
  },
];
