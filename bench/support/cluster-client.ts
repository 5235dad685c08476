/** Calls of the benchmarks on the local cluster. */
import { readFileSync } from "node:fs";
import { CoreV1Api, KubeConfig, StorageV1Api } from "@kubernetes/client-node";
import { buildStorageClass } from "../../components/storage/specs/storage-class";
import { defaultCluster } from "../../local-cluster/settings";
import { storageDrivers } from "../../local-cluster/storage-drivers";

/** StorageClass of all volumes of the compared networks. */
export const storageClass = "bench-block";

/** Namespaces that every cluster has. */
const ownNamespaces = ["default", "kube-node-lease", "kube-public", "kube-system"];

export class ClusterClient {
  readonly config = new KubeConfig();
  readonly core: CoreV1Api;
  private readonly storage: StorageV1Api;

  /** Connects to the running cluster. */
  constructor() {
    this.config.loadFromString(readFileSync(defaultCluster.paths.kubeconfig, "utf8"));
    this.core = this.config.makeApiClient(CoreV1Api);
    this.storage = this.config.makeApiClient(StorageV1Api);
  }

  /** Namespaces of other users of the cluster. */
  async usedNamespaces(): Promise<string[]> {
    const { items } = await this.core.listNamespace();
    return items.map(({ metadata }) => metadata?.name ?? "").filter((name) => !ownNamespaces.includes(name));
  }

  /** Creates the class that the program would make for the local driver, under a name of the benchmarks. */
  async createStorageClass(): Promise<void> {
    await this.deleteStorageClass();
    const driver = { provisioner: storageDrivers.block };
    const spec = buildStorageClass({ purpose: "block", generation: 1, driver, reclaimPolicy: "Delete" });
    const body = { ...spec, metadata: { name: storageClass } } as Parameters<
      StorageV1Api["createStorageClass"]
    >[0]["body"];
    await this.storage.createStorageClass({ body });
  }

  async deleteStorageClass(): Promise<void> {
    const { items } = await this.storage.listStorageClass();
    if (!items.some(({ metadata }) => metadata?.name === storageClass)) return;
    await this.storage.deleteStorageClass({ name: storageClass });
  }

  /** Address of a Service inside the cluster. This machine can reach it, too. */
  async serviceAddress(namespace: string, name: string): Promise<string> {
    const { spec } = await this.core.readNamespacedService({ namespace, name });
    if (spec?.clusterIP === undefined) throw new Error(`Service ${namespace}/${name} has no cluster IP`);
    return spec.clusterIP;
  }
}
