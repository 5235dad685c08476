import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Account, Args, RolloutNode } from "../../provider/sdk";
import { podName, rolloutNode, type ClaimInUse } from "../workload";
import type { EthereumClient } from "./clients/client";
import { nodeAnnotations, nodeObjects, nodeSettings, type ChainBeginning, type NodeContext } from "./context";
import { componentLabels, nodeSelector } from "./names";
import { chainVolume, restoredChain } from "./restore";
import { buildValidatorStatefulSet, type NodeBeginning } from "./specs/node-pod";

export interface ValidatorArgs {
  /** Context of the network's nodes. */
  context: NodeContext;
  /** Name of its Service and StatefulSet, for example `validator0`. */
  node: string;
  /** Key of the validator, from which its address follows. */
  account: Account;
}

/**
 * A node that seals blocks, with its key, its disk and its pod. The network creates its Service, so that peers know the
 * name before.
 */
export class Validator extends pulumi.ComponentResource {
  readonly node: string;
  readonly pod: string;
  readonly account: Account;
  /** Volume of its chain. */
  readonly chain: ClaimInUse;
  readonly statefulSet: k8s.apps.v1.StatefulSet;
  /** Node for a rollout, which restarts its pod when its StatefulSet changes. */
  readonly rolloutNode: Args<RolloutNode>;

  constructor(name: string, { context, node, account }: ValidatorArgs, opts?: pulumi.ComponentResourceOptions) {
    super("blockchain-clusters:ethereum:Validator", name, {}, opts);
    const { network, place, config, client, namespace, storage, genesis, startAfter, ethstats } = context;
    const objects = nodeObjects(this, name, "validator", node, context);

    const keys = objects.secret("keys", keyFiles(client, account), "Opaque");
    const { size } = config.storage.validator;
    const chain = objects.restorableClaim(
      "chain",
      { name: chainVolume(node), size, storage, protect: config.protect },
      restoredChain(this, name, node, context),
    );
    const spec = buildValidatorStatefulSet(
      {
        metadata: objects.metadata(node),
        selector: nodeSelector(network, "validator", node),
        component: "validator",
        // Validators should run on different hosts, so that a host takes one vote at most; with four validators on
        // three hosts that is impossible, so it is a wish.
        spread: { labels: componentLabels(network, "validator"), hosts: "wish" },
        client,
        annotations: nodeAnnotations(context),
        process: client.process(nodeSettings(context, "validator")),
        image: config.image,
        pullPolicy: config.pullPolicy,
        resources: config.resources.validator,
        placement: config.placement?.validator,
        serviceAccount: namespace.serviceAccount,
        genesis,
        keys: keys.metadata.name,
        ethstats,
        beginning: nodeBeginning(context.beginning, account),
      },
      chain.claim,
    );
    const workload = objects.statefulSet(spec, { dependsOn: startAfter });

    this.node = node;
    this.pod = podName(node);
    this.account = account;
    this.chain = chain;
    this.statefulSet = workload.resource;
    this.rolloutNode = rolloutNode({ name: node, namespace: place.namespace, statefulSet: node }, workload);
    this.registerOutputs({ address: account.address });
  }
}

/** Whether the validator may begin the chain, as its pod learns it. */
function nodeBeginning(
  { generation, begunElsewhere, firstValidators }: ChainBeginning,
  { address }: Account,
): NodeBeginning {
  const isFirst = pulumi.all([firstValidators, address]).apply(([first, own]) => first.includes(own));
  return {
    generation: isFirst.apply((isOne) => (isOne ? String(generation) : "any")),
    begunElsewhere: begunElsewhere.apply(String),
  };
}

/** Contents of the key Secret. */
function keyFiles(client: EthereumClient, { privateKey, address }: Account): pulumi.Output<Record<string, string>> {
  return pulumi.secret(
    pulumi.all([privateKey, address]).apply(([key, account]) => client.keyFiles({ privateKey: key, address: account })),
  );
}
