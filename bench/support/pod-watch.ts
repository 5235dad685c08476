/** Times at which pods of a network were created and became ready, for a client of the Kubernetes API. */
import { makeInformer, type CoreV1Api, type KubeConfig, type V1Pod } from "@kubernetes/client-node";
import { isReady } from "../../test/e2e/support/kubernetes";

/** Times are milliseconds of `performance.now`: the API's own are whole seconds. */
export interface PodTimes {
  /** `org1/peer0-0`: organisation and pod. */
  name: string;
  created: number;
  ready: number;
}

/** Names of the pods of peers and orderers, in networks of both the program and the script. */
const nodePod = /^(peer|orderer)\d+-0$/;

export class PodWatch {
  private readonly pods = new Map<string, { created: number; ready?: number }>();
  private readonly informer;

  /** @param network part of the namespaces `<network>-<organisation>`, whose pods count. */
  private constructor(
    config: KubeConfig,
    core: CoreV1Api,
    private readonly network: string,
  ) {
    this.informer = makeInformer(config, "/api/v1/pods", () => core.listPodForAllNamespaces());
    for (const event of ["add", "update"] as const) this.informer.on(event, (pod) => this.see(pod));
  }

  /** Runs `work`. Returns its result, and the peers and orderers that became ready in the meantime. */
  static async during<T>(
    { config, core, network }: { config: KubeConfig; core: CoreV1Api; network: string },
    work: () => Promise<T>,
  ): Promise<{ result: T; pods: PodTimes[] }> {
    const watch = new PodWatch(config, core, network);
    await watch.informer.start();
    try {
      return { result: await work(), pods: watch.times() };
    } finally {
      await watch.informer.stop();
    }
  }

  private times(): PodTimes[] {
    return [...this.pods].flatMap(([name, { created, ready }]) =>
      ready === undefined ? [] : [{ name, created, ready }],
    );
  }

  private see(pod: V1Pod): void {
    const { namespace = "", name = "" } = pod.metadata ?? {};
    if (!namespace.startsWith(`${this.network}-`) || !nodePod.test(name)) return;
    const key = `${namespace.slice(this.network.length + 1)}/${name}`;
    const times = this.pods.get(key) ?? { created: performance.now() };
    if (times.ready === undefined && isReady(pod)) times.ready = performance.now();
    this.pods.set(key, times);
  }
}
