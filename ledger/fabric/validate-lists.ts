/** What checks of lists have in common. */
import type { Problem } from "../problem";

/** Problems of every item, with its index in the path. */
export function each<T>(items: T[], path: string, validate: (item: T, path: string) => Problem[]): Problem[] {
  return items.flatMap((item, index) => validate(item, `${path}[${index}]`));
}

export function notEmpty(items: unknown[], path: string, reason: string): Problem[] {
  return items.length === 0 ? [{ path, message: `is empty; ${reason}` }] : [];
}

/** A problem for every value that an earlier one equals. */
export function duplicates(
  values: string[],
  path: string,
  message: (firstIndex: number, value: string) => string,
): Problem[] {
  return values.flatMap((value, index) => {
    const first = values.indexOf(value);
    return first < index ? [{ path: `${path}[${index}]`, message: message(first, value) }] : [];
  });
}
