/** Programs that a kubeconfig runs to log in. */
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";

export interface HelperProgram {
  command: string;
  /** Where it comes from. */
  origin: string;
}

/**
 * Says at once what the Kubernetes provider would only call an unreachable cluster.
 *
 * @param vendor Value of `cluster.vendor`, for the error.
 * @throws {pulumi.RunError} naming the program, when no folder of PATH has it.
 */
export function requireHelper(vendor: string, { command, origin }: HelperProgram): void {
  if (findProgram(command, process.env.PATH ?? "") !== undefined) return;
  throw new pulumi.RunError(
    `cluster.vendor: given "${vendor}", whose kubeconfig logs in by the program "${command}", which no folder of PATH has; ` +
      `install ${origin}`,
  );
}

/** Full path of the first executable file of that name, as a shell finds it. */
export function findProgram(command: string, path: string): string | undefined {
  return path
    .split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, command))
    .find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
