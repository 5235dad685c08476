/** Backups of a network by snapshots of its volumes. */
import type { z } from "zod";
import { longestGapSeconds, parseCron } from "../../lib/cron";
import { problem, type Problem } from "../../lib/problem";
import { cidr, image, list, objectName, text, wholeNumber } from "../kit/fields";
import type { Loose } from "../kit/json-schema";
import type { Surroundings } from "../kit/rule";
import { openNetworks } from "./exposure";
import { nodeImage, resources, unpinned, aboveLimits } from "./workload";

/** Seconds that the time between two backups may be longer where clocks change twice a year. */
const clockChangeSeconds = 3600;
/** Zones in which they do not. */
const evenZones: readonly string[] = ["Etc/UTC", "UTC"];

const zoneInWords = 'a time zone, for example "Europe/Vienna"';

/** Whether Kubernetes knows a time zone. It reads files of the zones' names, so letters must be as they are there. */
function isTimeZone(name: string): boolean {
  const known = Intl.supportedValuesOf("timeZone").find((zone) => zone.toLowerCase() === name.toLowerCase());
  if (known !== undefined) return known === name;
  try {
    // Further names of zones, such as Asia/Kolkata.
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Keys of every network's backups that come first in the reference. */
export const backupTimes = {
  schedule: text(/^(\S+ ){4}\S+$/, 'five fields of cron, for example "0 3 * * *"').describe(
    "Times of the backups, in the form of cron.",
  ),
  timeZone: text(/^[A-Za-z_]+(\/[A-Za-z0-9_+-]+)*$/, zoneInWords)
    .refine(isTimeZone, { error: zoneInWords })
    .default("Etc/UTC")
    .describe("Time zone of `schedule`."),
  keep: wholeNumber(1, 1000)
    .default(7)
    .describe("Number of complete backups that stay. Older ones are deleted after the next complete one."),
};

/** Keys of every network's backups that follow those of its kind. */
export const backupPods = {
  snapshotClass: objectName("a VolumeSnapshotClass")
    .optional()
    .describe(
      "Class of the snapshots. Default: a new one, whose snapshots are deleted with their VolumeSnapshots; an `existing` cluster has no default.",
    ),
  apiServerCidrs: list(cidr(), { min: 1, of: "networks" }).describe(
    "Networks with the API server, as `kubectl get endpointslices -n default kubernetes` shows its addresses. The pods of backups reach nothing else.",
  ),
  image: image().default(nodeImage).describe("Image of Node.js 22.18 or newer, which runs the pods' programs."),
  resources: resources({ cpu: "50m", memory: "64Mi", cpuLimit: "1", memoryLimit: "256Mi" }).describe(
    "The pod that takes backups, and the one that gives metrics about them.",
  ),
};

/** Settings that backups of every kind of network have. */
export type BackupConfig = z.infer<z.ZodObject<typeof backupTimes & typeof backupPods>>;

/** @param volumes Volumes that a backup copies, in the order of the copies. */
export function backupText(volumes: string): string {
  return `Backups by snapshots of ${volumes}, taken by a CronJob in a namespace of its own. Default: none.`;
}

/** Moment of a backup. */
export const backupMoment = text(/^\d{8}t\d{6}z$/, "the moment of a backup, for example 20260102t030405z").describe(
  "Backup: the end of its snapshots' names, and their label `blockchain-clusters/backup`.",
);

/**
 * Longest time from the begin of one backup to the begin of the next, in seconds.
 *
 * @throws Error for a schedule without times, which the rules of stack files refuse
 */
export function backupPeriodSeconds({ schedule, timeZone }: Pick<BackupConfig, "schedule" | "timeZone">): number {
  const cron = parseCron(schedule);
  const gap = typeof cron === "string" ? undefined : longestGapSeconds(cron);
  if (gap === undefined) throw new Error(`the schedule ${schedule} has no times`);
  return gap + (evenZones.includes(timeZone) ? 0 : clockChangeSeconds);
}

function scheduleProblems(schedule: string | undefined, path: string): Problem[] {
  if (schedule === undefined) return [];
  const cron = parseCron(schedule);
  const because =
    typeof cron === "string" ? cron : longestGapSeconds(cron) === undefined ? "no year has such a day" : undefined;
  return because === undefined
    ? []
    : [problem({ path, given: schedule, must: 'be times of cron, for example "0 3 * * *"', because })];
}

/** Problems of a backup that cannot work. */
export function backupProblems(
  section: Loose<BackupConfig> | undefined,
  { vendor }: Surroundings,
  path: string,
): Problem[] {
  if (section === undefined) return [];
  return [
    ...scheduleProblems(section.schedule, `${path}.schedule`),
    ...unpinned([{ value: section.image, path: `${path}.image` }]),
    ...aboveLimits(section.resources, `${path}.resources`),
    ...(vendor === "existing" && section.snapshotClass === undefined
      ? [
          problem({
            path: `${path}.snapshotClass`,
            given: undefined,
            must: "be the name of a VolumeSnapshotClass",
            because: "an existing cluster does not say which classes it has",
          }),
        ]
      : []),
  ];
}

/** Warnings of pods of backups that may reach the whole internet. */
export function openBackups(section: Loose<BackupConfig> | undefined, path: string): Problem[] {
  return openNetworks(section?.apiServerCidrs, `${path}.apiServerCidrs`);
}
