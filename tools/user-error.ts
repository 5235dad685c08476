/** Something the person at the keyboard can put right. The message says what is wrong and what to do; no stack trace. */
export class UserError extends Error {
  override readonly name = "UserError";
}

/**
 * Runs a command's main function and sets the exit code: 0, 1 after an error, 130 after Ctrl-C.
 * A {@link UserError} prints its message alone, anything else is a bug and prints its stack.
 */
export async function runMain(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    process.exitCode = 1;
    console.error(error instanceof UserError ? `error: ${error.message}` : error);
  }
}
