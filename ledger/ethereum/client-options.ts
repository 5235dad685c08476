/** Checks the options of a client for a release, before a node is started with one it does not know or would end on. */
import { validateBesuOptionValues, type OptionedChain } from "./besu-option-values";
import { validateBesuOptions, warnBesuOptions } from "./besu-options";
import { clientFacts, type Client } from "./client";
import { gethOptions, gethOptionsOf } from "./geth-option-table";
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

/** Every option that the release does not know. geth and GoQuorum would refuse to start with it, Besu would ignore it. */
export function validateClientOptions({ client, version, options }: ClientOptions, path: string): Problem[] {
  return client === "besu"
    ? validateBesuOptions(options, version, path)
    : options.flatMap((option) => validateGethOption(client, option.replace(/^--/, ""), `${path}.${option}`));
}

/**
 * Every value that the client would end on, or that another option makes it end on. Of geth and GoQuorum none is known: they
 * name a wrong value at their start.
 *
 * @param options Name, with or without `--`, to value; an empty one for a switch.
 */
export function validateClientOptionValues(
  client: Client,
  options: Readonly<Record<string, string>>,
  chain: OptionedChain,
  path: string,
): Problem[] {
  return client === "besu" ? validateBesuOptionValues(options, chain, path) : [];
}

/** A warning when the options of this very release are not known, and those of the nearest known one were taken. */
export function warnClientOptions(
  { client, version }: Pick<ClientOptions, "client" | "version">,
  path: string,
): Problem[] {
  if (client === "besu") return warnBesuOptions(version, path);
  const known = gethOptionsOf[client];
  if (version.replace(/^v/, "") === known) return [];
  const what = `the options of ${clientFacts[client].title} ${version} are not known; they were checked against those of ${known}`;
  return [problemAt(path, { what, right: "compare them with what its `geth --help` lists" })];
}

function validateGethOption(client: "geth" | "goquorum", option: string, path: string): Problem[] {
  const known = gethOptions[client].trim().split(/\s+/);
  if (known.includes(option)) {
    return [];
  }
  const guess = nearest(option, known);
  const right = guess ? `write ${guess} if that is meant` : "leave it out";
  const what = `${clientFacts[client].title} ${gethOptionsOf[client]} has no such option`;
  return [problemAt(path, { what, given: option, right })];
}
