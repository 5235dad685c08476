/** Progress goes to stderr: stdout stays free for what a command answers. */

/** Prints a line. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Seconds since `start` (of performance.now()), as "0.4 s". */
export function secondsSince(start: number): string {
  return `${((performance.now() - start) / 1000).toFixed(1)} s`;
}

/**
 * Runs a step on one line: what it does, then how long it took. On a terminal the line counts the seconds while it waits.
 *
 * @param what what is done or waited for, without a full stop: "kubectl 1.34.4: building from Go module k8s.io/kubernetes"
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

/** Announces a phase of a longer command; what follows is the output of other programs. */
export function heading(what: string): void {
  say(`\n==> ${what}`);
}
