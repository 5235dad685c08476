/** Checks the names of client options for a release, before a node is started with one it does not know. */
import { validateBesuOptions, warnBesuOptions } from "./besu-options";
import { clientFacts, type Client } from "./client";
import { defaultClientVersion } from "./client-version";
import { gethOptions } from "./geth-option-table";
import { nearest } from "../nearest";
import type { Problem } from "../problem";
import { problemAt } from "./problem";

/** The options of one node. */
export interface ClientOptions {
  client: Client;
  /** A release that `validateClientVersion` accepts. */
  version: string;
  /** Names with or without `--`, values left out. */
  options: readonly string[];
}

/** Every option that the release does not know. All three clients refuse to start on the first of them. */
export function validateClientOptions({ client, version, options }: ClientOptions, path: string): Problem[] {
  return client === "besu"
    ? validateBesuOptions(options, version, path)
    : options.flatMap((option) => validateGethOption(client, option.replace(/^--/, ""), `${path}.${option}`));
}

/** A warning when the options of this very release are not known, and those of the nearest known one were taken. */
export function warnClientOptions(
  { client, version }: Pick<ClientOptions, "client" | "version">,
  path: string,
): Problem[] {
  const known = defaultClientVersion[client];
  if (client === "besu" || version.replace(/^v/, "") === known) {
    return client === "besu" ? warnBesuOptions(version, path) : [];
  }
  const what = `the options of ${clientFacts[client].title} ${version} are not known; they were checked against those of ${known}`;
  return [problemAt(path, { what, right: `choose ${known}` })];
}

function validateGethOption(client: "geth" | "goquorum", option: string, path: string): Problem[] {
  const known = gethOptions[client].trim().split(/\s+/);
  if (known.includes(option)) {
    return [];
  }
  const guess = nearest(option, known);
  const right = guess ? `write ${guess} if that is meant` : "leave it out";
  const what = `${clientFacts[client].title} ${defaultClientVersion[client]} has no such option`;
  return [problemAt(path, { what, given: option, right })];
}
