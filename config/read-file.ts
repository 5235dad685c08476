import { readFileSync } from "node:fs";
import type { ReadFile } from "./check";

/** Reads a file that the stack file names. */
export const readFile: ReadFile = (path) => {
  try {
    return { text: readFileSync(path, "utf8") };
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
};
