/** Problems of inputs, in one shape for every check; an error reports all problems of one input. */

/** A fault of one input, as data. */
export interface Fault {
  /** Path of the input in the user's terms, for example `network.fabric.channels[0].organizations[1]`. */
  path: string;
  /** The given value; undefined: missing. Left out when the message need not or must not show it. */
  given?: unknown;
  /** The right form, as the rest of a sentence with "must": `be 1h or less`. */
  must?: string | undefined;
  /** The better form, in a warning: the rest of a sentence with "should". */
  should?: string | undefined;
  /** Reason, a clause: `transactions wait that long`. */
  because?: string | undefined;
  /** Remedy, a sentence without a full stop. */
  hint?: string | undefined;
}

/** A fault with its message. */
export interface Problem extends Fault {
  message: string;
}

/** A fault with the common form of message: `given X; must be Y, because Z. Hint`. */
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

/** Placeholder for a value that no message may show. */
export const secretValue = Symbol("secret");

/** All problems of one input as one error. `problems` has them one by one. */
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

/** Text of a value for a message: JSON, bigints in decimal, cut after 80 characters. */
export function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(cut(value));
  if (value === secretValue) return "[secret]";
  const text = JSON.stringify(value, (_key, part: unknown) => (typeof part === "bigint" ? part.toString() : part));
  return cut(text ?? "nothing");
}

function cut(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
