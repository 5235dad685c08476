/**
 * `make restore-drill`: restores a peer and an orderer from the newest complete backup beside the living network, compares them
 * with it, and removes them.
 *
 *   tools/run restore-drill/main.ts <stack>
 *
 * Exit code 1 when the backup cannot be restored, or is not what the network had.
 */
import { KubeConfig } from "@kubernetes/client-node";
import { administratorOf } from "../provider/fabric/clients/identity";
import { Session } from "../provider/fabric/clients/session";
import { chainHeight } from "../provider/fabric/work/chain-height";
import { joinedChannels } from "../provider/fabric/work/joined-channels";
import type { NodeAddress, OrdererAddress, SigningIdentity } from "../provider/fabric/sdk";
import { ProviderError } from "../provider/framework/errors";
import { withinTime } from "../provider/framework/time-limit";
import { createNodeAccess } from "../provider/kubernetes/create-node-access";
import type { NodeContext } from "../provider/kubernetes/node-access";
import { heading, say } from "../lib/progress";
import { runMain, UserError } from "../lib/user-error";
import { installFor } from "../tools/cli/prepare";
import { PulumiStack } from "../tools/cli/pulumi";
import { readStackFile } from "../tools/cli/stack-file";
import { ledgerOf, newestComplete, snapshotOf, type Backup } from "./backups";
import { removeDrill, withCleanUp } from "./clean-up";
import { chainBlock, difference, lossOf, type ChainBlock } from "./comparison";
import { DrillApi } from "./drill-api";
import { requirePolicies } from "./isolation";
import { ThrowAway } from "./throw-away";

interface Identity {
  certificate: string;
  privateKey: string;
}

/** Outputs of a Fabric stack that a drill needs. */
interface Outputs {
  kubeconfig: string;
  fabric?: {
    network: string;
    organizations: Record<
      string,
      {
        mspId: string;
        namespace: string;
        gateway: { tlsCaCertificate: string };
        peers: { name: string; host: string; port: number }[];
        administrator: Identity;
      }
    >;
    ordererOrganizations: Record<
      string,
      {
        mspId: string;
        namespace: string;
        tlsCaCertificate: string;
        orderers: { name: string; host: string; port: number; adminPort: number }[];
        administratorTls: Identity;
      }
    >;
  };
}

type Network = NonNullable<Outputs["fabric"]>;

/** Limit of a whole drill, in milliseconds. */
const drillMs = 3_600_000;

async function main(name: string | undefined): Promise<void> {
  if (name === undefined) throw new UserError("Say the stack: make restore-drill STACK=<stack>.");
  await installFor(name);
  const stack = new PulumiStack(readStackFile(name));
  if (!stack.exists()) throw new UserError(`Stack ${name} is not up: run "make up STACK=${name}" first.`);
  const { kubeconfig, fabric } = stack.outputs() as Outputs;
  if (fabric === undefined) throw new UserError(`Stack ${name} is no Fabric network: there is no drill for others.`);
  requirePolicies(name);
  const signal = interruption();
  const config = new KubeConfig();
  config.loadFromString(kubeconfig);
  const organizations = [...Object.values(fabric.organizations), ...Object.values(fabric.ordererOrganizations)];
  const backup = newestComplete(
    await new DrillApi(config, signal).snapshots(),
    organizations.map(({ namespace }) => namespace),
  );
  if (backup === undefined) {
    throw new UserError(
      `Network ${fabric.network} has no complete backup. docs/operations.md, "Backup", says how to take one.`,
    );
  }
  const namespace = `${fabric.network}-restore-drill`;
  heading(`Stack ${name}: a restore of backup ${backup.moment} into namespace ${namespace}`);
  await removeDrill(config, namespace);
  await withCleanUp(
    () =>
      withinTime(drillMs, signal, (limited) =>
        drill(new ThrowAway(config, namespace, limited), backup, fabric, { kubeconfig, signal: limited }),
      ),
    async () => {
      await removeDrill(config, namespace);
      say(`Namespace ${namespace} is gone`);
    },
    say,
  );
}

/** Signal of Ctrl-C, of an end by the system and of a closed terminal. The second one of a kind ends the process at once. */
function interruption(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => {
      if (signal === "SIGHUP") outliveTerminal();
      stop.abort(new UserError(`Interrupted by ${signal}.`));
    });
  }
  return stop.signal;
}

/** Lets the clean-up go on when its lines cannot be printed any more. */
function outliveTerminal(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.removeAllListeners("error").on("error", () => undefined);
  }
}

