import { show, type Problem } from "../problem";

/** The parts of a problem's message. */
export interface Fault {
  /** What is wrong, a clause without a full stop: `chain id 0 is reserved`. */
  what: string;
  /** The value as given; left out for secrets and for values that are missing. */
  given?: unknown;
  /** What would be right, an imperative clause: `choose a number from 1 to ...`. */
  right: string;
}

/** One problem at `path`: `what, given X; right`. */
export function problemAt(path: string, fault: Fault): Problem {
  const given = fault.given === undefined ? "" : `, given ${show(fault.given)}`;
  return { path, message: `${fault.what}${given}; ${fault.right}` };
}
