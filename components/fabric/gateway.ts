import * as pulumi from "@pulumi/pulumi";
import type { ExposureConfig, GatewayConfig } from "../../config";
import { buildReadyService } from "../kubernetes";
import { loadBalancerHost, serviceHost, WorkloadObjects } from "../workload";
import { componentLabels, gatewayService, networkLabels, organizationLabels, ports, publicHost } from "./names";
import type { Organization } from "./context";

export interface GatewayArgs {
  /** Name of the network. */
  network: string;
  /** Organisation whose peers the gateway leads to. */
  organization: Organization;
  /** Section `gateway` of the stack file. */
  config: GatewayConfig;
  /** Way into the organisation from outside of the cluster. Default: this Service alone. */
  exposure?: ExposureConfig | undefined;
}

/** Address of an organisation for its clients. It leads to any ready peer of the organisation. */
export class Gateway extends pulumi.ComponentResource {
  /** `host:port` for clients. */
  readonly endpoint: pulumi.Output<string>;
  /** Name to check in the peers' TLS certificates, whatever address the client uses. */
  readonly tlsServerName: string;

  constructor(name: string, args: GatewayArgs, opts?: pulumi.ComponentResourceOptions) {
    super("blockchain-clusters:fabric:Gateway", name, {}, opts);
    const { network, organization, config } = args;
    const { identities, namespace } = organization;
    const labels = { ...networkLabels(network), ...organizationLabels(identities.mspId) };
    const objects = new WorkloadObjects({ component: this, prefix: name, namespace, labels });
    const grpc = { name: "grpc", port: config.port, targetPort: ports.peer.grpc };
    const service = objects.service(
      buildReadyService(objects.metadata(gatewayService), componentLabels(network, "peer"), [grpc], config),
    );
    this.tlsServerName = this.findServerName(args);
    this.endpoint = this.findEndpoint(args, loadBalancerHost(service));
    this.registerOutputs({ endpoint: this.endpoint });
  }

  /** Name in the TLS greeting and the certificate. A router or a Gateway chooses the node by it, so there the public one. */
  private findServerName({ exposure, organization: { place } }: GatewayArgs): string {
    return exposure === undefined ? serviceHost(gatewayService, place) : publicHost(gatewayService, place);
  }

  /**
   * Endpoint for clients: the organisation's public name, else the load balancer's address, else the Service's name in
   * the cluster.
   */
  private findEndpoint(
    { config, exposure, organization: { place } }: GatewayArgs,
    loadBalancer: pulumi.Output<string>,
  ): pulumi.Output<string> {
    if (exposure !== undefined) return pulumi.output(`${this.tlsServerName}:${exposure.port}`);
    if (config.type === "ClusterIP") return pulumi.output(`${this.tlsServerName}:${config.port}`);
    if (place.domain !== undefined) return pulumi.output(`${publicHost(gatewayService, place)}:${config.port}`);
    return pulumi.interpolate`${loadBalancer}:${config.port}`;
  }
}
