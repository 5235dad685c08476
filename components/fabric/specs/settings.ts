/** The user's own settings of a node, in the file that the program writes for it. */

type Fields = { [key: string]: unknown };

/**
 * @param file the file's content; it has no list on the way to a setting
 * @param settings values by key, for example `ledger.state.totalQueryLimit`
 * @returns the content with the settings in it
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
