/** Progress of a command. Everything except phases goes to stderr, because stdout is for the command's result. */

/** Prints a line to stderr. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Seconds since `start` (of performance.now()), as "0.4 s". */
export function secondsSince(start: number): string {
  return `${((performance.now() - start) / 1000).toFixed(1)} s`;
}

/**
 * Runs a step and prints it on one line, with its duration at the end. On a terminal the line counts the seconds.
 *
 * @param what the step, without a full stop: "kubectl 1.34.4: building from Go module k8s.io/kubernetes"
 */
export async function step<T>(what: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  const terminal = process.stderr.isTTY;
  process.stderr.write(`${what} ... `);
  const ticker = terminal
    ? setInterval(() => process.stderr.write(`\r${what} ... ${secondsSince(start)} `), 1000)
    : undefined;
  const finish = (outcome: string): void => {
    clearInterval(ticker);
    say(`${terminal ? `\r${what} ... ` : ""}${outcome}`);
  };
  try {
    const result = await work();
    finish(secondsSince(start));
    return result;
  } catch (error) {
    finish(`failed after ${secondsSince(start)}`);
    throw error;
  }
}

/** Announces a phase of a longer command, before the output of other programs. */
export function heading(what: string): void {
  say(`\n==> ${what}`);
}

/** Prints a line to stdout for each phase of a longer command: time of its end, name and duration. */
export class Progress {
  private readonly started = performance.now();

  /**
   * Runs a phase and prints its line when it is done. Phases may run side by side.
   *
   * @param phase thing that is made, and the condition of its end: `nodes (3 Ready)`
   */
  async phase<T>(phase: string, work: () => Promise<T>): Promise<T> {
    const begin = performance.now();
    try {
      const result = await work();
      this.line(phase, begin);
      return result;
    } catch (error) {
      this.line(`${phase}: FAILED`, begin);
      throw error;
    }
  }

  /** Time since this object was made, as "0.4 s". */
  elapsed(): string {
    return secondsSince(this.started);
  }

  private line(phase: string, begin: number): void {
    process.stdout.write(`${secondsSince(this.started).padStart(8)}  ${phase} (${secondsSince(begin)})\n`);
  }
}
