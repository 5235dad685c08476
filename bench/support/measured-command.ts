/** Commands of the Pulumi engine, with their costs. */
import type { PulumiProgram } from "../../test/support/pulumi-program";
import { ProcessWatch } from "./process-watch";

/** Resources by what became of them. */
export interface Changes {
  /** All resources of the stack, unchanged ones included. */
  resources: number;
  /** Resources that the command made, changed, replaced or removed. */
  changed: number;
}

export interface CommandUse extends Changes {
  /** Duration of the whole command, in milliseconds. */
  total: number;
  /** Bytes that the engine wrote, most of them again and again the whole state. */
  written: number;
  /** Processor time of the engine, and of all other processes of the command, in milliseconds. */
  engineProcessor: number;
  otherProcessor: number;
  /** Peak memory of all processes, each at its own time, in bytes. */
  peak: number;
  /** Size of the state file afterwards, in bytes. */
  state: number;
}

const engine = /(^|\/)pulumi (up|preview)/;

/**
 * Runs `up` or `preview`.
 *
 * @param saving when an `up` saves the state: before and after each resource that changes, or at its end. The second is
 * for measurements alone: an engine that is killed then forgets all that it made. Default: `each`.
 * @throws Error with the output when the command fails
 */
export async function measureCommand(
  program: PulumiProgram,
  command: "up" | "preview",
  saving: "each" | "end" = "each",
): Promise<CommandUse> {
  const flags = command === "up" ? ["--yes", "--skip-preview"] : [];
  program.setVariable("PULUMI_SKIP_CHECKPOINTS", String(saving === "end"));
  const start = performance.now();
  const { process, outcome } = program.start(command, ...flags);
  const watch = new ProcessWatch(process.pid ?? 0);
  const { exit, text } = await outcome;
  const total = performance.now() - start;
  const uses = watch.stop();
  if (exit !== 0) throw new Error(`pulumi ${command} ended with ${exit}:\n${text}`);
  const sum = (values: number[]): number => values.reduce((one, other) => one + other, 0);
  const own = uses.filter((use) => engine.test(use.command));
  const others = uses.filter((use) => !engine.test(use.command));
  return {
    ...parseChanges(text),
    total,
    written: sum(own.map(({ written }) => written)),
    engineProcessor: sum(own.map(({ processor }) => processor)),
    otherProcessor: sum(others.map(({ processor }) => processor)),
    peak: sum(uses.map(({ peak }) => peak)),
    state: Buffer.byteLength(program.stateText()),
  };
}

/**
 * The counts under `Resources:` at the end of a command's output.
 *
 * @throws Error when there are none
 */
export function parseChanges(text: string): Changes {
  const [block] = /^Resources:\n(?: {4}.*\n?)+/m.exec(text) ?? [];
  if (block === undefined) throw new Error(`the engine counted no resources:\n${text}`);
  const unchanged = Number(/(\d+) unchanged/.exec(block)?.[1] ?? 0);
  // A line for each kind of change, with its sign: `+ 36 created`, `+-2 replaced`.
  const changed = [...block.matchAll(/^ {4}[^\s\d]+ *(\d+) /gm)].reduce((sum, [, count]) => sum + Number(count), 0);
  return { resources: unchanged + changed, changed };
}
