import { parse } from "yaml";
import { parseConfig, type ParseResult } from "../../../components/config/parse";

/** What the parser makes of a configuration written as YAML with the keys `cluster`, `storage` and `network`. */
export function read(yaml: string): ParseResult {
  return parseConfig(parse(yaml) as Record<string, unknown>);
}

/** The problems as one reads them: `path: message`. */
export function problemsOf(yaml: string): string[] {
  return read(yaml).problems.map(({ path, message }) => `${path}: ${message}`);
}
