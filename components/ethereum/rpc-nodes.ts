import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { loadBalancerHost, createWorkloadRollout, serviceHost, type WorkloadObjects } from "../workload";
import type { NodeSettings } from "./clients/client";
import { nodeObjects, nodeSettings, type NodeContext } from "./context";
import { componentLabels, nodeSelector, rpcName } from "./names";
import { buildAutoscaler } from "./specs/autoscaler";
import { buildHttpRoutes } from "./specs/http-route";
import { buildIngress } from "./specs/ingress";
import { buildRpcStatefulSet, jwtKeyFile } from "./specs/node-pod";
import { buildRpcService } from "./specs/rpc-service";

export interface RpcNodesArgs {
  /** Context of the network's nodes. */
  context: NodeContext;
}

/** Nodes for applications, behind one address. Their keys are worthless. */
export class RpcNodes extends pulumi.ComponentResource {
  /** JSON-RPC over HTTP and over WebSocket, as clients reach it. */
  readonly httpUrl: pulumi.Output<string>;
  readonly wsUrl: pulumi.Output<string>;

  constructor(name: string, { context }: RpcNodesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("blockchain-clusters:ethereum:RpcNodes", name, {}, opts);
    const { network, client, config, namespace, genesis, startAfter, ethstats, storage, ledger } = context;
    const { rpc } = config;
    const objects = nodeObjects(this, name, "rpc", rpcName, context);
    const metadata = objects.metadata(rpcName);
    const selector = nodeSelector(network, "rpc", rpcName);

    const service = objects.service(
      buildRpcService(metadata, selector, rpc, client.ports, context.loadBalancersKeepClients),
    );
    const host = this.findHost(context, service);
    const jwtKey = createJwtKey(objects, rpc.jwtPublicKey);
    const spec = buildRpcStatefulSet(
      {
        metadata,
        selector,
        component: "rpc",
        spread: { labels: componentLabels(network, "rpc"), hosts: "wish" },
        client,
        process: client.process(this.settings(context, host)),
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
    createWorkloadRollout(name, `${network}/${rpcName}`, workload, { parent: this, provider: ledger });
    this.createAutoscaler(name, context, objects, workload.resource);
    this.createIngress(name, context, objects);
    this.createRoutes(name, context, objects);

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
  private findHost({ place, config }: NodeContext, service: k8s.core.v1.Service): pulumi.Output<string> {
    const [own] = config.rpc.hosts;
    if (config.rpc.type === "ClusterIP") return pulumi.output(serviceHost(rpcName, place));
    if (own !== undefined) return pulumi.output(own);
    return loadBalancerHost(service);
  }

  private settings(context: NodeContext, host: pulumi.Output<string>): NodeSettings {
    const settings = nodeSettings(context, "rpc");
    const { rpc } = context.config;
    // Without a name in the stack file, clients use the load balancer's own address.
    const isNameless = rpc.type === "LoadBalancer" && rpc.hosts.length === 0;
    return isNameless ? { ...settings, hosts: [...settings.hosts, host] } : settings;
  }

  private createAutoscaler(
    name: string,
    { config: { rpc } }: NodeContext,
    objects: WorkloadObjects,
    statefulSet: k8s.apps.v1.StatefulSet,
  ): void {
    const { autoscaling, replicas } = rpc;
    if (autoscaling === undefined) return;
    const spec = { metadata: objects.metadata(rpcName), target: rpcName, minReplicas: replicas, ...autoscaling };
    const opts = { parent: this, dependsOn: [statefulSet] };
    new k8s.autoscaling.v2.HorizontalPodAutoscaler(name, buildAutoscaler(spec), opts);
  }

  private createIngress(name: string, { config: { rpc } }: NodeContext, objects: WorkloadObjects): void {
    const { ingress } = rpc;
    if (ingress === undefined) return;
    const spec = { metadata: objects.metadata(rpcName), service: rpcName, ingress };
    new k8s.networking.v1.Ingress(name, buildIngress(spec), { parent: this });
  }

  private createRoutes(name: string, { config: { rpc } }: NodeContext, objects: WorkloadObjects): void {
    const { gateway, httpPort, wsPort } = rpc;
    if (gateway === undefined) return;
    const spec = { metadata: objects.metadata(rpcName), service: rpcName, rpc: { gateway, httpPort, wsPort } };
    for (const route of buildHttpRoutes(spec)) {
      const suffix = route.metadata.name === rpcName ? "" : "-ws";
      new k8s.apiextensions.CustomResource(`${name}${suffix}`, route, { parent: this });
    }
  }
}

/** Creates a ConfigMap with the public key that checks tokens, and returns its name; undefined without tokens. */
function createJwtKey(objects: WorkloadObjects, publicKey: string | undefined): pulumi.Output<string> | undefined {
  return publicKey === undefined ? undefined : objects.files("jwt", { [jwtKeyFile]: publicKey }).metadata.name;
}
