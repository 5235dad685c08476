/**
 * Which releases of each client this project runs, and why no others.
 *
 * Sources: Besu CHANGELOG.md; go-ethereum release notes of 1.14.0 and 1.17.4; GoQuorum's archive notice (2026-06-05).
 */
import { clientFacts, type Client } from "./client";
import type { Problem } from "../problem";
import { problemAt } from "./problem";

/** Run when the stack file names no version. */
export const defaultClientVersion: Record<Client, string> = {
  besu: "26.9.0",
  goquorum: "24.4.1",
  geth: "1.13.15",
};

interface SupportedRange {
  /** First release that runs. */
  oldest: string;
  /** First release that does not run any more; left out where there is none yet. */
  below?: string;
  tooOld: string;
  tooNew?: string;
}

const supportedRanges: Record<Client, SupportedRange> = {
  besu: {
    oldest: "26.8.1",
    tooOld:
      "older releases drop transactions without gas price, stall when IBFT2 moves to QBFT, and read the genesis key " +
      "xemptyblockperiodseconds instead of emptyblockperiodseconds",
  },
  goquorum: {
    oldest: "22.7.4",
    below: "25.0.0",
    tooOld: "older releases have not been tried with the genesis written here",
    tooNew: "GoQuorum was archived in 2026 after its 24.x releases",
  },
  geth: {
    oldest: "1.13.0",
    below: "1.14.0",
    tooOld: "older releases lack fixes and flags that 1.13 has",
    tooNew: "from 1.14.0 on geth runs only networks with a consensus client and refuses to seal Clique blocks",
  },
};

/** Checks that a release can run a network of this project. `v` before the number is accepted. */
export function validateClientVersion(client: Client, version: string, path: string): Problem[] {
  const { title } = clientFacts[client];
  const { oldest, below, tooOld, tooNew } = supportedRanges[client];
  const right = `choose ${title} ${oldest} or newer${below ? `, below ${below}` : ""}; ${defaultClientVersion[client]} is the default`;
  if (!/^v?[0-9]+\.[0-9]+\.[0-9]+$/.test(version)) {
    return [
      problemAt(path, {
        what: "not a release number",
        given: version,
        right: `write for example "${defaultClientVersion[client]}"`,
      }),
    ];
  }
  if (compareVersions(version, oldest) < 0) {
    return [problemAt(path, { what: `${title} is too old: ${tooOld}`, given: version, right })];
  }
  if (below && compareVersions(version, below) >= 0) {
    return [problemAt(path, { what: `${title} is too new: ${tooNew}`, given: version, right })];
  }
  return [];
}

/** What a user should know of a release that runs. Expects one without problems. */
export function warnClientVersion(client: Client, version: string, path: string): Problem[] {
  const { title } = clientFacts[client];
  const known = defaultClientVersion[client];
  const order = compareVersions(version, known);
  const warnings = endOfLife[client]
    ? [problemAt(path, { what: endOfLife[client], given: version, right: "choose Besu for new networks" })]
    : [];
  if (order < 0) {
    const right = `choose ${known}`;
    warnings.push(
      problemAt(path, {
        what: `${title} ${known} ${whatNewestMends[client]}`,
        given: version,
        right,
      }),
    );
  }
  if (order > 0) {
    const what = `${title} ${version} is newer than the newest release this project knows`;
    warnings.push(problemAt(path, { what, right: `read its breaking changes since ${known} before the upgrade` }));
  }
  return warnings;
}

/** What a release before the default lacks: the second half of the message. */
const whatNewestMends: Record<Client, string> = {
  besu: "contains security fixes that this release lacks",
  // Consensys/quorum 1612, 1615, 1630, 1669, 1692.
  goquorum: "mends QBFT, which before 24.4.0 can stop or fork although nothing failed",
  geth: "contains security fixes that this release lacks",
};

const endOfLife: Partial<Record<Client, string>> = {
  goquorum: "GoQuorum is archived and gets no fixes",
  geth: "geth 1.13 gets no fixes, among others not for CVE-2026-22862, by which a peer crashes the node: keep its P2P port inside the cluster",
};

/** Below, equal or above 0 as `a` is older than, equal to or newer than `b`. Expects three numbers with dots, `v` allowed. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.replace(/^v/, "").split(".").map(Number)) as [
    number[],
    number[],
  ];
  return left.map((part, index) => part - right[index]!).find((difference) => difference !== 0) ?? 0;
}
