/**
 * A cluster that only pretends to run pods: the API server, etcd and Kubernetes' own controllers of workloads are real,
 * scheduler, node and storage are not. The stand-in takes every pod, says at once that the pod is Ready, and gives every
 * claim a volume. No container runs, so that a machine has room for hundreds of pods, and nothing answers on their ports.
 */
import {
  ApiException,
  CoreV1Api,
  KubeConfig,
  makeInformer,
  PatchStrategy,
  setHeaderOptions,
  type V1PersistentVolumeClaim,
  type V1Pod,
} from "@kubernetes/client-node";
import { ApiServer } from "../../test/support/api-server";
import { nextStep, podAddress, pretendNode, runningStatus, volumeFor } from "./pretend-objects";

/** Controllers of the objects that networks are made of. */
const controllers = [
  "statefulset-controller",
  "replicaset-controller",
  "deployment-controller",
  "disruption-controller",
  "endpointslice-controller",
  "persistentvolume-binder-controller",
  "persistentvolume-protection-controller",
  "persistentvolumeclaim-protection-controller",
];

/** Answers of the API server to a call that came too late: another event tells of the newer object. */
const outdated = [404, 409];

export class PretendCluster {
  private readonly informers;
  /** Steps that were begun, as `<uid> <step>`. */
  private readonly begun = new Set<string>();
  private readonly failures: unknown[] = [];
  private readonly pending = new Set<Promise<void>>();
  private pods = 0;
  private isStopping = false;

  private constructor(
    private readonly server: ApiServer,
    private readonly core: CoreV1Api,
    config: KubeConfig,
  ) {
    const pods = makeInformer(config, "/api/v1/pods", () => core.listPodForAllNamespaces());
    const claims = makeInformer(config, "/api/v1/persistentvolumeclaims", () =>
      core.listPersistentVolumeClaimForAllNamespaces(),
    );
    for (const event of ["add", "update"] as const) {
      pods.on(event, (pod) => this.seePod(pod));
      claims.on(event, (claim) => this.seeClaim(claim));
    }
    this.informers = [pods, claims];
    for (const informer of this.informers) {
      informer.on("error", (error) => {
        // The end of a watch is an error, too.
        if (!this.isStopping) this.failures.push(error);
      });
    }
  }

  static async start(): Promise<PretendCluster> {
    const server = await ApiServer.start(controllers);
    const config = new KubeConfig();
    config.loadFromFile(server.kubeconfigFile);
    const core = config.makeApiClient(CoreV1Api);
    const cluster = new PretendCluster(server, core, config);
    await core.createNode({ body: { metadata: { name: pretendNode } } });
    await Promise.all(cluster.informers.map((informer) => informer.start()));
    return cluster;
  }

  /** Path of the administrator's kubeconfig. */
  get kubeconfigFile(): string {
    return this.server.kubeconfigFile;
  }

  /** @throws AggregateError with the failures of the stand-in, which make every measurement on the cluster worthless */
  async stop(): Promise<void> {
    this.isStopping = true;
    await Promise.all(this.informers.map((informer) => informer.stop()));
    await Promise.all(this.pending);
    await this.server.stop();
    if (this.failures.length > 0) throw new AggregateError(this.failures, "the pretended nodes failed");
  }

  private seePod(pod: V1Pod): void {
    const { uid, name = "", namespace = "" } = pod.metadata ?? {};
    const step = nextStep(pod);
    switch (step) {
      case "bind":
        return this.once(`${uid} ${step}`, async () => {
          const target = { apiVersion: "v1", kind: "Node", name: pretendNode };
          await this.core.createNamespacedPodBinding({ name, namespace, body: { metadata: { name }, target } });
        });
      case "run":
        return this.once(`${uid} ${step}`, async () => {
          const body = { status: runningStatus(pod, podAddress(this.pods++), new Date()) };
          const asMerge = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
          await this.core.patchNamespacedPodStatus({ name, namespace, body }, asMerge);
        });
      case "end":
        return this.once(`${uid} ${step}`, async () => {
          await this.core.deleteNamespacedPod({ name, namespace, gracePeriodSeconds: 0 });
        });
      case undefined:
    }
  }

  private seeClaim(claim: V1PersistentVolumeClaim): void {
    if (claim.spec?.volumeName !== undefined) return;
    this.once(`${claim.metadata?.uid} volume`, async () => {
      await this.core.createPersistentVolume({ body: volumeFor(claim) });
    });
  }

  private once(step: string, work: () => Promise<void>): void {
    if (this.begun.has(step)) return;
    this.begun.add(step);
    const done = work()
      .catch((error: unknown) => {
        if (!(error instanceof ApiException && outdated.includes(error.code))) this.failures.push(error);
      })
      .finally(() => this.pending.delete(done));
    this.pending.add(done);
  }
}
