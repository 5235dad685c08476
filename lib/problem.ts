/** How every check here says that an input is wrong: one shape, and all problems of one input together. */

/** What is wrong with one input, as data. */
export interface Fault {
  /** Path as a reader finds the input, for example `network.fabric.channels[0].organizations[1]`. */
  path: string;
  /** The value as it stands; undefined is one that is missing. Left out where the message must or need not show it. */
  given?: unknown;
  /** What would be right, the rest of a sentence with "must": `be 1h or less`. */
  must?: string | undefined;
  /** The same of a warning. */
  should?: string | undefined;
  /** A clause: `transactions wait that long`. */
  because?: string | undefined;
  /** What helps, a sentence without a full stop. */
  hint?: string | undefined;
}

/** What is wrong with one input, and the text that says so. */
export interface Problem extends Fault {
  message: string;
}

/** A problem in the words that all have: `given X; must be Y, because Z. Hint`. */
export function problem(fault: Fault): Problem {
  const { must, should, because, hint } = fault;
  const verb = should === undefined ? `must ${must}` : `should ${should}`;
  const reason = because === undefined ? "" : `, because ${because}`;
  const help = hint === undefined ? "" : `. ${hint}`;
  return { ...fault, message: `${found(fault)}${verb}${reason}${help}` };
}

function found(fault: Fault): string {
  if (!("given" in fault)) return "";
  const { given } = fault;
  return given === undefined ? "missing; " : `given ${given === null ? "nothing" : show(given)}; `;
}

/** Stands for a value that no message may show. */
export const SECRET = Symbol("secret");

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
  if (value === SECRET) return "[secret]";
  const text = JSON.stringify(value, (_key, part: unknown) => (typeof part === "bigint" ? part.toString() : part));
  return cut(text ?? "nothing");
}

function cut(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
