import type { Findings, Lab } from "../support/lab";
import type { ProgramNetwork } from "../support/program-network";
import { inSeconds, median, type Table } from "../support/table";

const commands = ["up", "preview"] as const;

type MakeUp = Awaited<ReturnType<ProgramNetwork["makeUp"]>>;

/** Time of an update without changes, by the engine alone and by `make up`. */
export async function secondUp(lab: Lab): Promise<Findings> {
  const { program, hand } = await lab.open();
  await hand.down();
  await program.ensureUp();
  const runs: Record<string, { total: number; started: number }[]> = {};
  for (const command of commands) {
    runs[command] = [];
    for (let round = 0; round < lab.options.rounds; round += 1) runs[command].push(await program.again(command));
  }
  const makes: MakeUp[] = [];
  for (let round = 0; round < lab.options.rounds; round += 1) makes.push(await program.makeUp());
  return { tables: [table(runs), makeTable(makes)], figures: { ...runs, makes } };
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

function makeTable(runs: MakeUp[]): Table {
  const of = (pick: (run: MakeUp) => number): number => median(runs.map(pick));
  return {
    title: "make up with nothing to change, without a terminal, medians",
    header: ["before the engine", "with the transaction", "lines of output"],
    rows: [
      [inSeconds(of((run) => run.beforeEngine)), inSeconds(of((run) => run.total)), String(of((run) => run.lines))],
    ],
  };
}
