/** Programs in the folders of PATH. */
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * Full path of the first executable file of that name, as a shell finds it; undefined when no folder has one.
 *
 * @param path value of PATH
 * @param except folders to leave out. Default: none.
 */
export function findProgram(program: string, path = "", except: readonly string[] = []): string | undefined {
  return path
    .split(delimiter)
    .filter((folder) => folder !== "" && !except.includes(folder))
    .map((folder) => join(folder, program))
    .find(isExecutable);
}

/** Whether this is a file, and this process may run it. */
export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
