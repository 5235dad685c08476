import type { PulumiProgram } from "../../test/support/pulumi-program";
import type { Findings, Lab } from "../support/lab";
import {
  createBareProgram,
  createMemberProgram,
  createNetworkProgram,
  setOrganizations,
} from "../support/many-programs";
import { measureCommand, type CommandUse } from "../support/measured-command";
import { PretendCluster } from "../support/pretend-cluster";
import { stateShares, type StateShare } from "../support/state-share";
import { asRatio, growthExponent, inMebibytes, inSeconds, median, nothing, type Table } from "../support/table";

/** Largest number of organisations that is also created with the state saved at each step: 50 take an hour. */
const mostWithSaves = 20;

/** Types of resources in the table of the state. */
const namedTypes = 10;

/** From nothing with the state saved at the end, and again when there is nothing to do. */
interface Life {
  up: CommandUse;
  secondUp: CommandUse;
  preview: CommandUse;
}

/** From nothing with the state saved at each step. */
interface Saved {
  ours: CommandUse;
  bare: CommandUse;
}

interface Round {
  ours: Life & { oneMore: CommandUse; shares: StateShare[] };
  bare: Life;
  /** One organisation from nothing in a stack of its own, beside the network. */
  member: CommandUse;
  /** Up to {@link mostWithSaves}. */
  saved: Saved | undefined;
}

interface Size {
  organizations: number;
  rounds: Round[];
}

/**
 * Networks of many organisations of two peers, on nodes that only pretend to run pods, beside a program that creates as
 * many plain objects: from nothing, again without a change, with one organisation more in the same stack, and with one in
 * a stack of its own.
 */
export async function many({ options, say }: Lab): Promise<Findings> {
  const sizes: Size[] = [];
  for (const organizations of options.organizations) {
    const rounds: Round[] = [];
    for (let round = 0; round < options.rounds; round += 1) {
      const run = await onCluster((cluster) => measureRound(cluster, organizations));
      const saved =
        organizations > mostWithSaves ? undefined : await onCluster((cluster) => measureSaved(cluster, organizations));
      rounds.push({ ...run, saved });
      say(
        `many: ${organizations} organisations: ${inSeconds(run.ours.up.total)}; ${run.bare.up.resources} ConfigMaps: ${inSeconds(run.bare.up.total)}`,
      );
    }
    sizes.push({ organizations, rounds });
  }
  const tables = [upTable(sizes), savedTable(sizes), nothingTable(sizes), oneMoreTable(sizes), memberTable(sizes)];
  return { tables: [...tables, stateTable(sizes)], figures: sizes };
}

async function measureRound(cluster: PretendCluster, organizations: number): Promise<Omit<Round, "saved">> {
  const ours = await onProgram(await createNetworkProgram(cluster, organizations), async (program) => {
    const life = await measureLife(program);
    const shares = stateShares(program.stateText());
    setOrganizations(program, cluster, organizations + 1);
    return { ...life, shares, oneMore: await measureCommand(program, "up") };
  });
  const member = await onProgram(await createMemberProgram(cluster), (program) => measureCommand(program, "up"));
  const bare = await onProgram(await createBareProgram(cluster, ours.up.resources), measureLife);
  return { ours, bare, member };
}

async function measureSaved(cluster: PretendCluster, organizations: number): Promise<Saved> {
  const up = (program: PulumiProgram): Promise<CommandUse> => measureCommand(program, "up");
  const ours = await onProgram(await createNetworkProgram(cluster, organizations), up);
  return { ours, bare: await onProgram(await createBareProgram(cluster, ours.resources), up) };
}

async function measureLife(program: PulumiProgram): Promise<Life> {
  const up = await measureCommand(program, "up", "end");
  const secondUp = await measureCommand(program, "up");
  const preview = await measureCommand(program, "preview");
  return { up, secondUp, preview };
}

async function onCluster<T>(work: (cluster: PretendCluster) => Promise<T>): Promise<T> {
  const cluster = await PretendCluster.start();
  try {
    return await work(cluster);
  } finally {
    await cluster.stop();
  }
}

async function onProgram<T>(program: PulumiProgram, work: (program: PulumiProgram) => Promise<T>): Promise<T> {
  try {
    return await work(program);
  } finally {
    await program.remove();
  }
}

const bareNote = "bare: a program that creates as many ConfigMaps through the same engine in the same cluster";
const growthNote = "growth: exponent since the size before, 1 for linear";

