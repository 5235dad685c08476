import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { BackupConfig } from "../../config";
import type { StorageClasses } from "../storage";
import type { WorkloadNamespace } from "./namespace";
import { WorkloadObjects, type ClaimInUse } from "./objects";
import { buildBackupCronJob, planFile } from "./specs/backup-cron-job";
import type { Labels } from "../kubernetes";

/** A claim, and the namespace as a resource that precedes the rights in it. */
export interface BackedUpClaim extends ClaimInUse {
  /** Name of the namespace. */
  namespace: string;
  /** Namespace of the claim. */
  owner: WorkloadNamespace;
}

export interface BackupArgs {
  /** Section `backup` of the stack file. */
  config: BackupConfig;
  /** Path of that section. */
  path: string;
  /** Namespace of the backup itself, with nothing else in it. */
  namespace: WorkloadNamespace;
  /** Name of that namespace. */
  place: string;
  /** Labels of all objects. */
  labels: Labels;
  /** Labels of its pods, by which a policy opens the way to the API server. */
  podLabels: Labels;
  /** Condition on which nodes pull the image. */
  pullPolicy: string;
  /** Classes of the volumes. */
  storage: StorageClasses;
  /** Claims whose volumes are copied at about the same time, in the order of the copies. */
  steps: readonly (readonly BackedUpClaim[])[];
}

/** Folder of the program, which Node.js runs from source. */
const folder = join(__dirname, "backup-program");
const files = ["main.ts", "backup.ts", "cluster-api.ts"];

/** Name of the CronJob, and of the rights of its account in other namespaces. */
const name = "backup";

/** Regular snapshots of a network's volumes, by a CronJob that has the rights for snapshots in the network's namespaces. */
export class Backup extends pulumi.ComponentResource {
  constructor(prefix: string, args: BackupArgs, opts?: pulumi.ComponentResourceOptions) {
    super("blockchain-clusters:workload:Backup", prefix, {}, opts);
    const { config, path, namespace, labels, podLabels, pullPolicy, storage, steps } = args;
    const objects = new WorkloadObjects({ component: this, prefix, namespace, labels });
    const rights = this.createRights(prefix, args);
    const plan = {
      snapshotClass: config.snapshotClass ?? storage.backupClass(`${path}.snapshotClass`),
      keep: config.keep,
      steps: steps.map((step) =>
        step.map(({ namespace: place, volume, claim }) => ({ namespace: place, volume, claim })),
      ),
    };
    const program = objects.files("program", { ...programFiles(), [planFile]: pulumi.jsonStringify(plan) });
    const cronJob = buildBackupCronJob({
      metadata: objects.metadata(name),
      podLabels,
      config,
      pullPolicy,
      serviceAccount: namespace.serviceAccount,
      program: program.metadata.name,
    });
    const dependsOn = [...namespace.prerequisites, ...rights];
    new k8s.batch.v1.CronJob(prefix, cronJob, { parent: this, dependsOn });
    this.registerOutputs({});
  }

  /** A role in each namespace of the network, for snapshots alone. */
  private createRights(prefix: string, { namespace, place, labels, steps }: BackupArgs): pulumi.Resource[] {
    const owners = new Map(steps.flat().map((claim) => [claim.namespace, claim.owner]));
    return [...owners].flatMap(([target, owner]) => {
      const metadata = { name, namespace: owner.name, labels };
      const opts = { parent: this };
      const verbs = ["create", "list", "delete"];
      const rules = [{ apiGroups: ["snapshot.storage.k8s.io"], resources: ["volumesnapshots"], verbs }];
      const role = new k8s.rbac.v1.Role(`${prefix}-${target}`, { metadata, rules }, opts);
      const binding = {
        metadata,
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role.metadata.name },
        subjects: [{ kind: "ServiceAccount", name: namespace.serviceAccount, namespace: place }],
      };
      return [role, new k8s.rbac.v1.RoleBinding(`${prefix}-${target}`, binding, opts)];
    });
  }
}

/** The program in its pod: file name to text. */
function programFiles(): Record<string, string> {
  const sources = files.map((file) => [file, readFileSync(join(folder, file), "utf8")] as const);
  return { ...Object.fromEntries(sources), "package.json": '{ "type": "module" }\n' };
}
