/** What is wrong with one input: where it is, then what was given and what would be right. */
export interface Problem {
  /** Path of the input, for example `config.peerOrganizations[1].msp.mspId`. */
  path: string;
  message: string;
}

/** A list of problems as one error. The single ones stay readable in `problems`. */
export class InputError extends Error {
  constructor(
    what: string,
    readonly problems: Problem[],
  ) {
    super(`${what}: ${problems.map((problem) => `${problem.path} ${problem.message}`).join("; ")}`);
    this.name = "InputError";
  }
}

/** Throws all problems at once, or does nothing when there are none. */
export function throwProblems(what: string, problems: Problem[]): void {
  if (problems.length > 0) {
    throw new InputError(what, problems);
  }
}

/** Text as an error quotes it: in double quotes, cut after 80 characters. */
export function quote(value: string): string {
  return JSON.stringify(value.length > 80 ? `${value.slice(0, 77)}...` : value);
}
