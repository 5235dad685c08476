import type { Findings, Lab } from "../support/lab";
import { inSeconds, median, type Table } from "../support/table";

const commands = ["up", "preview"] as const;

/** Time of an update without changes. */
export async function secondUp(lab: Lab): Promise<Findings> {
  const { program, hand } = await lab.open();
  await hand.down();
  await program.ensureUp();
  const runs: Record<string, { total: number; started: number }[]> = {};
  for (const command of commands) {
    runs[command] = [];
    for (let round = 0; round < lab.options.rounds; round += 1) runs[command].push(await program.again(command));
  }
  return { tables: [table(runs)], figures: runs };
}

function table(runs: Record<string, { total: number; started: number }[]>): Table {
  return {
    title: "Nothing to change, medians",
    header: ["command", "time", "bound"],
    rows: Object.entries(runs).map(([command, each]) => [
      `pulumi ${command}`,
      inSeconds(median(each.map(({ total }) => total))),
      inSeconds(median(each.map(({ started }) => started))),
    ]),
    notes: ["bound: until the program registers its first resource, which every Pulumi program needs"],
  };
}
