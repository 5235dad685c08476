import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { bootnodeUrl } from "../../ledger/ethereum/enode-url";
import { digitsOf } from "../../ledger/ethereum/hex";
import type { Account, LedgerProvider } from "../../provider/sdk";
import type { EthereumConfig } from "../../config";
import { createWorkloadRollout } from "../kubernetes";
import { bootnodePort, componentLabels, serviceHost, type Place } from "./names";
import type { NetworkNamespace } from "./network-namespace";
import { nodeLabels, nodeSelector } from "./node-context";
import { bootnodeKeyFile, buildBootnodeStatefulSet } from "./specs/bootnode-pod";
import { buildBootnodeService } from "./specs/services";

export interface BootnodeArgs {
  network: string;
  place: Place;
  config: EthereumConfig;
  /** User and group of the container. */
  user: number;
  namespace: NetworkNamespace;
  ledger: LedgerProvider;
  /** `bootnode0` */
  node: string;
  account: Account;
}

/**
 * A node that tells others of each other. Its identity is its key and its address its Service, both of them there
 * before its pod is: nothing has to be registered at run time, and its end changes nothing for nodes that know it.
 */
export class Bootnode extends pulumi.ComponentResource {
  /** What other nodes know it by. */
  readonly url: pulumi.Output<string>;
  readonly service: k8s.core.v1.Service;

  constructor(
    private readonly prefix: string,
    private readonly args: BootnodeArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("blockchain-clusters:ethereum:Bootnode", prefix, {}, opts);
    const { node, place, account } = args;
    this.service = this.createService();
    this.createStatefulSet(this.createKeys());
    const host = serviceHost(node, place);
    this.url = account.enodeId.apply((id) => bootnodeUrl({ id, host, port: bootnodePort }));
    this.registerOutputs({ url: this.url });
  }

  private createKeys(): k8s.core.v1.Secret {
    const { namespace, account } = this.args;
    const stringData = pulumi.secret({ [bootnodeKeyFile]: account.privateKey.apply(digitsOf) });
    return new k8s.core.v1.Secret(
      `${this.prefix}-keys`,
      { metadata: { namespace: namespace.name, labels: this.labels() }, type: "Opaque", immutable: true, stringData },
      { parent: this },
    );
  }

  private createService(): k8s.core.v1.Service {
    const { network, node, namespace } = this.args;
    const metadata = { name: node, namespace: namespace.name, labels: this.labels() };
    const service = buildBootnodeService(metadata, nodeSelector(network, "bootnode", node));
    return new k8s.core.v1.Service(this.prefix, service, { parent: this });
  }

  private createStatefulSet(keys: k8s.core.v1.Secret): void {
    const { network, node, namespace, config, user, ledger } = this.args;
    const spec = buildBootnodeStatefulSet({
      metadata: { name: node, namespace: namespace.name, labels: this.labels() },
      spread: componentLabels(network, "bootnode"),
      user,
      image: config.bootnodeImage,
      pullPolicy: config.pullPolicy,
      resources: config.resources.bootnode,
      serviceAccount: namespace.serviceAccount,
      keys: keys.metadata.name,
    });
    const resource = new k8s.apps.v1.StatefulSet(this.prefix, spec, { parent: this, dependsOn: namespace.guards });
    const workload = { name: `${network}/${node}`, kind: "StatefulSet", spec: spec.spec, resource } as const;
    createWorkloadRollout(this.prefix, workload, { parent: this, provider: ledger });
  }

  private labels() {
    return nodeLabels(this.args.network, "bootnode", this.args.node);
  }
}
