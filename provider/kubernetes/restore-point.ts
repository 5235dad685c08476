import { problem, throwProblems, type Problem } from "../../lib/problem";
import type { CheckedInputs } from "../framework/declaration";
import { changesOf } from "../framework/property-changes";
import type { Resource } from "../framework/resource";
import { askIfPossible } from "./ask-patiently";
import type { restorePoint as declared } from "./declarations";
import { dialOptions, nodeTimeoutSeconds, type NodeAccess, type NodeContext } from "./node-access";
import type { BackupSnapshot } from "./volume-reader";

type Inputs = CheckedInputs<typeof declared>;

/** A backup that has a ready snapshot for each volume. Its deletion changes nothing. */
export const restorePoint: Resource<Inputs, object, NodeAccess> = {
  defaultTimeoutSeconds: nodeTimeoutSeconds,

  diff: ({ oldInputs, newInputs }) => changesOf(oldInputs, newInputs, ["volumes"]),

  preview: () => ({}),

  /** Refuses a backup that cannot be used. A cluster that does not answer is asked again by `up`. */
  async inspect(inputs, context, previous) {
    if (previous === undefined) refuseAnother(inputs);
    const what = `backup ${inputs.moment} of ${inputs.name}`;
    refuse(inputs, (await askIfPossible(context, what, (patient) => missing(inputs, patient))) ?? []);
  },

  async create(inputs, context) {
    refuseAnother(inputs);
    refuse(inputs, await missing(inputs, context));
    return { id: `${inputs.namespace}/${inputs.moment}`, state: {} };
  },

  async update({ newInputs }, context) {
    refuse(newInputs, await missing(newInputs, context));
    return {};
  },

  read: async ({ inputs, state }) => ({ inputs, state }),

  delete: async () => undefined,
};

/** Refuses what must not begin any more. A resource that exists stays, since its node runs on the backup. */
function refuseAnother(inputs: Inputs): void {
  const { path, moment: given, refusal: because } = inputs;
  if (because !== undefined) refuse(inputs, [problem({ path, given, must: "be left out with its entry", because })]);
}

function refuse({ name }: Inputs, problems: Problem[]): void {
  throwProblems(`restore of ${name}`, problems);
}

/** The problem of a backup without one of the snapshots, or with one that is not ready. */
async function missing({ name, path, namespace, moment, volumes }: Inputs, context: NodeContext): Promise<Problem[]> {
  const owner = { name, namespace };
  const options = dialOptions(context);
  const claims = await context.volumes.claims(owner, options);
  const bound = new Set(claims.filter(({ isBound }) => isBound).map((claim) => claim.name));
  const lacking = volumes.filter(({ claim }) => !bound.has(claim));
  // Nobody who may not read snapshots needs them for volumes that are there.
  if (lacking.length === 0) return [];
  const snapshots = await context.volumes.snapshots(owner, options);
  const reasons = lacking.flatMap(({ volume }) => whyNot(snapshotOf(volume, moment), snapshots));
  if (reasons.length === 0) return [];
  const whole = wholeBackups(volumes, snapshots);
  return [
    problem({
      path,
      given: moment,
      must: `be the moment of a backup of ${name}`,
      because: `in namespace ${namespace} ${reasons.join(", and ")}`,
      hint:
        whole.length === 0
          ? "There is no backup that has all of it"
          : `Backups that have all of it: ${whole.join(", ")}`,
    }),
  ];
}

/** Reason against a snapshot; none if a volume can be made of it. */
function whyNot(name: string, snapshots: readonly BackupSnapshot[]): string[] {
  const found = snapshots.find((snapshot) => snapshot.name === name);
  if (found === undefined) return [`there is no VolumeSnapshot ${name}`];
  if (found.isReady) return [];
  return [`VolumeSnapshot ${name} is not ready to use${found.error === undefined ? "" : ` (${found.error})`}`];
}

/** Moments of the backups with a ready snapshot of each of these volumes, the newest first. */
function wholeBackups(volumes: Inputs["volumes"], snapshots: readonly BackupSnapshot[]): string[] {
  const ready = new Set(snapshots.filter(({ isReady }) => isReady).map(({ name }) => name));
  const moments = [...new Set(snapshots.map(({ moment }) => moment))];
  return moments
    .filter((moment) => volumes.every(({ volume }) => ready.has(snapshotOf(volume, moment))))
    .sort()
    .reverse();
}

function snapshotOf(volume: string, moment: string): string {
  return `${volume}-${moment}`;
}
