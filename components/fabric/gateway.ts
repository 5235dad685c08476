import * as pulumi from "@pulumi/pulumi";
import type { GatewayConfig } from "../../config";
import { buildReadyService } from "../kubernetes";
import { loadBalancerHost, serviceHost, WorkloadObjects } from "../workload";
import { componentLabels, gatewayService, networkLabels, organizationLabels, ports } from "./names";
import type { Organization } from "./context";

export interface GatewayArgs {
  /** Name of the network. */
  network: string;
  organization: Organization;
  config: GatewayConfig;
}

/** One address of an organisation for its clients: it leads to any of its peers that is ready. */
export class Gateway extends pulumi.ComponentResource {
  /** `host:port` that clients connect to. */
  readonly endpoint: pulumi.Output<string>;
  /** Name to check in the peers' TLS certificates, whatever address was dialled. */
  readonly tlsServerName: string;

  constructor(name: string, args: GatewayArgs, opts?: pulumi.ComponentResourceOptions) {
    super("blockchain-clusters:fabric:Gateway", name, {}, opts);
    const { network, organization, config } = args;
    const { identities, namespace, place } = organization;
    const labels = { ...networkLabels(network), ...organizationLabels(identities.mspId) };
    const objects = new WorkloadObjects({ component: this, prefix: name, namespace, labels });
    const grpc = { name: "grpc", port: config.port, targetPort: ports.peer.grpc };
    const service = objects.service(
      buildReadyService(objects.metadata(gatewayService), componentLabels(network, "peer"), [grpc], config),
    );
    this.tlsServerName = serviceHost(gatewayService, place);
    this.endpoint = this.findEndpoint(args, loadBalancerHost(service));
    this.registerOutputs({ endpoint: this.endpoint });
  }

  /** The organisation's own name for it if there is one, else the load balancer's address, else the cluster's name. */
  private findEndpoint(
    { config, organization: { place } }: GatewayArgs,
    loadBalancer: pulumi.Output<string>,
  ): pulumi.Output<string> {
    if (config.type === "ClusterIP") return pulumi.output(`${this.tlsServerName}:${config.port}`);
    if (place.domain !== undefined) return pulumi.output(`${gatewayService}.${place.domain}:${config.port}`);
    return pulumi.interpolate`${loadBalancer}:${config.port}`;
  }
}