async function drill(
  beside: ThrowAway,
  backup: Backup,
  fabric: Network,
  { kubeconfig, signal }: { kubeconfig: string; signal: AbortSignal },
): Promise<void> {
  const begun = Date.now();
  const [[organization, endorsing] = []] = Object.entries(fabric.organizations);
  const [peer] = endorsing?.peers ?? [];
  if (organization === undefined || endorsing === undefined || peer === undefined) {
    throw new UserError("The network has no peers to restore.");
  }
  const [[orderers, ordering] = []] = Object.entries(fabric.ordererOrganizations);
  const [orderer] = ordering?.orderers ?? [];
  await beside.create();
  await beside.start(backup, [
    { namespace: endorsing.namespace, node: peer.name },
    ...(ordering !== undefined && orderer !== undefined ? [{ namespace: ordering.namespace, node: orderer.name }] : []),
  ]);
  const served = Date.now();
  const living: NodeAddress = {
    name: `${organization}/${peer.name}`,
    mspId: endorsing.mspId,
    namespace: endorsing.namespace,
    pod: `${peer.name}-0`,
    host: peer.host,
    port: peer.port,
    tlsCaCertificates: endorsing.gateway.tlsCaCertificate,
  };
  const administrator: SigningIdentity = { mspId: endorsing.mspId, ...endorsing.administrator };
  const restoredOrderer: OrdererAddress | undefined = ordering &&
    orderer && {
      name: `restored ${orderers}/${orderer.name}`,
      mspId: ordering.mspId,
      namespace: beside.namespace,
      pod: `${orderer.name}-0`,
      host: orderer.host,
      port: orderer.port,
      tlsCaCertificates: ordering.tlsCaCertificate,
      adminPort: orderer.adminPort,
      adminCertificate: ordering.administratorTls.certificate,
      adminPrivateKey: ordering.administratorTls.privateKey,
    };
  const copied = snapshotOf(backup, endorsing.namespace, ledgerOf(peer.name))?.status?.creationTime;
  const restored = { ...living, name: `restored ${living.name}`, namespace: beside.namespace };
  const problems = await Session.run(contextOf(kubeconfig, signal), (session) =>
    compare(session, { living, restored, restoredOrderer, administrator, copied: new Date(copied ?? 0) }),
  );
  print(
    `RTO: ${seconds(served - begun)} s until the restored nodes served, and ${seconds(Date.now() - begun)} s with the comparison`,
  );
  if (problems.length > 0) throw new UserError(`Backup ${backup.moment} does not hold: ${problems.join("; ")}.`);
}

interface Nodes {
  living: NodeAddress;
  restored: NodeAddress;
  restoredOrderer: OrdererAddress | undefined;
  administrator: SigningIdentity;
  /** Time at which the peer's volume was copied. */
  copied: Date;
}

/** Prints what each channel has, and returns what is wrong with it. */
async function compare(session: Session, nodes: Nodes): Promise<string[]> {
  const { living, restored, restoredOrderer, administrator, copied } = nodes;
  const identity = administratorOf(living, [administrator]);
  if (identity === undefined) return ["nobody may ask the peer"];
  const [peer, copy] = [await session.peer(living), await session.peer(restored)];
  const channels = await joinedChannels(copy, identity);
  if (channels.length === 0) return [`${restored.name} has no channel`];
  const problems: string[] = [];
  for (const channelId of channels) {
    const height = (await chainHeight(copy, identity, channelId)) ?? 0;
    const now = (await chainHeight(peer, identity, channelId)) ?? 0;
    const read = async (client: typeof peer, position: number): Promise<ChainBlock> =>
      chainBlock(
        await client.block(`reading block ${position} of channel ${channelId}`, identity, channelId, position),
      );
    const last = await read(copy, height - 1);
    const wrong = difference(last, await read(peer, height - 1));
    if (wrong !== undefined) problems.push(`channel ${channelId}: ${wrong}`);
    else {
      print(
        `Channel ${channelId}: ${height} blocks are those of ${living.name}, and so is the state (${last.commitHash.slice(0, 16)}...)`,
      );
    }
    const missing: ChainBlock[] = [];
    for (let position = height; position < now; position++) missing.push(await read(peer, position));
    const loss = lossOf(missing, copied, new Date());
    print(
      `RPO of channel ${channelId}: at the time of the backup ${loss.blocksAtCopy} blocks, ${seconds(loss.atCopyMs)} s; since then ${loss.blocksSince} blocks, ${seconds(loss.sinceMs)} s`,
    );
    const ordered =
      restoredOrderer && (await (await session.ordererAdmin(restoredOrderer)).participation(channelId))?.height;
    if (ordered === undefined) continue;
    print(`Channel ${channelId}: ${restoredOrderer?.name} has ${ordered} blocks`);
    if (ordered < height) {
      problems.push(`channel ${channelId}: ${restoredOrderer?.name} has ${ordered} blocks, the peer ${height}`);
    }
  }
  return problems;
}

function contextOf(kubeconfig: string, signal: AbortSignal): NodeContext {
  const quiet = (): void => undefined;
  return {
    ...createNodeAccess(kubeconfig),
    signal,
    progress: quiet,
    now: () => new Date(),
    log: { status: quiet, info: say, warn: say },
  };
}

/** Prints a result. */
function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(1);
}

/** The error of nodes says all that a user needs. */
function inWords(error: unknown): never {
  throw error instanceof ProviderError ? new UserError(error.message) : error;
}

void runMain(() => main(process.argv[2]).catch(inWords));
