import type { Problem } from "../../lib/problem";

/** Problems as a reader sees them, without the data that their messages are made of. */
export function said(problems: readonly Problem[]): { path: string; message: string }[] {
  return problems.map(({ path, message }) => ({ path, message }));
}
