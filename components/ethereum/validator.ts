import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Account, Args, RolloutNode } from "../../provider/sdk";
import { buildVolumeClaim, revisionOf } from "../kubernetes";
import { componentLabels, podName } from "./names";
import { nodeLabels, nodeSettings, type NodeContext } from "./node-context";
import { buildValidatorStatefulSet } from "./specs/node-pod";

export interface ValidatorArgs extends NodeContext {
  /** `validator0` */
  node: string;
  account: Account;
}

/** A node that seals blocks: its key, its disk, its pod. Its Service is the network's, so that peers know it first. */
export class Validator extends pulumi.ComponentResource {
  readonly statefulSet: k8s.apps.v1.StatefulSet;
  readonly node: string;
  readonly pod: string;
  readonly account: Account;
  /** Digest of the pod's template. */
  private revision: pulumi.Input<string> = "";

  constructor(
    private readonly prefix: string,
    private readonly args: ValidatorArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("blockchain-clusters:ethereum:Validator", prefix, {}, opts);
    this.node = args.node;
    this.pod = podName(args.node);
    this.account = args.account;
    this.statefulSet = this.createStatefulSet(this.createKeys(), this.createClaim());
    this.registerOutputs({ address: this.account.address });
  }

  /** How a rollout brings its pod to what its StatefulSet says. */
  get rolloutNode(): Args<RolloutNode> {
    return {
      name: this.node,
      namespace: this.args.place.namespace,
      statefulSet: this.node,
      revision: this.revision,
      generation: this.statefulSet.metadata.generation,
    };
  }

  private createKeys(): k8s.core.v1.Secret {
    const { client, namespace } = this.args;
    const stringData = pulumi.secret(
      pulumi
        .all([this.account.privateKey, this.account.address])
        .apply(([privateKey, address]) => client.keyFiles({ privateKey, address })),
    );
    return new k8s.core.v1.Secret(
      `${this.prefix}-keys`,
      // Without a name of ours: another key makes another Secret, and the pod rolls over to it.
      { metadata: { namespace: namespace.name, labels: this.labels() }, type: "Opaque", immutable: true, stringData },
      { parent: this },
    );
  }

  /** A claim of its own rather than a template of the StatefulSet, so that it can grow and be protected. */
  private createClaim(): k8s.core.v1.PersistentVolumeClaim {
    const { namespace, config, storage } = this.args;
    const metadata = { name: `${this.node}-chain`, namespace: namespace.name, labels: this.labels() };
    return new k8s.core.v1.PersistentVolumeClaim(
      `${this.prefix}-chain`,
      buildVolumeClaim({
        metadata,
        size: storage.claimSize("block", config.storage.validator.size),
        className: storage.block,
      }),
      { parent: this, protect: config.protect },
    );
  }

  private createStatefulSet(
    keys: k8s.core.v1.Secret,
    claim: k8s.core.v1.PersistentVolumeClaim,
  ): k8s.apps.v1.StatefulSet {
    const { network, client, config, namespace, genesis, peers, ethstats } = this.args;
    const spec = buildValidatorStatefulSet(
      {
        metadata: { name: this.node, namespace: namespace.name, labels: this.labels() },
        component: "validator",
        // Two validators on one host are two votes lost with it, but four on three hosts cannot avoid it.
        spread: { labels: componentLabels(network, "validator"), hosts: "wish" },
        client,
        process: client.process(nodeSettings(this.args, "validator")),
        image: config.image,
        pullPolicy: config.pullPolicy,
        resources: config.resources.validator,
        serviceAccount: namespace.serviceAccount,
        genesis,
        keys: keys.metadata.name,
        ethstats,
      },
      claim.metadata.name,
    );
    this.revision = revisionOf(spec.spec.template);
    return new k8s.apps.v1.StatefulSet(this.prefix, spec, {
      parent: this,
      dependsOn: [...namespace.guards, ...peers],
    });
  }

  private labels() {
    return nodeLabels(this.args.network, "validator", this.node);
  }
}
