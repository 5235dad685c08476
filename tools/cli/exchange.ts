import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { say } from "../../lib/progress";
import { UserError } from "../../lib/user-error";
import type { PulumiStack } from "./pulumi";

/**
 * Writes the document that a stack gives to partners, and prints the fingerprint of the authorities in it.
 *
 * @param folder gets the file `<stack>.json`
 * @throws UserError when the stack has none
 */
export function writeExchange(stack: PulumiStack, folder: string): void {
  const { name } = stack.stack;
  const text = stack.output("exchange");
  const fingerprint = stack.output("exchangeFingerprint");
  if (typeof text !== "string" || typeof fingerprint !== "string") {
    throw new UserError(
      `Stack ${name} has no public part yet: give its file \`network.fabric.partners\`, an empty list at first, and run "make up STACK=${name}".`,
    );
  }
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.json`);
  writeFileSync(file, text);
  say(`${file}: the public part of ${name}, for partners`);
  say(`Fingerprint, to be compared by another way: ${fingerprint}`);
}
