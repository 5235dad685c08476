/** What geth and GoQuorum, which is built on geth 1.10, have in common. */
import { nearest } from "../../nearest";
import type { Problem } from "../../problem";
import { problemAt } from "../problem";
import type { OptionFacts } from "./client-facts";

/** Options as the `--help` of one release lists them. */
export interface OptionList {
  release: string;
  /** Without `--`, separated by blanks. */
  names: string;
}

/** Checks against one release's list. Either client refuses to start with an option that it does not know. */
export function optionsOfGeth(title: string, { release, names }: OptionList): OptionFacts {
  const known = names.trim().split(/\s+/);
  const validateName = (name: string, path: string): Problem[] => {
    if (known.includes(name)) return [];
    const guess = nearest(name, known);
    const right = guess ? `write ${guess} if that is meant` : "leave it out";
    return [problemAt(path, { what: `${title} ${release} has no such option`, given: name, right })];
  };
  return {
    validateNames: (options, _version, path) =>
      options.flatMap((option) => validateName(option.replace(/^--/, ""), `${path}.${option}`)),
    warn(version, path) {
      if (version.replace(/^v/, "") === release) return [];
      const what = `the options of ${title} ${version} are not known; they were checked against those of ${release}`;
      return [problemAt(path, { what, right: "compare them with what its `geth --help` lists" })];
    },
  };
}

/**
 * No more peers than there are, and all of them dialled. With fewer than five peers, or than the most it may have, geth
 * waits ten seconds before it fetches what it lacks (`eth/sync.go`): in a small network, at every start.
 */
export function connectionLimits(peers: number): string {
  return peers === 0 ? "" : `MaxPeers = ${peers}\nDialRatio = 1\n`;
}
