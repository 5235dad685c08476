import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ExposureConfig, NodeBalancersConfig, RouterConfig, TlsGatewayConfig } from "../../config";
import { buildReadyService } from "../kubernetes";
import { createWorkloadRollout, loadBalancerHost, serviceHost, WorkloadObjects } from "../workload";
import type { FabricContext, Organization } from "./context";
import {
  componentLabels,
  gatewayService,
  networkLabels,
  nodeLabels,
  nodeSelector,
  organizationLabels,
  ports,
  publicHost,
} from "./names";
import { buildRouterConfig } from "./specs/router-config";
import { buildRouterDeployment, routerConfigFile } from "./specs/router-deployment";
import { buildTlsRoute } from "./specs/tls-route";

/** A Service of an organisation that has a public name. */
export interface ExposedService {
  /** `peer0`, or `gateway` for all peers. */
  name: string;
  /** Kind of its pods. */
  component: "orderer" | "peer";
  /** Port of the Service inside the cluster. */
  port: number;
}

/** A public name of an organisation. */
export interface PublicEndpoint {
  /** `peer0`, or `gateway` for any peer that is ready. */
  name: string;
  /** `peer0.org1.example.com`: name to connect to, and in the TLS greeting. */
  host: string;
  port: number;
  /** Target of the name's DNS record: name or address of the load balancer. Absent behind a Gateway of the user's own. */
  address?: pulumi.Output<string>;
}

export interface ExposureArgs {
  /** Context of the network. */
  context: FabricContext;
  /** Organisation whose Services are exposed. */
  organization: Organization;
  /** Key `exposure` of the organisation in the stack file. */
  config: ExposureConfig;
  /** Services to expose. */
  services: readonly ExposedService[];
}

/** Way into an organisation from outside of the cluster. TLS passes through and ends at the nodes. */
export class Exposure extends pulumi.ComponentResource {
  readonly endpoints: PublicEndpoint[];

  constructor(name: string, args: ExposureArgs, opts?: pulumi.ComponentResourceOptions) {
    super("blockchain-clusters:fabric:Exposure", name, {}, opts);
    this.endpoints = this.createWays(name, args);
    this.registerOutputs({ endpoints: this.endpoints });
  }

  private createWays(name: string, args: ExposureArgs): PublicEndpoint[] {
    const { config } = args;
    switch (config.type) {
      case "router":
        return endpointsOf(args, this.createRouter(name, args, config));
      case "gateway":
        this.createRoutes(name, args, config);
        return endpointsOf(args);
      case "loadBalancer":
        return this.createBalancers(name, args, config);
    }
  }

  /** Creates the router, and returns the address of its load balancer. */
  private createRouter(
    name: string,
    { context, organization, services }: ExposureArgs,
    config: RouterConfig,
  ): pulumi.Output<string> {
    const { network, options, ledger } = context;
    const { namespace, place, identities } = organization;
    const labels = { ...nodeLabels(network, "router", "router"), ...organizationLabels(identities.mspId) };
    const selector = nodeSelector(network, "router", "router");
    const objects = new WorkloadObjects({ component: this, prefix: name, namespace, labels });
    const metadata = objects.metadata("router");

    const backends = services.map(({ name: service, port }) => ({
      name: service,
      host: publicHost(service, place),
      address: `${serviceHost(service, place)}:${port}`,
    }));
    const files = objects.files("config", { [routerConfigFile]: buildRouterConfig(backends) });
    const deployment = objects.deployment(
      buildRouterDeployment({
        metadata,
        selector,
        router: config,
        pullPolicy: context.config.images.pullPolicy,
        serviceAccount: namespace.serviceAccount,
        configMap: files.metadata.name,
        placement: options.placement?.router,
      }),
    );
    createWorkloadRollout(name, `${place.namespace}/router`, deployment, { parent: this, provider: ledger });
    const tls = { name: "tls", port: config.port, targetPort: ports.router.tls };
    const service = objects.service(buildReadyService(metadata, selector, [tls], { ...config, type: "LoadBalancer" }));
    return loadBalancerHost(service);
  }

  private createRoutes(
    name: string,
    { context: { network }, organization: { namespace, place, identities }, services }: ExposureArgs,
    gateway: TlsGatewayConfig,
  ): void {
    const labels = { ...networkLabels(network), ...organizationLabels(identities.mspId) };
    const objects = new WorkloadObjects({ component: this, prefix: name, namespace, labels });
    for (const { name: service, port } of services) {
      const metadata = objects.metadata(service);
      const route = buildTlsRoute({ metadata, host: publicHost(service, place), service, port, gateway });
      new k8s.apiextensions.CustomResource(`${name}-${service}`, route, { parent: this });
    }
  }

  /** Creates a LoadBalancer Service for each name, beside the Service of the same pods inside the cluster. */
  private createBalancers(
    name: string,
    { context: { network }, organization: { namespace, place, identities }, services }: ExposureArgs,
    config: NodeBalancersConfig,
  ): PublicEndpoint[] {
    return services.map(({ name: service, component }) => {
      const isGateway = service === gatewayService;
      const common = isGateway ? networkLabels(network) : nodeLabels(network, component, service);
      const labels = { ...common, ...organizationLabels(identities.mspId) };
      const selector = isGateway ? componentLabels(network, component) : nodeSelector(network, component, service);
      const objects = new WorkloadObjects({ component: this, prefix: `${name}-${service}`, namespace, labels });
      const grpc = { name: "grpc", port: config.port, targetPort: ports[component].grpc };
      const balancer = objects.service(
        buildReadyService(objects.metadata(`${service}-public`), selector, [grpc], { ...config, type: "LoadBalancer" }),
      );
      return {
        name: service,
        host: publicHost(service, place),
        port: config.port,
        address: loadBalancerHost(balancer),
      };
    });
  }
}

/** @param address Address of all names. Default: unknown here. */
function endpointsOf(
  { organization: { place }, config: { port }, services }: ExposureArgs,
  address?: pulumi.Output<string>,
): PublicEndpoint[] {
  return services.map(({ name }) => ({
    name,
    host: publicHost(name, place),
    port,
    ...(address === undefined ? {} : { address }),
  }));
}
