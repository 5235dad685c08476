import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { GatewayConfig } from "../../config";
import { componentLabels, gatewayService, networkLabels, serviceHost, type Place } from "./names";
import type { OrganizationNamespace } from "./organization-namespace";
import { buildGatewayService } from "./specs/services";

export interface GatewayArgs {
  network: string;
  mspId: string;
  place: Place;
  config: GatewayConfig;
  namespace: OrganizationNamespace;
}

/** The door of an organisation for its clients: one address over all its ready peers. */
export class Gateway extends pulumi.ComponentResource {
  /** `host:port` that clients connect to. */
  readonly endpoint: pulumi.Output<string>;
  /** Name to check in the peers' TLS certificates, whatever address was dialled. */
  readonly tlsServerName: string;

  constructor(name: string, args: GatewayArgs, opts?: pulumi.ComponentResourceOptions) {
    super("blockchain-clusters:fabric:Gateway", name, {}, opts);
    const service = this.createService(name, args);
    this.tlsServerName = serviceHost(gatewayService, args.place);
    this.endpoint = this.findEndpoint(args, service);
    this.registerOutputs({ endpoint: this.endpoint });
  }

  private createService(name: string, { network, mspId, config, namespace }: GatewayArgs): k8s.core.v1.Service {
    const labels = { ...networkLabels(network), "fabric.org": mspId };
    const metadata = { name: gatewayService, namespace: namespace.name, labels };
    const service = buildGatewayService(metadata, componentLabels(network, "peer"), config);
    return new k8s.core.v1.Service(name, service, { parent: this });
  }

  /** The organisation's own name for it if there is one, else the load balancer's address, else the cluster's name. */
  private findEndpoint({ config, place }: GatewayArgs, service: k8s.core.v1.Service): pulumi.Output<string> {
    if (config.type === "ClusterIP") return pulumi.output(`${this.tlsServerName}:${config.port}`);
    if (place.domain !== undefined) return pulumi.output(`${gatewayService}.${place.domain}:${config.port}`);
    return service.status.loadBalancer.ingress.apply((ingress) => {
      const [first] = ingress ?? [];
      return `${first?.hostname ?? first?.ip ?? ""}:${config.port}`;
    });
  }
}
