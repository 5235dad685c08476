import { show, type Problem } from "../../ledger/problem";

/** Steps from the top of the configuration to a value: keys and list positions. */
export type Path = readonly PropertyKey[];

/** Writes a path the way the stack file reads: `network.fabric.channels[0].name`. */
export function formatPath(path: Path): string {
  return path.reduce<string>(
    (text, step) =>
      typeof step === "number" ? `${text}[${step}]` : text === "" ? String(step) : `${text}.${String(step)}`,
    "",
  );
}

/** `given "org3"; must be <right>`, or `missing; must be <right>` when nothing was given. */
export function given(value: unknown, right: string): string {
  return value === undefined || value === null ? `missing; must be ${right}` : `given ${show(value)}; must be ${right}`;
}

/** One line per problem, in the order of the file, under a heading that says nothing was created. */
export function formatProblems(source: string, problems: readonly Problem[]): string {
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  return [`${source} has ${count}; nothing was changed.`, ...problems.map((p) => `  ${p.path}: ${p.message}`)].join(
    "\n",
  );
}
