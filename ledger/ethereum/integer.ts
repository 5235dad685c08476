/** The one check that most settings need. */
import type { Problem } from "../problem";
import { problemAt } from "./problem";

/** Checks for a whole number between two bounds, both included. */
export function validateInteger(
  value: unknown,
  path: string,
  range: { lowest: number; highest: number; what: string },
): Problem[] {
  if (typeof value === "number" && Number.isInteger(value) && value >= range.lowest && value <= range.highest) {
    return [];
  }
  return [
    problemAt(path, {
      what: range.what,
      given: value,
      right: `write a whole number from ${range.lowest} to ${range.highest}`,
    }),
  ];
}
