/**
 * A consortium of three companies on this machine, each with a stack, a state and a local cluster of its own.
 *
 *     make consortium         brings it up and tells its story; repeated, goes on, or says that everything stands
 *     make consortium-down    removes all of it
 *     tools/run tools/consortium/main.ts pulumi bell preview    a command of pulumi on the stack of a company
 *     tools/run tools/consortium/main.ts exchange               hands the public parts around again
 */
import { join, relative } from "node:path";
import { clusterPaths } from "../../local-cluster/settings";
import { heading, say, secondsSince } from "../../lib/progress";
import { runMain, UserError } from "../../lib/user-error";
import { clusterIdentity, isLocalClusterUp } from "../cli/local-cluster";
import { installGroups } from "../installer/main";
import { paths, projectRoot } from "../paths";
import { refuseClustersOfOthers, removeEverything, startCluster } from "./clusters";
import { companyNames, type CompanyName } from "./companies";
import { openCompanies, type Companies } from "./company";
import { Progress } from "./progress";
import { proposalsIn } from "./public-part";
import { takeSteps } from "./steps";
import { checkAll, story } from "./story";

const progressFile = join(paths.consortium, "progress.json");

async function up(): Promise<void> {
  await installGroups(["engine", "fabric", "cluster", "builtin"]);
  const progress = new Progress(progressFile);
  if (!progress.hasBegun) refuseClustersOfOthers();
  progress.begin();
  heading("Local clusters: one for each company");
  const lost = await startClusters(progress);
  if (lost.length > 0) {
    say(`The former cluster of ${lost.join(", ")} is gone, and a part of the channel with it: starting from nothing`);
    await removeEverything();
    return up();
  }
  const companies = openCompanies();
  for (const name of companyNames) companies[name].select();
  await takeSteps(story(companies), progress, () => checkAll(companies));
  heading("The consortium stands");
  tellWays(companies);
}

/** Starts the clusters, or what is not running of them. @returns names of those that are others than in the run before */
async function startClusters(progress: Progress): Promise<CompanyName[]> {
  const lost: CompanyName[] = [];
  for (const name of companyNames) {
    await startCluster(name);
    const identity = clusterIdentity(name);
    if (progress.cluster(name) === undefined) progress.rememberCluster(name, identity);
    else if (progress.cluster(name) !== identity) lost.push(name);
  }
  return lost;
}

function tellWays(companies: Companies): void {
  for (const name of companyNames) {
    const { stackFile } = companies[name];
    say(
      `${name}: ${relative(projectRoot, stackFile.path)}, cluster ${relative(projectRoot, clusterPaths(name).kubeconfig)}`,
    );
  }
  say("Go on as one of them: edit its file, then for example");
  say("  tools/run tools/consortium/main.ts pulumi bell preview");
  say("  tools/run tools/consortium/main.ts exchange");
  say("make consortium-down removes everything.");
}

/** Commands of pulumi that run the program. */
const programCommands = ["preview", "up", "refresh"];

/** Runs a command of pulumi on the stack of a company. */
async function pulumi(name = "", command = "", ...words: string[]): Promise<void> {
  const known: readonly string[] = companyNames;
  if (!known.includes(name) || !programCommands.includes(command)) {
    throw new UserError(`Say a company (${known.join(", ")}) and a command (${programCommands.join(", ")}).`);
  }
  await openRunning()[name as CompanyName].stack.run(command, ...words);
}

/** Hands every public part around again, to companies that have it, and lists the open proposals. */
async function exchange(): Promise<void> {
  const companies = Object.values(openRunning());
  for (const company of companies) {
    for (const other of companies) if (other.hasPartOf(company)) company.handOverTo(other);
    for (const digest of proposalsIn(company.publicPart())) say(`${company.name} proposes ${digest}`);
  }
  return Promise.resolve();
}

/** @throws UserError before `make consortium` */
function openRunning(): Companies {
  if (!new Progress(progressFile).hasBegun || !companyNames.every(isLocalClusterUp)) {
    throw new UserError('The consortium is not up: run "make consortium" first.');
  }
  return openCompanies();
}

const commands: Record<string, (...words: string[]) => Promise<void>> = {
  up,
  down: removeEverything,
  pulumi,
  exchange,
};

async function main(command = "", ...words: string[]): Promise<void> {
  const run = commands[command];
  if (run === undefined) {
    throw new UserError(`There is no command "${command}": there are ${Object.keys(commands).join(", ")}.`);
  }
  const start = performance.now();
  await run(...words);
  say(`\nconsortium ${command}: done in ${secondsSince(start)}`);
}

void runMain(() => main(...process.argv.slice(2)));
