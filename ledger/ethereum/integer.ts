import { problem, type Problem } from "../../lib/problem";

/** Checks for a whole number between two bounds, both included. */
export function validateInteger(value: unknown, path: string, range: { lowest: number; highest: number }): Problem[] {
  if (typeof value === "number" && Number.isInteger(value) && value >= range.lowest && value <= range.highest) {
    return [];
  }
  return [problem({ path, given: value, must: `be a whole number from ${range.lowest} to ${range.highest}` })];
}
