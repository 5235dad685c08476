/**
 * Checks the names of Besu options for a release. Nodes here get options as variables (`BESU_...`), and Besu silently
 * ignores an unknown variable: this check is the only one.
 */
import { besuOptionsSince, besuOptionsUntil, besuOptionSpans } from "./besu-option-table";
import { compareVersions } from "../version";
import { nearest } from "../../nearest";
import { problem, type Problem } from "../../../lib/problem";

interface OptionSpan {
  first: string;
  /** Last release with the option. Left out: the newest release has it. */
  last?: string;
}

const optionSpans: ReadonlyMap<string, OptionSpan> = new Map(
  Object.entries(besuOptionSpans).flatMap(([span, names]) => {
    const [first, last] = span.split("..") as [string, string];
    return names
      .trim()
      .split(/\s+/)
      .map((name) => [name, { first, last: last || undefined }] as const);
  }),
);

/** Prefixes of plugins' options. Only the installed plugins know the names. */
const pluginPrefixes = ["plugin-", "Xplugin-"];

/**
 * Checks that Besu `version` knows every option.
 *
 * @param options Names as in the configuration file, or with the `--` of the command line.
 * @param version A release. One newer than the table is checked against the table's newest list.
 */
export function validateBesuOptions(options: readonly string[], version: string, path: string): Problem[] {
  return options.flatMap((option) => validateOption(option.replace(/^--/, ""), version, `${path}.${option}`));
}

/** A warning when `version` is newer than the table, so that an option may have come or gone since. */
export function warnBesuOptions(version: string, path: string): Problem[] {
  if (compareVersions(version, besuOptionsUntil) <= 0) return [];
  const because = `those of Besu ${version} are not known: they were checked against those of ${besuOptionsUntil}`;
  return [problem({ path, should: "be compared with the breaking changes of the releases between", because })];
}

function validateOption(option: string, version: string, path: string): Problem[] {
  const span = optionSpans.get(option);
  if (!span) {
    return pluginPrefixes.some((prefix) => option.startsWith(prefix)) ? [] : [unknownOption(option, version, path)];
  }
  if (span.last && compareVersions(version, span.last) > 0) {
    const because = `${span.last} is the last release seen with it`;
    return [problem({ path, given: option, must: `be an option of Besu ${version}`, because })];
  }
  if (span.first !== besuOptionsSince && compareVersions(version, span.first) < 0) {
    const because = `${span.first} is the first release with it`;
    return [problem({ path, given: option, must: `be an option of Besu ${version}`, because })];
  }
  return [];
}

function unknownOption(option: string, version: string, path: string): Problem {
  const present = [...optionSpans].filter(([, { last }]) => last === undefined).map(([name]) => name);
  const guess = nearest(option, present);
  const hint = guess && `${guess} is the nearest`;
  return problem({ path, given: option, must: `be an option of Besu ${version}`, hint });
}
