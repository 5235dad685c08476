import { outliveReader } from "./broken-pipe";

/** An error that the user can correct. The message has the fault and the remedy; no stack trace is printed. */
export class UserError extends Error {
  override readonly name = "UserError";
}

/** A stop by Ctrl-C of the user, or by SIGTERM of the system. Code on the way out ends the things that it started. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";

  /** @param exitCode the shell's convention: 130 or 143 */
  constructor(readonly exitCode: number) {
    super("interrupted");
  }
}

/**
 * Runs a command's main function and sets the exit code: 0, 1 after an error, 130 after Ctrl-C, 143 after SIGTERM.
 * A {@link UserError} prints its message alone. Any other error is a bug and prints its stack.
 */
export async function runMain(main: () => Promise<void>): Promise<void> {
  outliveReader();
  try {
    await main();
  } catch (error) {
    process.exitCode = error instanceof Interrupted ? error.exitCode : 1;
    console.error(describeError(error));
  }
}

function describeError(error: unknown): unknown {
  if (error instanceof Interrupted) return "Interrupted. The same command goes on from here.";
  return error instanceof UserError ? `error: ${error.message}` : error;
}
