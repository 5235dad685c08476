import { readdirSync } from "node:fs";
import { readStackConfig } from "../../test/support/clouds/cloud-program";
import { paths } from "../../tools/paths";
import { previewBare, previewStack, type PreviewUse } from "../support/cloud-preview";
import type { Findings, Lab } from "../support/lab";
import { asRatio, inMebibytes, inSeconds, median, type Table } from "../support/table";

/** The first preview of each cloud's stack files, beside a program that registers the same number of plain objects. */
export async function previews({ options, say }: Lab): Promise<Findings> {
  const runs: Record<string, { ours: PreviewUse[]; bare: PreviewUse[] }> = {};
  for (const stack of cloudStacks()) {
    const ours: PreviewUse[] = [];
    const bare: PreviewUse[] = [];
    for (let round = 0; round < options.rounds; round += 1) {
      const own = await previewStack(readStackConfig(stack));
      ours.push(own);
      bare.push(await previewBare(own.resources));
    }
    runs[stack] = { ours, bare };
    say(`previews: ${stack}: ${inSeconds(median(ours.map(({ total }) => total)))}`);
  }
  return { tables: [table(runs)], figures: runs };
}

function cloudStacks(): string[] {
  const names = readdirSync(paths.stacks).flatMap(
    (file) => /^Pulumi\.((?:aks|gke|eks|ack)-.*)\.yaml$/.exec(file)?.[1] ?? [],
  );
  return names.sort();
}

function table(runs: Record<string, { ours: PreviewUse[]; bare: PreviewUse[] }>): Table {
  return {
    title: "First preview of each cloud's stack, medians",
    header: ["stack", "resources", "time", "bare", "to bare", "program memory"],
    rows: Object.entries(runs).map(([stack, { ours, bare }]) => {
      const [own, plain] = [ours, bare].map((each) => median(each.map(({ total }) => total)));
      return [
        stack,
        String(ours[0]?.resources),
        inSeconds(own ?? NaN),
        inSeconds(plain ?? NaN),
        asRatio(own ?? NaN, plain ?? NaN),
        inMebibytes(median(ours.map(({ program }) => program.peak))),
      ];
    }),
    notes: [
      "the clouds stand in: what is missing is the time that their functions take",
      "bare: a program that registers as many ConfigMaps",
    ],
  };
}
