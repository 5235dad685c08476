import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { storageDrivers } from "../../local-cluster/storage-drivers";
import type { VendorConfig } from "../../config";
import { readKubeconfigFile } from "./existing";
import { createKubernetesProvider } from "./kubernetes-provider";
import type { ManagedCluster, StorageDrivers } from "./managed-cluster";

/** Cluster on this machine. `make up` starts it before the program runs. */
export class LocalCluster extends pulumi.ComponentResource implements ManagedCluster {
  readonly name: pulumi.Output<string>;
  readonly kubeconfig: pulumi.Output<string>;
  readonly clusterIdentifier: string;
  readonly provider: k8s.Provider;
  readonly storage: StorageDrivers;
  readonly networkPolicyEnforced = true;
  readonly loadBalancersKeepClients = true;
  readonly isForTrials = true;
  readonly dnsDomain: string;

  constructor(name: string, config: VendorConfig<"local">, opts?: pulumi.ComponentResourceOptions) {
    super("blockchain-clusters:cluster:LocalCluster", name, {}, opts);
    const kubeconfig = readLocalKubeconfig(config.kubeconfigFile);
    this.name = pulumi.output(config.name);
    this.kubeconfig = pulumi.secret(kubeconfig);
    this.dnsDomain = config.dnsDomain;
    this.clusterIdentifier = `local/${config.name}/${config.generation}/${certificateAuthorityHash(kubeconfig)}`;
    this.storage = {
      block: config.snapshots
        ? { provisioner: storageDrivers.blockWithSnapshots, snapshots: {} }
        : { provisioner: storageDrivers.block },
      file: { provisioner: storageDrivers.file },
    };
    this.provider = createKubernetesProvider(`${name}-kubernetes`, this, this);
    this.registerOutputs({ name: this.name, kubeconfig: this.kubeconfig });
  }
}

function readLocalKubeconfig(path: string): string {
  if (!existsSync(path)) {
    throw new pulumi.RunError(
      `cluster.kubeconfigFile: there is no "${path}": the local cluster is not running; start it with \`make up\``,
    );
  }
  return readKubeconfigFile(path, "cluster.kubeconfigFile");
}

/** Hash of the CA, which identifies a local cluster: each one has a new CA. */
function certificateAuthorityHash(kubeconfig: string): string {
  const { clusters } = JSON.parse(kubeconfig) as { clusters: [{ cluster: Record<string, string> }] };
  const authority = clusters[0].cluster["certificate-authority-data"] ?? "";
  return createHash("sha256").update(authority).digest("hex").slice(0, 12);
}
