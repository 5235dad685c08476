/** Releases of each client that this project runs. */
import { clientFacts, type Client } from "./clients";
import type { ClientFacts } from "./clients/client-facts";
import { problem, type Problem } from "../../lib/problem";
import { compareVersions } from "./version";

/** Checks that a release can run a network of this project. `v` before the number is accepted. */
export function validateClientVersion(client: Client, version: string, path: string): Problem[] {
  const { title, releases } = clientFacts[client];
  const { oldest, below, tooOld, tooNew } = releases;
  const must = `be ${oldest} or newer${below ? `, below ${below}` : ""}`;
  const hint = `${releases.default} is the default for ${title}`;
  if (!/^v?[0-9]+\.[0-9]+\.[0-9]+$/.test(version)) {
    return [problem({ path, given: version, must: `be a release in quotes, for example "${releases.default}"` })];
  }
  if (compareVersions(version, oldest) < 0) return [problem({ path, given: version, must, because: tooOld, hint })];
  if (below && compareVersions(version, below) >= 0) {
    return [problem({ path, given: version, must, because: tooNew, hint })];
  }
  return [];
}

/** Titles of the clients that still get fixes. */
const maintained = Object.values<ClientFacts>(clientFacts)
  .filter(({ releases }) => releases.endOfLife === undefined)
  .map(({ title }) => title)
  .join(" or ");

/** Warnings about a release that runs. Expects a release without problems. */
export function warnClientVersion(client: Client, version: string, path: string): Problem[] {
  const { title, releases } = clientFacts[client];
  const { default: known, endOfLife, newestMends } = releases;
  const order = compareVersions(version, known);
  const warnings = endOfLife
    ? [problem({ path, given: version, should: `be one of ${maintained} in a new network`, because: endOfLife })]
    : [];
  if (order < 0) {
    warnings.push(problem({ path, given: version, should: `be ${known}`, because: `that release ${newestMends}` }));
  }
  if (order > 0) {
    const because = `no newer release of ${title} is known to this project`;
    const hint = "Read the breaking changes since then before the upgrade";
    warnings.push(problem({ path, given: version, should: `be ${known}`, because, hint }));
  }
  return warnings;
}
