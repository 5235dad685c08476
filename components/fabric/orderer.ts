import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Args, OrdererAddress } from "../../provider/sdk";
import { FabricNode, type NodeContext } from "./fabric-node";
import { componentLabels, networkLabels, podName, ports, serviceTlsNames } from "./names";
import type { Identity } from "./organization-identities";
import { buildNodeStatefulSet } from "./specs/node-statefulset";
import { buildOrdererConfig } from "./specs/orderer-config";
import { buildNodeService } from "./specs/services";

export interface OrdererArgs extends NodeContext {
  index: number;
  /** TLS client identity for the participation API. */
  administrator: Identity;
}

/** One ordering node. It starts without channels; they come through its participation API. */
export class Orderer extends FabricNode {
  readonly statefulSet: k8s.apps.v1.StatefulSet;
  /** How `pulumi` reaches it. */
  readonly address: Args<OrdererAddress>;

  constructor(name: string, args: OrdererArgs, opts?: pulumi.ComponentResourceOptions) {
    super("orderer", name, args, args.index, opts);
    this.statefulSet = this.createStatefulSet();
    this.createService();
    this.address = this.buildAddress(args.administrator);
    this.registerOutputs({ host: this.host });
  }

  protected tlsNames(): string[] {
    return serviceTlsNames(this.node, this.context.place);
  }

  private createStatefulSet(): k8s.apps.v1.StatefulSet {
    const { network, config, namespace, identities, options } = this.context;
    const spec = buildNodeStatefulSet({
      metadata: this.metadata(this.node),
      component: "orderer",
      // Two orderers on one host would make its loss the loss of two votes.
      spread: { labels: componentLabels(network, "orderer"), hosts: "must" },
      // The orderers of all organisations vote together, each organisation in a namespace of its own.
      apartIn: networkLabels(network),
      placement: options.placement?.orderer,
      image: config.images.orderer,
      pullPolicy: config.images.pullPolicy,
      command: ["orderer"],
      logging: config.logging,
      env: [],
      ports: ports.orderer,
      operationsPort: ports.orderer.operations,
      // The last port to open: when every channel is loaded, just before the orderer serves (orderer/common/server/main.go).
      serving: { tcpSocket: { port: ports.orderer.admin } },
      resources: config.resources.orderer,
      serviceAccount: namespace.serviceAccount,
      configMap: this.createSettings("config", "orderer.yaml", buildOrdererConfig(identities.mspId)).metadata.name,
      keys: this.createKeys().metadata.name,
      claim: this.createClaim("ledger", config.storage.orderer.size).metadata.name,
    });
    return this.createWorkload(spec);
  }

  private createService(): void {
    const service = buildNodeService(this.metadata(this.node), this.selector, ports.orderer);
    new k8s.core.v1.Service(this.prefix, service, { parent: this });
  }

  private buildAddress(administrator: Identity): Args<OrdererAddress> {
    const { organization, place, identities } = this.context;
    return {
      name: `${organization}/${this.node}`,
      mspId: identities.mspId,
      namespace: place.namespace,
      pod: podName(this.node),
      host: this.host,
      port: ports.orderer.grpc,
      adminPort: ports.orderer.admin,
      tlsCaCertificates: identities.tlsCaCertificate,
      adminCertificate: administrator.certificate,
      adminPrivateKey: administrator.privateKey,
    };
  }
}
