import type { Findings, Lab } from "../support/lab";
import type { BringUp } from "../support/network";
import { asRatio, inSeconds, median, type Table } from "../support/table";

/** The compared ways, in the order of a round. */
const contestants = ["by hand, sequential", "by hand, parallel", "this project"] as const;
type Contestant = (typeof contestants)[number];
type Runs = Record<Contestant, BringUp[]>;

/**
 * Time from nothing to the first committed transaction: the program beside the same network by hand, alternately, on
 * the same cluster, with the same images and the same StorageClass.
 */
export async function bringUp(lab: Lab): Promise<Findings> {
  const { program, hand } = await lab.open();
  const runs: Runs = { "by hand, sequential": [], "by hand, parallel": [], "this project": [] };
  const measure = async (name: Contestant, up: () => Promise<BringUp>): Promise<void> => {
    await Promise.all([program.down(), hand.down()]);
    const run = await up();
    runs[name].push(run);
    lab.say(`bring-up: ${name}: ${inSeconds(run.total)}`);
  };
  for (let round = 0; round < lab.options.rounds; round += 1) {
    await measure("by hand, sequential", () => hand.up("sequential"));
    await measure("by hand, parallel", () => hand.up("parallel"));
    await measure("this project", () => program.up());
  }
  const tables = [summary(runs), ...contestants.map((name) => milestoneTable(name, runs[name]))];
  return { tables, figures: runs };
}

function summary(runs: Runs): Table {
  const parallel = median(runs["by hand, parallel"].map(({ total }) => total));
  return {
    title: "From nothing to the first committed transaction, medians",
    header: ["network", "total", "to parallel", "bound", "to bound", "slowest pod", "leader", "blocks"],
    rows: contestants.map((name) => {
      const of = (pick: (run: BringUp) => number): number => median(runs[name].map(pick));
      const [total, bound] = [of((run) => run.total), of((run) => run.bound.total)];
      const parts = [of((run) => run.bound.podStart), of((run) => run.bound.election), of((run) => run.bound.blocks)];
      return [
        name,
        inSeconds(total),
        asRatio(total, parallel),
        inSeconds(bound),
        asRatio(total, bound),
        ...parts.map(inSeconds),
      ];
    }),
    notes: [
      "bound: slowest pod start + leader election + blocks that must be cut, as seen in the same runs",
      `rounds: ${runs["this project"].length}, alternately; totals: ${contestants.map((name) => `${name} ${totals(runs[name])}`).join("; ")}`,
    ],
  };
}

function totals(runs: BringUp[]): string {
  return runs.map(({ total }) => inSeconds(total)).join(", ");
}

/** Medians over the rounds, in order of time. */
function milestoneTable(name: string, runs: BringUp[]): Table {
  const names = runs[0]?.milestones.map((milestone) => milestone.name) ?? [];
  const medians = names
    .map((milestone) => ({
      name: milestone,
      at: median(runs.map(({ milestones }) => milestones.find((each) => each.name === milestone)?.at ?? NaN)),
    }))
    .sort((a, b) => a.at - b.at);
  return {
    title: `Milestones: ${name}`,
    header: ["milestone", "reached after", "since the one before"],
    rows: medians.map(({ name: milestone, at }, index) => [
      milestone,
      inSeconds(at),
      inSeconds(at - (medians[index - 1]?.at ?? 0)),
    ]),
  };
}
