/** Backups of a network by snapshots of its volumes. */
import type { z } from "zod";
import { problem, type Problem } from "../../lib/problem";
import { cidr, flag, image, list, map, objectName, text, wholeNumber } from "../kit/fields";
import type { Loose } from "../kit/json-schema";
import type { Surroundings } from "../kit/rule";
import { nodeImage, resources, unpinned, aboveLimits } from "./workload";

/** Five fields of numbers, names, ranges, steps and lists. */
const cron = /^(\S+ ){4}\S+$/;

/** @param volumes Volumes that a backup copies, in the order of the copies. */
export function backup(volumes: string) {
  return map({
    schedule: text(cron, 'five fields of cron, for example "0 3 * * *"').describe(
      "Times of the backups, in the form of cron.",
    ),
    timeZone: text(/^[A-Za-z_]+(\/[A-Za-z0-9_+-]+)*$/, 'a time zone, for example "Europe/Vienna"')
      .default("Etc/UTC")
      .describe("Time zone of `schedule`."),
    keep: wholeNumber(1, 1000)
      .default(7)
      .describe("Number of complete backups that stay. Older ones are deleted after the next complete one."),
    stateDatabases: flag()
      .default(true)
      .describe(
        "Whether volumes of CouchDB are copied, too. Without them a restored peer makes its state again from its blocks.",
      ),
    snapshotClass: objectName("a VolumeSnapshotClass")
      .optional()
      .describe(
        "Class of the snapshots. Default: a new one, whose snapshots are deleted with their VolumeSnapshots; an `existing` cluster has no default.",
      ),
    apiServerCidrs: list(cidr(), { min: 1, of: "networks" }).describe(
      "Networks with the API server, as `kubectl get endpointslices -n default kubernetes` shows its addresses. The pod that takes backups reaches nothing else.",
    ),
    image: image().default(nodeImage).describe("Image of Node.js 22.18 or newer, which runs the pod's program."),
    resources: resources({ cpu: "50m", memory: "64Mi", cpuLimit: "1", memoryLimit: "256Mi" }).describe(
      "The pod that takes backups.",
    ),
  })
    .optional()
    .describe(`Backups by snapshots of ${volumes}, taken by a CronJob in a namespace of its own. Default: none.`);
}

export type BackupConfig = NonNullable<z.infer<ReturnType<typeof backup>>>;

/** Problems of a backup that cannot work. */
export function backupProblems(
  section: Loose<BackupConfig> | undefined,
  { vendor }: Surroundings,
  path: string,
): Problem[] {
  if (section === undefined) return [];
  return [
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
