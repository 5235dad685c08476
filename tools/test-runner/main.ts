import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { toolEnvironment } from "../cli/environment";
import { installGroups } from "../installer/main";
import { isLocalClusterUp, runLocalCluster } from "../cli/local-cluster";
import { defaultName } from "../../local-cluster/settings";
import { orphanedPrograms } from "../cli/orphans";
import { paths, projectRoot } from "../paths";
import { follow, terminate } from "../../lib/process";
import { heading, say, secondsSince } from "../../lib/progress";
import { levelCount, levels, sum, summary, type Count, type Level } from "./levels";
import { Interrupted, runMain, UserError } from "../../lib/user-error";

/** Runs levels of tests, each in a mocha process of its own, and prints the sum at the end: `N passed, N failed`. */
async function main(names: readonly string[]): Promise<void> {
  const unknown = names.filter((name) => !levels.some((level) => level.name === name));
  if (unknown.length > 0) {
    throw new UserError(
      `There is no test level ${unknown.join(", ")}: there are ${levels.map(({ name }) => name).join(", ")}.`,
    );
  }
  const counts: Count[] = [];
  for (const level of levels.filter(({ name, isByHand }) => (names.length === 0 ? !isByHand : names.includes(name)))) {
    counts.push(await runLevel(level));
  }
  const total = sum(counts);
  console.log(summary(total));
  process.exitCode = total.failed > 0 ? 1 : 0;
}

async function runLevel(level: Level): Promise<Count> {
  heading(`Tests: ${level.name}`);
  const start = performance.now();
  const count = await countLevel(level);
  say(`${level.name}: ${count.passed} passed and ${count.failed} failed in ${secondsSince(start)}`);
  return count;
}

async function countLevel(level: Level): Promise<Count> {
  try {
    await installGroups(level.needs);
    return await (level.usesCluster ? withLocalCluster(() => runMocha(level)) : runMocha(level));
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    say(error instanceof UserError ? `error: ${error.message}` : String(error));
    return levelCount(undefined, 1);
  } finally {
    // Tests kill engines on purpose, and leave programs of these engines.
    orphanedPrograms(paths.tools).forEach((pid) => terminate(pid));
  }
}

/** Starts the local cluster for the tests. A cluster that ran before stays. */
async function withLocalCluster<T>(work: () => Promise<T>): Promise<T> {
  const wasUp = isLocalClusterUp(defaultName);
  try {
    await runLocalCluster(defaultName, "up");
    return await work();
  } finally {
    if (!wasUp) await runLocalCluster(defaultName, "down");
  }
}

async function runMocha(level: Level): Promise<Count> {
  const countFile = join(projectRoot, ".local", "tests", `${level.name}.json`);
  mkdirSync(join(countFile, ".."), { recursive: true });
  rmSync(countFile, { force: true });
  const reporter = join(projectRoot, "tools", "test-runner", "reporter.ts");
  const parallel = level.isParallel ? ["--parallel", "--jobs", String(availableParallelism())] : [];
  const code = await follow(
    process.execPath,
    ["node_modules/mocha/bin/mocha.js", ...parallel, "--reporter", reporter, `test/${level.name}/**/*.test.ts`],
    {
      cwd: projectRoot,
      env: { ...toolEnvironment({ isLocal: true }), TEST_COUNT_FILE: countFile },
      timeout: level.deadlineMinutes * 60_000,
    },
  );
  if (!existsSync(countFile)) say(`${level.name}: the tests did not come to an end (code ${code})`);
  return levelCount(existsSync(countFile) ? (JSON.parse(readFileSync(countFile, "utf8")) as Count) : undefined, code);
}

void runMain(() => main(process.argv.slice(2)));
