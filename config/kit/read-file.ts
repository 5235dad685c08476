import { readFileSync } from "node:fs";
import { messageOf } from "../../lib/errors";

/** Text of a file that the stack file names, or the error of reading it. */
export type ReadFile = (path: string) => { text: string } | { reason: string };

/** Reads a file that the stack file names. */
export const readFile: ReadFile = (path) => {
  try {
    return { text: readFileSync(path, "utf8") };
  } catch (error) {
    return { reason: messageOf(error) };
  }
};
