/** Settings of the stack file in the settings file of a node. */

type Fields = { [key: string]: unknown };

/**
 * @param file Content of the file; no list is on the path of a setting.
 * @param settings Values by key, for example `ledger.state.totalQueryLimit`.
 * @returns The content with the settings.
 */
export function withSettings(file: object, settings: Readonly<Record<string, unknown>>): object {
  return Object.entries(settings).reduce<Fields>((all, [key, value]) => set(all, key.split("."), value), {
    ...file,
  });
}

function set(fields: Fields, [step = "", ...rest]: string[], value: unknown): Fields {
  if (rest.length === 0) return { ...fields, [step]: value };
  return { ...fields, [step]: set((fields[step] ?? {}) as Fields, rest, value) };
}
