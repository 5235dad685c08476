/**
 * Takes one backup of a network, and ends. Runs from source on Node.js 22.18 or newer, without packages:
 *
 *     node main.ts plan.json
 */
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { backUp, type Plan } from "./backup.ts";
import { clusterApi } from "./cluster-api.ts";

const plan = JSON.parse(readFileSync(process.argv[2] ?? "plan.json", "utf8")) as Plan;
const clock = { now: () => new Date(), pause: () => pause(1000) };
backUp(plan, clusterApi(), clock).then(
  (moment) => console.log(`backup ${moment}: ${plan.steps.flat().length} snapshots are ready`),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);

for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => process.exit(1));
