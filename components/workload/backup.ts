import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { backupPeriodSeconds, type BackupConfig, type MonitoringConfig } from "../../config";
import type { LedgerProvider } from "../../provider/sdk";
import { buildServiceAccount, scrapeAnnotations, type PodSecurityLevel } from "../kubernetes";
import type { StorageClasses } from "../storage";
import type { Watched } from "./backup-program/backup-metrics";
import type { MonitoredBackup } from "./monitoring";
import { podName, type NetworkLabels } from "./names";
import { WorkloadNamespace } from "./namespace";
import { WorkloadObjects, type ClaimInUse } from "./objects";
import { createWorkloadRollout } from "./rollout";
import { buildBackupCronJob, planFile } from "./specs/backup-cron-job";
import { backupMetrics, buildBackupMetrics, watchedFile } from "./specs/backup-metrics-pod";

/** Kinds of pods in the namespace of a backup. */
export type BackupPod = "backup" | "backup-metrics";

/** A claim, and the namespace as a resource that precedes the rights in it. */
export interface BackedUpClaim extends Omit<ClaimInUse, "uid"> {
  /** Name of the namespace. */
  namespace: string;
  /** Namespace of the claim. */
  owner: WorkloadNamespace;
}

export interface BackupArgs {
  /** Type of the namespace's component in the state. */
  type: string;
  /** Name of the network. */
  network: string;
  /** Labels of the kind of network. */
  names: NetworkLabels<BackupPod>;
  /** Section `backup` of the stack file. */
  config: BackupConfig;
  /** Path of that section. */
  path: string;
  /** Section `monitoring` of the stack file. Without it nothing gives metrics. */
  monitoring: MonitoringConfig;
  /** Name of the namespace of the backup itself, with nothing else in it. */
  namespace: string;
  /** Level of Pod Security that its pods may have. */
  podSecurity: PodSecurityLevel;
  /** Names of its Secrets for pulling images. Default: none. */
  imagePullSecrets?: readonly string[] | undefined;
  /** Condition on which nodes pull the image. */
  pullPolicy: string;
  /** Classes of the volumes. */
  storage: StorageClasses;
  /** Claims whose volumes are copied at about the same time, in the order of the copies. */
  steps: readonly (readonly BackedUpClaim[])[];
  /** Provider that reaches the cluster. */
  ledger: LedgerProvider;
}

/** Folder of the programs, which Node.js runs from source. */
const folder = join(__dirname, "backup-program");
const common = ["backup.ts", "cluster-api.ts"];

/** Names of the CronJob and of the StatefulSet, and of the rights of their accounts in other namespaces. */
const [name, metricsName] = ["backup", "backup-metrics"] as const;

/** Ports of API servers: of their Service and of most clouds, and of Kubernetes itself. */
const apiServerPorts = [443, 6443];

/**
 * Creates the backups of a network, in a namespace of their own.
 *
 * @param prefix Name of the network's component.
 * @returns undefined where the stack file opens the metrics to nobody
 */
export function createBackup(
  prefix: string,
  args: BackupArgs,
  opts: { parent: pulumi.Resource },
): MonitoredBackup | undefined {
  const namespace = createNamespace(prefix, args, opts);
  const backup = new Backup(`${prefix}-backup-job`, { ...args, owner: namespace }, opts);
  return backup.monitored;
}

function createNamespace(
  prefix: string,
  { type, network, names, config, monitoring, namespace, podSecurity, imagePullSecrets }: BackupArgs,
  opts: { parent: pulumi.Resource },
): WorkloadNamespace<BackupPod> {
  const components: BackupPod[] = monitoring === undefined ? [name] : [name, metricsName];
  return new WorkloadNamespace<BackupPod>(
    `${prefix}-backup`,
    {
      type,
      namespace,
      network,
      labels: names.networkLabels(network),
      podSecurity,
      protect: false,
      serviceAccount: name,
      imagePullSecrets,
      components,
      names,
      traffic: {
        pairs: [],
        guests:
          monitoring === undefined
            ? []
            : [{ to: metricsName, port: backupMetrics.port, namespaces: [monitoring.namespace] }],
        outside: components.flatMap((from) =>
          apiServerPorts.map((port) => ({ from, port, cidrs: config.apiServerCidrs })),
        ),
        dns: [],
      },
      budgets: {},
    },
    opts,
  );
}

interface BackupJobArgs extends BackupArgs {
  /** Namespace of the backup. */
  owner: WorkloadNamespace<BackupPod>;
}

/** Rules of a role, and the account that has it. */
interface Rights {
  /** Name of the account, of the role and of its binding. */
  account: string;
  rules: { apiGroups: string[]; resources: string[]; resourceNames?: string[]; verbs: string[] }[];
}

/** Regular snapshots of a network's volumes, by a CronJob that has the rights for snapshots in the network's namespaces. */
class Backup extends pulumi.ComponentResource {
  readonly monitored: MonitoredBackup | undefined;

