import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { bootnodeUrl } from "../../ledger/ethereum/enode-url";
import { digitsOf } from "../../ledger/ethereum/hex";
import type { Account } from "../../provider/sdk";
import { buildNodeService } from "../kubernetes";
import { createWorkloadRollout, serviceHost } from "../workload";
import { nodeObjects, type EthereumContext } from "./context";
import { bootnodePort, componentLabels, nodeSelector } from "./names";
import { bootnodeKeyFile, buildBootnodeStatefulSet } from "./specs/bootnode-pod";

export interface BootnodeArgs {
  /** Context of the network. */
  context: EthereumContext;
  /** Name of its Service and StatefulSet, for example `bootnode0`. */
  node: string;
  /** Key of the bootnode, from which its enode URL follows. */
  account: Account;
}

/**
 * A node by which nodes find each other. Its identity is its key, and its address is its Service: both exist before its
 * pod, so nothing is registered at run time. Nodes that found each other stay connected without it.
 */
export class Bootnode extends pulumi.ComponentResource {
  /** Enode URL, by which nodes find it. */
  readonly url: pulumi.Output<string>;
  readonly service: k8s.core.v1.Service;

  constructor(name: string, args: BootnodeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("blockchain-clusters:ethereum:Bootnode", name, {}, opts);
    const { context, node, account } = args;
    const { network, place, config, client, namespace, ledger } = context;
    const objects = nodeObjects(this, name, "bootnode", node, context);
    const metadata = objects.metadata(node);
    const selector = nodeSelector(network, "bootnode", node);

    const service = objects.service(
      buildNodeService(metadata, selector, [{ name: "discovery", port: bootnodePort, protocol: "UDP" }]),
    );
    const key = pulumi.secret({ [bootnodeKeyFile]: account.privateKey.apply(digitsOf) });
    const keys = objects.secret("keys", key, "Opaque");
    const workload = objects.statefulSet(
      buildBootnodeStatefulSet({
        metadata,
        selector,
        spread: componentLabels(network, "bootnode"),
        user: client.user,
        image: config.bootnodeImage,
        pullPolicy: config.pullPolicy,
        resources: config.resources.bootnode,
        placement: config.placement?.bootnode,
        serviceAccount: namespace.serviceAccount,
        keys: keys.metadata.name,
      }),
    );
    createWorkloadRollout(name, `${network}/${node}`, workload, { parent: this, provider: ledger });

    this.service = service;
    const host = serviceHost(node, place);
    this.url = account.enodeId.apply((id) => bootnodeUrl({ id, host, port: bootnodePort }));
    this.registerOutputs({ url: this.url });
  }
}
