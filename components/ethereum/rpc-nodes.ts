import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { loadBalancerHost, createWorkloadRollout, serviceHost, type WorkloadObjects } from "../workload";
import type { NodeSettings } from "./clients/client";
import { nodeAnnotations, nodeObjects, nodeSettings, type NodeContext, type RpcGroup } from "./context";
import { componentLabels, nodeSelector } from "./names";
import { buildAutoscaler } from "./specs/autoscaler";
import { buildHttpRoutes } from "./specs/http-route";
import { buildIngress } from "./specs/ingress";
import { buildRpcStatefulSet, jwtKeyFile } from "./specs/node-pod";
import { buildRpcService } from "./specs/rpc-service";

export interface RpcNodesArgs {
  /** Name, Service settings and APIs of the nodes. */
  group: RpcGroup;
  /** Context of the network's nodes. */
  context: NodeContext;
}

/** Nodes for applications, behind one address. Their keys are worthless. */
export class RpcNodes extends pulumi.ComponentResource {
  /** JSON-RPC over HTTP and over WebSocket, as clients reach it. */
  readonly httpUrl: pulumi.Output<string>;
  readonly wsUrl: pulumi.Output<string>;

  constructor(name: string, { context, group }: RpcNodesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("blockchain-clusters:ethereum:RpcNodes", name, {}, opts);
    const { network, client, config, namespace, genesis, startAfter, ethstats, storage, ledger } = context;
    const { name: node, rpc } = group;
    const objects = nodeObjects(this, name, node, node, context);
    const metadata = objects.metadata(node);
    const selector = nodeSelector(network, node, node);

    const service = objects.service(
      buildRpcService(metadata, selector, rpc, client.ports, context.loadBalancersKeepClients),
    );
    const host = this.findHost(context, group, service);
    const jwtKey = createJwtKey(objects, rpc.jwtPublicKey);
    const spec = buildRpcStatefulSet(
      {
        metadata,
        selector,
        component: "rpc",
        spread: { labels: componentLabels(network, node), hosts: "wish" },
        client,
        annotations: nodeAnnotations(context),
        process: client.process(this.settings(context, group, host)),
        image: config.image,
        pullPolicy: config.pullPolicy,
        resources: config.resources.rpc,
        placement: config.placement?.rpc,
        serviceAccount: namespace.serviceAccount,
        genesis,
        jwtKey,
        ethstats,
      },
      rpc.replicas,
      { size: storage.claimSize("block", config.storage.rpc.size), className: storage.block },
    );
    const workload = objects.statefulSet(spec, {
      dependsOn: startAfter,
      // The autoscaler decides the number.
      ignoreChanges: rpc.autoscaling === undefined ? [] : ["spec.replicas"],
    });
    createWorkloadRollout(name, `${network}/${node}`, workload, { parent: this, provider: ledger });
    this.createAutoscaler(name, group, objects, workload.resource);
    this.createIngress(name, group, objects);
    this.createRoutes(name, group, objects);

    const front = rpc.ingress ?? rpc.gateway;
    this.httpUrl = front ? pulumi.output(`https://${front.host}`) : pulumi.interpolate`http://${host}:${rpc.httpPort}`;
    this.wsUrl = front?.wsHost
      ? pulumi.output(`wss://${front.wsHost}`)
      : pulumi.interpolate`ws://${host}:${rpc.wsPort}`;
    this.registerOutputs({ httpUrl: this.httpUrl, wsUrl: this.wsUrl });
  }

  /**
   * Host for applications: the name in the stack file, else the load balancer's address, else the Service's name in the
   * cluster.
   */
  private findHost(
    { place }: NodeContext,
    { name, rpc }: RpcGroup,
    service: k8s.core.v1.Service,
  ): pulumi.Output<string> {
    const [own] = rpc.hosts;
    if (rpc.type === "ClusterIP") return pulumi.output(serviceHost(name, place));
    if (own !== undefined) return pulumi.output(own);
    return loadBalancerHost(service);
  }

  private settings(context: NodeContext, group: RpcGroup, host: pulumi.Output<string>): NodeSettings {
    const settings = nodeSettings(context, "rpc", group);
    const { rpc } = group;
    // Without a name in the stack file, clients use the load balancer's own address.
    const isNameless = rpc.type === "LoadBalancer" && rpc.hosts.length === 0;
    return isNameless ? { ...settings, hosts: [...settings.hosts, host] } : settings;
  }

  private createAutoscaler(
    name: string,
    { name: node, rpc }: RpcGroup,
    objects: WorkloadObjects,
    statefulSet: k8s.apps.v1.StatefulSet,
  ): void {
    const { autoscaling, replicas } = rpc;
    if (autoscaling === undefined) return;
    const spec = { metadata: objects.metadata(node), target: node, minReplicas: replicas, ...autoscaling };
    const opts = { parent: this, dependsOn: [statefulSet] };
    new k8s.autoscaling.v2.HorizontalPodAutoscaler(name, buildAutoscaler(spec), opts);
  }

  private createIngress(name: string, { name: node, rpc }: RpcGroup, objects: WorkloadObjects): void {
    const { ingress } = rpc;
    if (ingress === undefined) return;
    const spec = { metadata: objects.metadata(node), service: node, ingress };
    new k8s.networking.v1.Ingress(name, buildIngress(spec), { parent: this });
  }

  private createRoutes(name: string, { name: node, rpc }: RpcGroup, objects: WorkloadObjects): void {
    const { gateway, httpPort, wsPort } = rpc;
    if (gateway === undefined) return;
    const spec = { metadata: objects.metadata(node), service: node, rpc: { gateway, httpPort, wsPort } };
    for (const route of buildHttpRoutes(spec)) {
      const suffix = route.metadata.name === node ? "" : "-ws";
      new k8s.apiextensions.CustomResource(`${name}${suffix}`, route, { parent: this });
    }
  }
}

/** Creates a ConfigMap with the public key that checks tokens, and returns its name; undefined without tokens. */
function createJwtKey(objects: WorkloadObjects, publicKey: string | undefined): pulumi.Output<string> | undefined {
  return publicKey === undefined ? undefined : objects.files("jwt", { [jwtKeyFile]: publicKey }).metadata.name;
}
