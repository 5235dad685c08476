import type { Problem } from "../ledger/problem";
import { duplicates, entriesOf, type Named } from "./check";
import { given } from "./problem";

/** Problems of a list of organisations: those that are none of the `known`, and those that stand in it twice. */
export function membersKnown(
  names: readonly (string | undefined)[] | undefined,
  known: readonly string[],
  what: string,
  path: string,
): Problem[] {
  const entries: Named[] = entriesOf(names).map(({ item, index }) => ({ value: item, path: `${path}[${index}]` }));
  const unknown = entries.flatMap(({ value, path: at }) =>
    value === undefined || known.includes(value)
      ? []
      : [
          {
            path: at,
            message: given(value, `one of ${what}: ${[...new Set(known)].join(", ") || "(there are none)"}`),
          },
        ],
  );
  return [...unknown, ...duplicates("an organisation", entries)];
}
