/** Which releases of each client this project runs. */
import { clientFacts, type Client } from "./clients";
import type { Problem } from "../problem";
import { problemAt } from "./problem";
import { compareVersions } from "./version";

/** Checks that a release can run a network of this project. `v` before the number is accepted. */
export function validateClientVersion(client: Client, version: string, path: string): Problem[] {
  const { title, releases } = clientFacts[client];
  const { oldest, below, tooOld, tooNew } = releases;
  const right = `choose ${title} ${oldest} or newer${below ? `, below ${below}` : ""}; ${releases.default} is the default`;
  if (!/^v?[0-9]+\.[0-9]+\.[0-9]+$/.test(version)) {
    return [
      problemAt(path, {
        what: "not a release number",
        given: version,
        right: `write for example "${releases.default}"`,
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
  const { title, releases } = clientFacts[client];
  const { default: known, endOfLife, newestMends } = releases;
  const order = compareVersions(version, known);
  const warnings = endOfLife
    ? [problemAt(path, { what: endOfLife, given: version, right: "choose Besu for new networks" })]
    : [];
  if (order < 0) {
    const right = `choose ${known}`;
    warnings.push(
      problemAt(path, {
        what: `${title} ${known} ${newestMends}`,
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
