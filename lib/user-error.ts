import { outliveReader } from "./broken-pipe";

/** Something the person at the keyboard can put right. The message says what is wrong and what to do; no stack trace. */
export class UserError extends Error {
  override readonly name = "UserError";
}

/** The user stopped a command with Ctrl-C, or the system with SIGTERM. Whoever started things ends them on the way out. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";

  /** @param exitCode what the shell expects: 130 or 143 */
  constructor(readonly exitCode: number) {
    super("interrupted");
  }
}

/**
 * Runs a command's main function and sets the exit code: 0, 1 after an error, 130 after Ctrl-C, 143 after SIGTERM.
 * A {@link UserError} prints its message alone, anything else is a bug and prints its stack.
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
