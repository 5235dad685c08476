/** Previews of programs on stand-ins for clouds: nothing exists, and nothing is made. */
import { CloudProgram, type StackConfig } from "../../test/support/clouds/cloud-program";
import { PulumiProgram } from "../../test/support/pulumi-program";
import { paths } from "../../tools/paths";
import { ProcessWatch, type ProcessUse } from "./process-watch";

export interface PreviewUse {
  /** Resources to create. */
  resources: number;
  /** Duration of the whole command, in milliseconds. */
  total: number;
  /** The program's own process. */
  program: ProcessUse;
}

/** `pulumi preview` of this project's program with a stack file's sections. */
export async function previewStack(config: StackConfig): Promise<PreviewUse> {
  const program = await CloudProgram.create("whole", config, []);
  try {
    return await measurePreview(program.pulumi);
  } finally {
    await program.remove();
  }
}

/** A program of plain ConfigMaps with one provider, which writes files instead of calling a cluster. */
const bareProgram = `
import * as k8s from "@pulumi/kubernetes";
const { count } = require("./input.json");
const provider = new k8s.Provider("files", { renderYamlToDirectory: "rendered" });
for (let index = 0; index < count; index += 1) {
  new k8s.core.v1.ConfigMap("plain-" + index, { metadata: { name: "plain-" + index }, data: { key: "value" } }, { provider });
}
`;

/** `pulumi preview` of a program that registers `resources` objects and does nothing else. */
export async function previewBare(resources: number): Promise<PreviewUse> {
  const program = await PulumiProgram.create(bareProgram, { project: "bare", plugins: { kubernetes: paths.bin } });
  try {
    // The stack itself and the provider are resources, too.
    program.setInput({ count: resources - 2 });
    return await measurePreview(program);
  } finally {
    await program.remove();
  }
}

async function measurePreview(program: PulumiProgram): Promise<PreviewUse> {
  const start = performance.now();
  const { process, outcome } = program.start("preview");
  const watch = new ProcessWatch(process.pid ?? 0);
  const { exit, text } = await outcome;
  const total = performance.now() - start;
  const uses = watch.stop();
  if (exit !== 0) throw new Error(`pulumi preview ended with ${exit}:\n${text}`);
  const resources = Number(/\+ (\d+) to create/.exec(text)?.[1] ?? NaN);
  // Of several processes with this command line the largest is the program; the others were its children for a moment.
  const [own] = uses
    .filter(({ command }) => /@pulumi\/pulumi\/cmd\/run/.test(command))
    .toSorted((one, other) => other.peak - one.peak);
  if (own === undefined) throw new Error("the program's process was not seen");
  return { resources, total, program: own };
}
