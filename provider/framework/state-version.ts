/**
 * State of former releases in today's form.
 *
 * The engine keeps what `check` and the operations return, and hands it to whatever release comes next. A release that
 * renames an input would find the old name gone and the new one added, which can mean another resource, for a key another
 * identity. So inputs and outputs say in which form they are written, and are brought up to date before anything else
 * looks at them. They have forms of their own, since the engine renews inputs without asking for outputs.
 */
import { show } from "../../lib/problem";
import { ProviderError } from "./errors";
import type { PropertyMap } from "./property-value";

/**
 * Where the form is written down. The engine shows no property that begins like this in a preview, and takes none for an
 * input of the program. The number counts from 0, which is what carries no mark.
 */
export const STATE_VERSION_KEY = "__stateVersion";

/** One step from a form to the next one. A part that is missing stays as it is. Values may carry secret marks. */
export interface Migration {
  inputs?: (inputs: PropertyMap) => PropertyMap;
  state?: (state: PropertyMap) => PropertyMap;
}

type Part = keyof Migration;

/** `properties` with the mark of today's form. */
export function stamp(properties: PropertyMap, migrations: readonly Migration[] = []): PropertyMap {
  return { ...properties, [STATE_VERSION_KEY]: migrations.length };
}

/**
 * `properties` as today's release would have written them, without the mark. Nothing at all, as of a new resource, stays
 * nothing.
 *
 * @throws ProviderError when a later release wrote them
 */
export function migrate(part: Part, properties: PropertyMap, migrations: readonly Migration[] = []): PropertyMap {
  const { [STATE_VERSION_KEY]: version = 0, ...old } = properties;
  if (Object.keys(properties).length === 0) return {};
  if (typeof version !== "number" || version > migrations.length) {
    throw new ProviderError(
      `the state was written by a later release (form ${show(version)} of ${part}, this one knows ${migrations.length}): ` +
        "go on with that release or a newer one",
    );
  }
  return migrations.slice(version).reduce((form, migration) => migration[part]?.(form) ?? form, old);
}
