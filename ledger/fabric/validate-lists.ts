/** Common checks of lists. */
import { problem, type Problem } from "../../lib/problem";

/** Problems of every item, with its index in the path. */
export function each<T>(items: T[], path: string, validate: (item: T, path: string) => Problem[]): Problem[] {
  return items.flatMap((item, index) => validate(item, `${path}[${index}]`));
}

export function notEmpty(items: unknown[], path: string, because: string): Problem[] {
  return items.length === 0 ? [problem({ path, given: [], must: "have one entry or more", because })] : [];
}

/**
 * A problem for every value that an earlier one equals.
 *
 * @param what each entry has of its own: `an address`
 * @param isShown Whether messages show the value. Default: yes.
 */
export function duplicates(values: string[], path: string, what: string, isShown = true): Problem[] {
  const firsts = new Map<string, number>();
  return values.flatMap((value, index) => {
    const first = firsts.get(value);
    if (first === undefined) {
      firsts.set(value, index);
      return [];
    }
    const fault = {
      path: `${path}[${index}]`,
      must: `have ${what} of its own`,
      because: `${path}[${first}] has it already`,
    };
    return [problem(isShown ? { ...fault, given: value } : fault)];
  });
}
