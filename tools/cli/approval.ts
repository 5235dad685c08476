import { createInterface } from "node:readline/promises";
import type { Readable } from "node:stream";
import { UserError } from "../../lib/user-error";

/** Sources of a user's confirmation. */
export interface Keyboard {
  /** Variables, among them CONFIRM and ACCEPT_LOSS. */
  environment: NodeJS.ProcessEnv;
  input: Readable & { isTTY?: boolean };
  output: NodeJS.WritableStream;
}

const keyboard: Keyboard = { environment: process.env, input: process.stdin, output: process.stderr };

/**
 * Asks for the stack's name on a terminal, so that nobody changes the wrong stack. Elsewhere CONFIRM must have the name.
 *
 * @param consequence what happens to the stack, as a sentence
 * @throws UserError when the name is not given, or is another one
 */
export async function confirm(
  stack: string,
  command: string,
  consequence: string,
  from: Keyboard = keyboard,
): Promise<void> {
  const given = from.environment.CONFIRM || (from.input.isTTY ? await ask(stack, consequence, from) : "");
  if (given === stack) return;
  if (given !== "") throw new UserError(`Given ${given}, where ${stack} confirms: nothing was changed.`);
  throw new UserError(
    `${consequence} This needs a word of yours, and there is no terminal to ask on: ` +
      `CONFIRM=${stack} make ${command} STACK=${stack}`,
  );
}

async function ask(stack: string, consequence: string, { input, output }: Keyboard): Promise<string> {
  const lines = createInterface({ input, output });
  try {
    const closed = new Promise<string>((resolve) => lines.once("close", () => resolve("")));
    const answer = lines.question(`${consequence}\nType ${stack} to go on: `);
    return (await Promise.race([answer, closed])).trim() || "nothing";
  } finally {
    lines.close();
  }
}

/**
 * Approves an update of a stack with data of value: the preview report decides as in CI, and then the user confirms.
 * ACCEPT_LOSS with the stack's name overrules the report: the user accepts every loss that it lists.
 *
 * @param report runs the preview report, shows it, and returns whether it is acceptable
 * @throws UserError when the report is not acceptable or nobody confirms
 */
export async function approveUpdate(
  stack: string,
  report: () => Promise<boolean>,
  from: Keyboard = keyboard,
): Promise<void> {
  const isAcceptable = await report();
  if (isAcceptable) return confirm(stack, "up", `The changes above will be made to stack ${stack}.`, from);
  if (from.environment.ACCEPT_LOSS === stack) return;
  throw new UserError(
    `The preview report above refuses this, and nothing was changed. Let single resources go under allowReplacement in the ` +
      `stack file. When all of it is meant: ACCEPT_LOSS=${stack} make up STACK=${stack}`,
  );
}
