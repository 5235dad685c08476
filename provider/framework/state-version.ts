/**
 * Conversion of state from former releases.
 *
 * The engine stores the results of `check` and of operations, and passes them to any later release. A release with a
 * renamed input would see the old name removed and the new one added, which can mean another resource, and for a key
 * another identity. Inputs and outputs therefore carry the number of their form, and are converted before any other
 * code reads them. Inputs and outputs have separate numbers, since the engine renews inputs without asking for outputs.
 */
import { show } from "../../lib/problem";
import { ProviderError } from "./errors";
import type { PropertyMap } from "./property-value";

/**
 * Property with the number of the form. The engine shows no property with this prefix in a preview, and accepts none
 * from programs. Numbers start at 0, the form without a mark.
 */
export const stateVersionKey = "__stateVersion";

/** Conversion of one form to the next. A missing part stays unchanged. Values may have secret marks. */
export interface Migration {
  inputs?: (inputs: PropertyMap) => PropertyMap;
  state?: (state: PropertyMap) => PropertyMap;
}

type Part = keyof Migration;

/** `properties` marked with the current form. */
export function stamp(properties: PropertyMap, migrations: readonly Migration[] = []): PropertyMap {
  return { ...properties, [stateVersionKey]: migrations.length };
}

/**
 * `properties` in the current form, without the mark. Empty properties, as of a new resource, stay empty.
 *
 * @throws ProviderError when a later release wrote the properties
 */
export function migrate(part: Part, properties: PropertyMap, migrations: readonly Migration[] = []): PropertyMap {
  const { [stateVersionKey]: version = 0, ...old } = properties;
  if (Object.keys(properties).length === 0) return {};
  if (typeof version !== "number" || version > migrations.length) {
    throw new ProviderError(
      `the state was written by a later release (form ${show(version)} of ${part}, this one knows ${migrations.length}): ` +
        "go on with that release or a newer one",
    );
  }
  return migrations.slice(version).reduce((form, migration) => migration[part]?.(form) ?? form, old);
}
