import { existsSync, rmSync } from "node:fs";
import { approveUpdate, confirm } from "./approval";
import { localBackend, toolEnvironment } from "./environment";
import { forgetCluster, isFromEarlierCluster, isLocalClusterUp, runLocalCluster } from "./local-cluster";
import { paths, projectRoot } from "../paths";
import { watchNetwork, checkMonitoring } from "./monitoring";
import { installFor, prepare } from "./prepare";
import { follow } from "../../lib/process";
import { heading, say, secondsSince } from "../../lib/progress";
import { writeExchange } from "./exchange";
import { PulumiStack } from "./pulumi";
import { checkStackFile, readStackFile, stackNames, type StackFile } from "./stack-file";
import type { Group } from "../installer/tool";
import { runMain, UserError } from "../../lib/user-error";

/** Commands on a stack, one function per make target. Each can be interrupted, and repeated afterwards. */

const commands: Record<string, (stack: string, options: Options) => Promise<void>> = {
  up,
  preview,
  verify,
  refresh,
  exchange,
  down,
};

interface Options {
  /** Whether `up` starts Prometheus and Alertmanager beside the network. */
  monitoring: boolean;
}

/** Deploys the network, from any earlier state, and runs the client proof. Asks first unless the stack is local. */
async function up(name: string, { monitoring }: Options): Promise<void> {
  if (monitoring) checkMonitoring(readStackFile(name));
  const stack = await prepareChecked(name, monitoring ? ["monitoring"] : []);
  if (stack.hasCutStop) await readLive(stack);
  if (!stack.stack.isLocal) await approveUpdate(name, () => report(stack));
  heading(`Stack ${name}: pulumi up`);
  await stack.change("up", "--yes", "--skip-preview", "--suppress-outputs");
  if (monitoring) {
    heading("Local cluster: Prometheus and Alertmanager");
    await watchNetwork(stack);
  }
  await prove(stack);
}

/** Checks the stack file before it starts a cluster. (The preview report shows the mistakes beside its verdict instead.) */
async function prepareChecked(name: string, further: readonly Group[] = []): Promise<PulumiStack> {
  return prepare(name, { further, check: () => checkStackFile(name) });
}

/** Shows the preview report. Returns whether it is acceptable. */
async function report({ stack, environment }: PulumiStack): Promise<boolean> {
  const args = ["-r", "./tools/runtime/typescript-cache.cjs", "tools/preview-report/main.ts", stack.name];
  return (await follow(process.execPath, args, { cwd: projectRoot, env: environment })) === 0;
}

/** Shows the changes that {@link up} would make, and the policy pack's findings. */
async function preview(name: string): Promise<void> {
  const stack = await prepareChecked(name);
  heading(`Stack ${name}: pulumi preview`);
  await stack.run("preview", "--diff", "--suppress-outputs", "--policy-pack", paths.policyPack);
}

/** Runs the client proof alone. */
async function verify(name: string): Promise<void> {
  await installFor(name);
  const stack = new PulumiStack(readStackFile(name));
  if (!stack.exists()) throw new UserError(`Stack ${name} is not up: run "make up STACK=${name}" first.`);
  await prove(stack);
}

/** Reads the live resources into the state, so that the next preview shows manual changes. */
async function refresh(name: string): Promise<void> {
  await readLive(await prepareChecked(name));
}

async function readLive(stack: PulumiStack): Promise<void> {
  heading(`Stack ${stack.stack.name}: pulumi refresh`);
  await stack.change("refresh", "--yes", "--skip-preview", "--suppress-outputs");
}

/** Writes the stack's public part for partners to a file. */
async function exchange(name: string): Promise<void> {
  await installFor(name);
  const stack = new PulumiStack(readStackFile(name));
  if (!stack.exists()) throw new UserError(`Stack ${name} is not up: run "make up STACK=${name}" first.`);
  writeExchange(stack, paths.exchange);
}

/** Removes the network, then the local cluster. Asks before it destroys a stack that is not local. */
async function down(name: string): Promise<void> {
  const file = readStackFile(name);
  if (!file.isLocal) {
    await confirm(name, "down", `Stack ${name} will be destroyed, with its ledgers and the keys of all its members.`);
  }
  if (mayHaveState(file)) {
    await installFor(name);
    const stack = new PulumiStack(file);
    if (stack.exists()) await destroy(stack);
  }
  if (!file.isLocal) return;
  const others = localStacksBeside(name);
  const neighbours = others.filter(({ localCluster }) => localCluster === file.localCluster);
  if (neighbours.length > 0) {
    say(`The local cluster stays: ${neighbours.map((other) => other.name).join(", ")} runs on it`);
    if (isLocalClusterUp(file.localCluster)) await runLocalCluster(file.localCluster, "monitoring", "stop", name);
    return;
  }
  heading("Local cluster: down");
  await runLocalCluster(file.localCluster, "down");
  if (others.length === 0) rmSync(paths.localState, { recursive: true, force: true });
}

/** Whether Pulumi may know the stack. Without any local state, the answer needs no installed tools. */
function mayHaveState(file: StackFile): boolean {
  const backend = toolEnvironment(file).PULUMI_BACKEND_URL;
  return backend !== localBackend || existsSync(paths.localState);
}

async function destroy(stack: PulumiStack): Promise<void> {
  const { name, isLocal, localCluster } = stack.stack;
  stack.recover();
  if (isLocal && (!isLocalClusterUp(localCluster) || isFromEarlierCluster(stack.stack))) {
    say(`The local cluster that ${name} ran on is gone, and the network with it`);
    stack.forget();
  } else {
    heading(`Stack ${name}: pulumi destroy`);
    await stack.destroy();
  }
  forgetCluster(name);
}

async function prove(stack: PulumiStack): Promise<void> {
  const { name, workload } = stack.stack;
  heading(`Stack ${name}: a transaction of the sample client`);
  const args = ["-r", "./tools/runtime/typescript-cache.cjs", `${workload.sampleClient}/verify.ts`, "--stack", name];
  const code = await follow(process.execPath, args, { cwd: projectRoot, env: stack.environment });
  if (code !== 0) throw new UserError(`The network of ${name} did not transact; the client's own message is above.`);
}

/** Other local stacks that Pulumi knows, on any local cluster. */
function localStacksBeside(name: string): StackFile[] {
  if (!existsSync(paths.localState)) return [];
  return stackNames()
    .filter((other) => other !== name)
    .map((other) => readStackFile(other))
    .filter((stack) => stack.isLocal && new PulumiStack(stack).exists());
}

async function main(command = "", name = "local-fabric", ...flags: string[]): Promise<void> {
  const run = commands[command];
  if (!run) throw new UserError(`There is no command "${command}": there are ${Object.keys(commands).join(", ")}.`);
  const start = performance.now();
  await run(name, { monitoring: flags.includes("--monitoring") });
  say(`\nmake ${command} STACK=${name}: done in ${secondsSince(start)}`);
}

void runMain(() => main(...process.argv.slice(2)));