  constructor(prefix: string, args: BackupJobArgs, opts?: pulumi.ComponentResourceOptions) {
    super("blockchain-clusters:workload:Backup", prefix, {}, opts);
    const { config, path, owner, network, names, pullPolicy, storage, steps } = args;
    const labels = names.networkLabels(network);
    const objects = new WorkloadObjects({ component: this, prefix, namespace: owner, labels });
    const rights = this.createRights(prefix, args, { account: name, rules: snapshotRules("create", "list", "delete") });
    const plan = {
      snapshotClass: config.snapshotClass ?? storage.backupClass(`${path}.snapshotClass`),
      keep: config.keep,
      steps: steps.map((step) =>
        step.map(({ namespace: place, volume, claim }) => ({ namespace: place, volume, claim })),
      ),
    };
    const program = objects.files("program", { ...programFiles("main.ts"), [planFile]: pulumi.jsonStringify(plan) });
    const cronJob = buildBackupCronJob({
      metadata: objects.metadata(name),
      podLabels: names.componentLabels(network, name),
      config,
      pullPolicy,
      serviceAccount: owner.serviceAccount,
      program: program.metadata.name,
    });
    const dependsOn = [...owner.prerequisites, ...rights];
    const job = new k8s.batch.v1.CronJob(prefix, cronJob, { parent: this, dependsOn });
    this.monitored = args.monitoring === undefined ? undefined : this.createMetrics(`${prefix}-metrics`, args, job);
    this.registerOutputs({});
  }

  /** The pod with metrics. Its account may look, and nothing else. */
  private createMetrics(prefix: string, args: BackupJobArgs, job: k8s.batch.v1.CronJob): MonitoredBackup {
    const { config, owner, network, names, namespace, pullPolicy, steps, ledger } = args;
    const labels = names.nodeLabels(network, metricsName, metricsName);
    const objects = new WorkloadObjects({ component: this, prefix, namespace: owner, labels });
    const account = new k8s.core.v1.ServiceAccount(
      prefix,
      buildServiceAccount(objects.metadata(metricsName), args.imagePullSecrets),
      { parent: this },
    );
    const mayList = this.createRights(prefix, args, { account: metricsName, rules: snapshotRules("list") });
    const mayLook = this.createRole(`${prefix}-${namespace}`, args, owner, {
      account: metricsName,
      rules: [{ apiGroups: ["batch"], resources: ["cronjobs"], resourceNames: [name], verbs: ["get"] }],
    });
    const watched: Watched = {
      namespaces: [...new Set(steps.flat().map((claim) => claim.namespace))],
      cronJob: { namespace, name },
      periodSeconds: backupPeriodSeconds(config),
    };
    const files = { ...programFiles("serve-metrics.ts", "backup-metrics.ts"), [watchedFile]: JSON.stringify(watched) };
    const workload = objects.statefulSet(
      buildBackupMetrics({
        metadata: objects.metadata(metricsName),
        selector: names.nodeSelector(network, metricsName, metricsName),
        // Where Prometheus goes by annotations, the rules miss a pod without.
        annotations:
          args.monitoring?.podMonitor === undefined
            ? scrapeAnnotations(backupMetrics.port, backupMetrics.path)
            : undefined,
        config,
        pullPolicy,
        serviceAccount: account.metadata.name,
        program: objects.files("program", files).metadata.name,
      }),
      { dependsOn: [job, ...mayList, ...mayLook] },
    );
    createWorkloadRollout(prefix, `${namespace}/${metricsName}`, workload, { parent: this, provider: ledger });
    return {
      pods: {
        prefix,
        namespace,
        namespaceName: owner.name,
        selector: names.nodeSelector(network, metricsName, metricsName),
        port: backupMetrics.portName,
        path: backupMetrics.path,
      },
      node: { namespace, pod: podName(metricsName), component: metricsName },
    };
  }

  /** A role in each namespace of the network. */
  private createRights(prefix: string, args: BackupJobArgs, rights: Rights): pulumi.Resource[] {
    const owners = new Map(args.steps.flat().map((claim) => [claim.namespace, claim.owner]));
    return [...owners].flatMap(([target, owner]) => this.createRole(`${prefix}-${target}`, args, owner, rights));
  }

  private createRole(
    prefix: string,
    { network, names, namespace: place }: BackupJobArgs,
    owner: WorkloadNamespace,
    { account, rules }: Rights,
  ): pulumi.Resource[] {
    const metadata = { name: account, namespace: owner.name, labels: names.networkLabels(network) };
    const opts = { parent: this };
    const role = new k8s.rbac.v1.Role(prefix, { metadata, rules }, opts);
    const binding = {
      metadata,
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role.metadata.name },
      subjects: [{ kind: "ServiceAccount", name: account, namespace: place }],
    };
    return [role, new k8s.rbac.v1.RoleBinding(prefix, binding, opts)];
  }
}

function snapshotRules(...verbs: string[]): Rights["rules"] {
  return [{ apiGroups: ["snapshot.storage.k8s.io"], resources: ["volumesnapshots"], verbs }];
}

/** A program in its pod: file name to text. */
function programFiles(...own: string[]): Record<string, string> {
  const sources = [...own, ...common].map((file) => [file, readFileSync(join(folder, file), "utf8")] as const);
  return { ...Object.fromEntries(sources), "package.json": '{ "type": "module" }\n' };
}
