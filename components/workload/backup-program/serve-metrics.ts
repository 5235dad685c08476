/**
 * Serves metrics about the backups of a network. Runs from source on Node.js 22.18 or newer, without packages:
 *
 *     PORT=9100 node serve-metrics.ts watched.json
 */
import { readFileSync } from "node:fs";
import { metricsOf, metricsServer, type Watched } from "./backup-metrics.ts";
import { clusterApi, readCronJob } from "./cluster-api.ts";

const watched = JSON.parse(readFileSync(process.argv[2] ?? "watched.json", "utf8")) as Watched;
const { list } = clusterApi();

async function read(): Promise<string> {
  const [cronJob, ...snapshots] = await Promise.all([readCronJob(watched.cronJob), ...watched.namespaces.map(list)]);
  return metricsOf(snapshots.flat(), cronJob, watched.periodSeconds);
}

metricsServer(read).listen(Number(process.env.PORT));

for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => process.exit(0));
