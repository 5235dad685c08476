/** How every check here says that an input is wrong: one shape, and all problems of one input together. */

/** What is wrong with one input: where it is, then what was given and what would be right. */
export interface Problem {
  /** Path as a reader finds the input, for example `network.fabric.channels[0].organizations[1]`. */
  path: string;
  message: string;
}

/** All problems of one input as one error. The single ones stay readable in `problems`. */
export class InputError extends Error {
  constructor(
    /** First words of the message: `invalid genesis settings`, `channel trade`. */
    subject: string,
    readonly problems: Problem[],
  ) {
    super([`${subject}:`, ...problems.map(({ path, message }) => `  ${path}: ${message}`)].join("\n"));
    this.name = "InputError";
  }
}

/** Throws all problems at once, or does nothing when there are none. */
export function throwProblems(subject: string, problems: Problem[]): void {
  if (problems.length > 0) throw new InputError(subject, problems);
}

/** A value as messages show it: JSON, bigints in decimal, cut after 80 characters. */
export function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(cut(value));
  const text = JSON.stringify(value, (_key, part: unknown) => (typeof part === "bigint" ? part.toString() : part));
  return cut(text ?? "nothing");
}

function cut(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
