import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { componentLabels, rpcName, serviceHost } from "./names";
import { nodeLabels, nodeSelector, nodeSettings, type NodeContext } from "./node-context";
import { buildAutoscaler } from "./specs/autoscaler";
import { buildRpcStatefulSet } from "./specs/node-pod";
import { buildRpcService } from "./specs/services";

/** The nodes that applications talk to, behind one address. They hold no key that matters. */
export class RpcNodes extends pulumi.ComponentResource {
  /** Name or address that clients connect to. */
  readonly host: pulumi.Output<string>;

  constructor(
    name: string,
    private readonly context: NodeContext,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("blockchain-clusters:ethereum:RpcNodes", name, {}, opts);
    const statefulSet = this.createStatefulSet(name);
    this.createAutoscaler(name, statefulSet);
    this.host = this.findHost(this.createService(name));
    this.registerOutputs({ host: this.host });
  }

  private createStatefulSet(name: string): k8s.apps.v1.StatefulSet {
    const { network, client, config, namespace, genesis, peers, storage } = this.context;
    const spec = buildRpcStatefulSet(
      {
        metadata: this.metadata(),
        component: "rpc",
        spread: { labels: componentLabels(network, "rpc"), hosts: "wish" },
        client,
        process: client.process(nodeSettings(this.context, "rpc")),
        image: config.image,
        pullPolicy: config.pullPolicy,
        resources: config.resources.rpc,
        serviceAccount: namespace.serviceAccount,
        genesis,
      },
      config.rpc.replicas,
      { size: storage.claimSize("block", config.storage.rpc.size), className: storage.block },
    );
    return new k8s.apps.v1.StatefulSet(name, spec, {
      parent: this,
      dependsOn: [...namespace.guards, ...peers],
      // The number is the autoscaler's to change.
      ignoreChanges: config.rpc.autoscaling === undefined ? [] : ["spec.replicas"],
    });
  }

  private createAutoscaler(name: string, statefulSet: k8s.apps.v1.StatefulSet): void {
    const { autoscaling, replicas } = this.context.config.rpc;
    if (autoscaling === undefined) return;
    const spec = { metadata: this.metadata(), target: rpcName, minReplicas: replicas, ...autoscaling };
    new k8s.autoscaling.v2.HorizontalPodAutoscaler(name, buildAutoscaler(spec), {
      parent: this,
      dependsOn: [statefulSet],
    });
  }

  private createService(name: string): k8s.core.v1.Service {
    const { network, client, config } = this.context;
    const selector = nodeSelector(network, "rpc", rpcName);
    const service = buildRpcService(this.metadata(), selector, config.rpc, client.ports);
    return new k8s.core.v1.Service(name, service, { parent: this });
  }

  /** The user's own name for it if there is one, else the load balancer's address, else the cluster's name. */
  private findHost(service: k8s.core.v1.Service): pulumi.Output<string> {
    const { place, config } = this.context;
    const [own] = config.rpc.hosts;
    if (config.rpc.type === "ClusterIP") return pulumi.output(serviceHost(rpcName, place));
    if (own !== undefined) return pulumi.output(own);
    return service.status.loadBalancer.ingress.apply((ingress) => {
      const [first] = ingress ?? [];
      return first?.hostname ?? first?.ip ?? "";
    });
  }

  private metadata() {
    const { network, namespace } = this.context;
    return { name: rpcName, namespace: namespace.name, labels: nodeLabels(network, "rpc", rpcName) };
  }
}
