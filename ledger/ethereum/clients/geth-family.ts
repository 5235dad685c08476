/** Common parts of geth and GoQuorum, which is built on geth 1.10. */
import { nearest } from "../../nearest";
import { problem, type Problem } from "../../../lib/problem";
import type { MetricFacts, OptionFacts } from "./client-facts";

export const gethMetrics: MetricFacts = {
  path: "/debug/metrics/prometheus",
  height: "chain_head_block",
  peers: "p2p_peers",
};

/** Options as the `--help` of one release lists them. */
export interface OptionList {
  release: string;
  /** Without `--`, separated by blanks. */
  names: string;
}

/** Checks names against one release's list. Both clients refuse to start with an unknown option. */
export function optionsOfGeth(title: string, { release, names }: OptionList): OptionFacts {
  const known = names.trim().split(/\s+/);
  const validateName = (name: string, path: string): Problem[] => {
    if (known.includes(name)) return [];
    const guess = nearest(name, known);
    const hint = guess && `${guess} is the nearest`;
    return [problem({ path, given: name, must: `be an option of ${title} ${release}`, hint })];
  };
  return {
    validateNames: (options, _version, path) =>
      options.flatMap((option) => validateName(option.replace(/^--/, ""), `${path}.${option}`)),
    warn(version, path) {
      if (version.replace(/^v/, "") === release) return [];
      const because = `those of ${title} ${version} are not known: they were checked against those of ${release}`;
      return [problem({ path, should: "be compared with what `geth --help` lists", because })];
    },
  };
}

/**
 * Limits the number of peers to those that exist, and dials all of them. With fewer peers than five or than `MaxPeers`,
 * geth waits ten seconds before it fetches missing blocks (`eth/sync.go`): in a small network, at every start.
 */
export function connectionLimits(peers: number): string {
  return peers === 0 ? "" : `MaxPeers = ${peers}\nDialRatio = 1\n`;
}
