import type { Problem } from "../../lib/problem";

/** Steps from the top of the configuration to a value: keys and list positions. */
export type Path = readonly PropertyKey[];

/** Formats a path like the stack file: `network.fabric.channels[0].name`, `genesis.alloc["0x12"]`. */
export function formatPath(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    const key = String(step);
    if (!/^[A-Za-z_][\w-]*$/.test(key)) return `${text}[${JSON.stringify(key)}]`;
    return text === "" ? key : `${text}.${key}`;
  }, "");
}

/** One line per problem, in the order of the file, under a heading that says that nothing was created. */
export function formatProblems(source: string, problems: readonly Problem[]): string {
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  return [`${source} has ${count}; nothing was changed.`, ...problems.map((p) => `  ${p.path}: ${p.message}`)].join(
    "\n",
  );
}
