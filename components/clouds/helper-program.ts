/** Programs that a kubeconfig runs to log in. */
import * as pulumi from "@pulumi/pulumi";
import { findProgram } from "../../lib/find-program";

export interface HelperProgram {
  command: string;
  /** Source of the program, for the error. */
  origin: string;
}

/**
 * Reports a missing program at once. The Kubernetes provider would report only an unreachable cluster.
 *
 * @param vendor Value of `cluster.vendor`, for the error.
 * @throws {pulumi.RunError} naming the program, when no folder of PATH has it.
 */
export function requireHelper(vendor: string, { command, origin }: HelperProgram): void {
  if (findProgram(command, process.env.PATH) !== undefined) return;
  throw new pulumi.RunError(
    `cluster.vendor: given "${vendor}", whose kubeconfig logs in by the program "${command}", which no folder of PATH has; ` +
      `install ${origin}`,
  );
}
