/** When the pods of a network came and became ready, as a client of the Kubernetes API sees it. */
import { makeInformer, type CoreV1Api, type KubeConfig, type V1Pod } from "@kubernetes/client-node";
import { isReady } from "../../test/e2e/support/kubernetes";

/** Times are milliseconds of `performance.now`: the API's own are whole seconds. */
export interface PodTimes {
  /** `org1/peer0-0`: organisation and pod. */
  name: string;
  created: number;
  ready: number;
}

/** Names of the pods of peers and orderers, in networks of the program and of the script alike. */
const nodePod = /^(peer|orderer)\d+-0$/;

export class PodWatch {
  private readonly pods = new Map<string, { created: number; ready?: number }>();
  private readonly informer;

  /** @param network pods in namespaces `<network>-<organisation>` count. */
  constructor(
    config: KubeConfig,
    core: CoreV1Api,
    private readonly network: string,
  ) {
    this.informer = makeInformer(config, "/api/v1/pods", () => core.listPodForAllNamespaces());
    for (const event of ["add", "update"] as const) this.informer.on(event, (pod) => this.see(pod));
  }

  async start(): Promise<void> {
    await this.informer.start();
  }

  /** Peers and orderers that became ready. */
  async stop(): Promise<PodTimes[]> {
    await this.informer.stop();
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
