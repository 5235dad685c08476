import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { createWorkloadRollout } from "../kubernetes";
import { loadBalancerHost } from "./load-balancer-host";
import { componentLabels, rpcName, serviceHost } from "./names";
import { nodeLabels, nodeSelector, nodeSettings, type NodeContext } from "./node-context";
import { buildAutoscaler } from "./specs/autoscaler";
import { buildHttpRoutes } from "./specs/http-route";
import { buildIngress } from "./specs/ingress";
import { buildRpcStatefulSet, jwtKeyFile } from "./specs/node-pod";
import { buildRpcService } from "./specs/services";

/** The nodes that applications talk to, behind one address. They hold no key that matters. */
export class RpcNodes extends pulumi.ComponentResource {
  /** JSON-RPC over HTTP and over WebSocket, as clients reach it. */
  readonly httpUrl: pulumi.Output<string>;
  readonly wsUrl: pulumi.Output<string>;

  constructor(
    name: string,
    private readonly context: NodeContext,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("blockchain-clusters:ethereum:RpcNodes", name, {}, opts);
    const host = this.findHost(this.createService(name));
    const statefulSet = this.createStatefulSet(name, host, this.createJwtKey(name));
    this.createAutoscaler(name, statefulSet);
    this.createIngress(name);
    this.createRoutes(name);
    const { ingress, gateway, httpPort, wsPort } = context.config.rpc;
    const door = ingress ?? gateway;
    this.httpUrl = door ? pulumi.output(`https://${door.host}`) : pulumi.interpolate`http://${host}:${httpPort}`;
    this.wsUrl = door?.wsHost ? pulumi.output(`wss://${door.wsHost}`) : pulumi.interpolate`ws://${host}:${wsPort}`;
    this.registerOutputs({ httpUrl: this.httpUrl, wsUrl: this.wsUrl });
  }

  /** Name of the ConfigMap with the key that checks tokens, where requests need some. */
  private createJwtKey(name: string): pulumi.Output<string> | undefined {
    const { network, namespace, config } = this.context;
    const { jwtPublicKey } = config.rpc;
    if (jwtPublicKey === undefined) return undefined;
    const metadata = { namespace: namespace.name, labels: nodeLabels(network, "rpc", rpcName) };
    return new k8s.core.v1.ConfigMap(
      `${name}-jwt`,
      { metadata, immutable: true, data: { [jwtKeyFile]: jwtPublicKey } },
      { parent: this },
    ).metadata.name;
  }

  private createStatefulSet(
    name: string,
    host: pulumi.Output<string>,
    jwtKey: pulumi.Output<string> | undefined,
  ): k8s.apps.v1.StatefulSet {
    const { network, client, config, namespace, genesis, peers, ethstats, storage, ledger } = this.context;
    const settings = nodeSettings(this.context, "rpc");
    // Who has given the load balancer no name calls the nodes under its own.
    const isNameless = config.rpc.type === "LoadBalancer" && config.rpc.hosts.length === 0;
    const spec = buildRpcStatefulSet(
      {
        metadata: this.metadata(),
        component: "rpc",
        spread: { labels: componentLabels(network, "rpc"), hosts: "wish" },
        client,
        process: client.process({ ...settings, hosts: isNameless ? [...settings.hosts, host] : settings.hosts }),
        image: config.image,
        pullPolicy: config.pullPolicy,
        resources: config.resources.rpc,
        serviceAccount: namespace.serviceAccount,
        genesis,
        jwtKey,
        ethstats,
      },
      config.rpc.replicas,
      { size: storage.claimSize("block", config.storage.rpc.size), className: storage.block },
    );
    const resource = new k8s.apps.v1.StatefulSet(name, spec, {
      parent: this,
      dependsOn: [...namespace.guards, ...peers],
      // The number is the autoscaler's to change.
      ignoreChanges: config.rpc.autoscaling === undefined ? [] : ["spec.replicas"],
    });
    const workload = { name: `${network}/${rpcName}`, kind: "StatefulSet", spec: spec.spec, resource } as const;
    createWorkloadRollout(name, workload, { parent: this, provider: ledger });
    return resource;
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
    const { network, client, config, loadBalancersKeepClients } = this.context;
    const selector = nodeSelector(network, "rpc", rpcName);
    const service = buildRpcService(this.metadata(), selector, config.rpc, client.ports, loadBalancersKeepClients);
    return new k8s.core.v1.Service(name, service, { parent: this });
  }

  private createIngress(name: string): void {
    const { ingress } = this.context.config.rpc;
    if (ingress === undefined) return;
    const spec = { metadata: this.metadata(), service: rpcName, ingress };
    new k8s.networking.v1.Ingress(name, buildIngress(spec), { parent: this });
  }

  private createRoutes(name: string): void {
    const { gateway, httpPort, wsPort } = this.context.config.rpc;
    if (gateway === undefined) return;
    const spec = { metadata: this.metadata(), service: rpcName, rpc: { gateway, httpPort, wsPort } };
    for (const route of buildHttpRoutes(spec)) {
      const suffix = route.metadata.name === rpcName ? "" : "-ws";
      new k8s.apiextensions.CustomResource(`${name}${suffix}`, route, { parent: this });
    }
  }

  /** The user's own name for it if there is one, else the load balancer's address, else the cluster's name. */
  private findHost(service: k8s.core.v1.Service): pulumi.Output<string> {
    const { place, config } = this.context;
    const [own] = config.rpc.hosts;
    if (config.rpc.type === "ClusterIP") return pulumi.output(serviceHost(rpcName, place));
    if (own !== undefined) return pulumi.output(own);
    return loadBalancerHost(service);
  }

  private metadata() {
    const { network, namespace } = this.context;
    return { name: rpcName, namespace: namespace.name, labels: nodeLabels(network, "rpc", rpcName) };
  }
}