function upTable(sizes: Size[]): Table {
  return {
    title: "From nothing with the state saved at the end: N organisations of two peers, pretended nodes, medians",
    header: [
      "organisations",
      "resources",
      "time",
      "growth",
      "to bare",
      "processor",
      "growth",
      "to bare",
      "state",
      "growth",
    ],
    rows: sizes.map((size, index) => {
      const columns = comparison(size, sizes[index - 1], ({ ours, bare }) => ({ ours: ours.up, bare: bare.up }));
      return [
        String(size.organizations),
        String(middle(size, ({ ours }) => ours.up.resources)),
        ...columns((use) => use.total, inSeconds),
        ...columns((use) => use.engineProcessor + use.otherProcessor, inSeconds),
        ...columns(
          (use) => use.state,
          (bytes) => inMebibytes(bytes, 1),
        ).slice(0, 2),
      ];
    }),
    notes: [bareNote, growthNote, "no stack should be run so: it shows what the program and the cluster take"],
  };
}

function savedTable(sizes: Size[]): Table {
  const saved = sizes.filter(({ organizations }) => organizations <= mostWithSaves);
  return {
    title: "From nothing with the state saved at each step, as stacks in folders and buckets are, medians",
    header: ["organisations", "resources", "time", "growth", "to bare", "written", "growth", "to bare"],
    rows: saved.map((size, index) => {
      const columns = comparison(size, saved[index - 1], (round) => round.saved as Saved);
      return [
        String(size.organizations),
        String(middle(size, (round) => round.saved?.ours.resources ?? NaN)),
        ...columns((use) => use.total, inSeconds),
        ...columns((use) => use.written, inMebibytes),
      ];
    }),
    notes: [bareNote, growthNote, "written: by the engine, which saves the whole state before and after each resource"],
  };
}

/** Three columns of a figure: value, growth since the size before, ratio to the bare program. */
function comparison(
  size: Size,
  before: Size | undefined,
  of: (round: Round) => { ours: CommandUse; bare: CommandUse },
) {
  return (pick: (use: CommandUse) => number, show: (value: number) => string): string[] => {
    const at = (one: Size): number => middle(one, (round) => pick(of(round).ours));
    const value = at(size);
    const growth = before && growthExponent([before.organizations, at(before)], [size.organizations, value]).toFixed(2);
    return [
      show(value),
      growth ?? nothing,
      asRatio(
        value,
        middle(size, (round) => pick(of(round).bare)),
      ),
    ];
  };
}

function nothingTable(sizes: Size[]): Table {
  return {
    title: "Nothing to change, N organisations, medians",
    header: ["organisations", "resources", "up", "to bare", "preview", "to bare"],
    rows: sizes.map((size) => {
      const pair = (command: "secondUp" | "preview"): string[] => {
        const value = middle(size, ({ ours }) => ours[command].total);
        return [
          inSeconds(value),
          asRatio(
            value,
            middle(size, ({ bare }) => bare[command].total),
          ),
        ];
      };
      return [
        String(size.organizations),
        String(middle(size, ({ ours }) => ours.secondUp.resources)),
        ...pair("secondUp"),
        ...pair("preview"),
      ];
    }),
    notes: [bareNote],
  };
}

function oneMoreTable(sizes: Size[]): Table {
  return {
    title: "One organisation more in the same stack, medians",
    header: ["organisations", "changed resources", "time", "more than without a change", "written"],
    rows: sizes.map((size) => {
      const of = (pick: (use: CommandUse) => number): number => middle(size, ({ ours }) => pick(ours.oneMore));
      return [
        `${size.organizations} + 1`,
        String(of(({ changed }) => changed)),
        inSeconds(of(({ total }) => total)),
        inSeconds(middle(size, ({ ours }) => ours.oneMore.total - ours.secondUp.total)),
        inMebibytes(of(({ written }) => written)),
      ];
    }),
  };
}

function memberTable(sizes: Size[]): Table {
  return {
    title: "One organisation from nothing in a stack of its own, beside a network of N, medians",
    header: ["organisations", "resources", "time", "written", "N such stacks", "written"],
    rows: sizes.map((size) => {
      const of = (pick: (use: CommandUse) => number): number => middle(size, ({ member }) => pick(member));
      const [time, written] = [of(({ total }) => total), of((use) => use.written)];
      return [
        String(size.organizations),
        String(of(({ resources }) => resources)),
        inSeconds(time),
        inMebibytes(written),
        inSeconds(time * size.organizations),
        inMebibytes(written * size.organizations),
      ];
    }),
    notes: ["N such stacks: one after the other, with the state saved at each step"],
  };
}

function stateTable(sizes: Size[]): Table {
  const { organizations = 0, rounds: [round] = [] } = sizes.at(-1) ?? {};
  const shares = round?.ours.shares ?? [];
  const all = shares.reduce((sum, { bytes }) => sum + bytes, 0);
  return {
    title: `State of ${organizations} organisations by type`,
    header: ["type", "resources", "bytes of each", "share"],
    rows: shares
      .slice(0, namedTypes)
      .map(({ type, resources, bytes }) => [
        type,
        String(resources),
        (bytes / resources).toFixed(0),
        `${((bytes / all) * 100).toFixed(1)} %`,
      ]),
  };
}

function middle({ rounds }: Size, pick: (round: Round) => number): number {
  return median(rounds.map(pick));
}
