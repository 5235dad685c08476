import type { Problem } from "../../lib/problem";

/** Paths and messages of problems, without the data of the messages. */
export function said(problems: readonly Problem[]): { path: string; message: string }[] {
  return problems.map(({ path, message }) => ({ path, message }));
}
