/** How this room says that an input is wrong: one shape for every check, all problems of one input together. */

/** What is wrong with one input: path of the input, then what was given and what would be right. */
export interface Problem {
  path: string;
  message: string;
}

/** The parts of a problem's message. */
export interface Fault {
  /** What is wrong, a clause without a full stop: `chain id 0 is reserved`. */
  what: string;
  /** The value as given; left out for secrets and for values that are missing. */
  given?: unknown;
  /** What would be right, an imperative clause: `choose a number from 1 to ...`. */
  right: string;
}

const GIVEN_LENGTH = 100;

/** One problem at `path`: `what, given X; right`. Long values are cut after 100 characters. */
export function problemAt(path: string, fault: Fault): Problem {
  const given = fault.given === undefined ? "" : `, given ${showValue(fault.given)}`;
  return { path, message: `${fault.what}${given}; ${fault.right}` };
}

/** A value as messages show it: JSON, bigints in decimal, cut after 100 characters. */
export function showValue(value: unknown): string {
  const text =
    value === undefined
      ? "nothing"
      : JSON.stringify(value, (_key, part: unknown) => (typeof part === "bigint" ? part.toString() : part));
  return text.length > GIVEN_LENGTH ? `${text.slice(0, GIVEN_LENGTH)}...` : text;
}

/** Thrown when a function of this room gets an input that its `validate...` counterpart refuses. */
export class InputError extends Error {
  constructor(
    /** What the input is, for the first words of the message: `genesis settings`. */
    subject: string,
    readonly problems: Problem[],
  ) {
    super([`invalid ${subject}:`, ...problems.map(({ path, message }) => `  ${path}: ${message}`)].join("\n"));
    this.name = "InputError";
  }
}

/** Throws all problems at once, or does nothing when there are none. */
export function throwProblems(subject: string, problems: Problem[]): void {
  if (problems.length > 0) {
    throw new InputError(subject, problems);
  }
}
