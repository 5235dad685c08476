import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Args, DeepInput, NodeAddress, OrdererAddress, RolloutNode } from "../../provider/sdk";
import { presetVariables } from "../../config";
import type { HostPort } from "../../ledger/fabric/channel-config";
import { rolloutNode, serviceHost, type ClaimInUse } from "../workload";
import { componentLabels, networkLabels, nodeName, nodeSelector, ports, serviceTlsNames } from "./names";
import {
  channelEndpoint,
  createNodeService,
  nodeAddress,
  nodeKeys,
  nodeObjects,
  type FabricNode,
  type NodeArgs,
} from "./node";
import type { Identity, NodeIdentity } from "./organization-identities";
import { haltAnnotations, ledgerVolume, restoredOrderer } from "./restore";
import { buildNodeStatefulSet } from "./specs/node-statefulset";
import { buildOrdererConfig } from "./specs/orderer-config";

export interface OrdererArgs extends NodeArgs {
  /** TLS client identity for the channel participation API. */
  administrator: Identity;
}

/** An ordering node. It starts without channels, and joins them by its participation API. */
export class Orderer extends pulumi.ComponentResource implements FabricNode {
  /** Volume of its blocks and its consensus log. */
  readonly ledger: ClaimInUse;
  readonly node: string;
  readonly host: string;
  readonly endpoint: HostPort;
  readonly identity: NodeIdentity;
  readonly statefulSet: k8s.apps.v1.StatefulSet;
  readonly rolloutNode: Args<RolloutNode>;
  readonly address: Args<NodeAddress>;
  /** The address with the participation API, and what opens it. */
  readonly administered: DeepInput<OrdererAddress>;

  constructor(name: string, args: OrdererArgs, opts?: pulumi.ComponentResourceOptions) {
    super("blockchain-clusters:fabric:Orderer", name, {}, opts);
    const { context, organization, index, administrator } = args;
    const { network, config, options, storage } = context;
    const { identities, namespace, place } = organization;
    const node = nodeName("orderer", index);
    const host = serviceHost(node, place);
    const endpoint = channelEndpoint(node, { host, port: ports.orderer.grpc }, organization);
    const selector = nodeSelector(network, "orderer", node);
    const objects = nodeObjects(this, name, "orderer", node, args);

    const identity = identities.createNode(node, "orderer", serviceTlsNames(node, place));
    const keys = objects.secret("keys", nodeKeys(identities, identity), "Opaque");
    const text = buildOrdererConfig(identities.mspId, config.settings.orderer);
    const settings = objects.files("config", { "orderer.yaml": text });
    const { size } = config.storage.orderer;
    const ledger = objects.restorableClaim(
      "ledger",
      { name: ledgerVolume(node), size, storage, protect: config.protect },
      restoredOrderer(context, organization.name, node),
    );
    const spec = buildNodeStatefulSet({
      metadata: { ...objects.metadata(node), ...haltAnnotations(context) },
      selector,
      component: "orderer",
      // Two orderers on one host would lose two votes with it.
      spread: { labels: componentLabels(network, "orderer"), hosts: "must" },
      // Orderers of all organisations vote together, each organisation in a namespace of its own.
      apartIn: networkLabels(network),
      placement: options.placement?.orderer,
      image: config.images.orderer,
      pullPolicy: config.images.pullPolicy,
      command: ["orderer"],
      logging: config.logging,
      logFormat: config.logFormat,
      env: presetVariables(config.preset, config.resources.orderer.limits),
      ports: ports.orderer,
      operationsPort: ports.orderer.operations,
      // The last port to open: after every channel is loaded, just before the orderer serves
      // (orderer/common/server/main.go).
      serving: { tcpSocket: { port: ports.orderer.admin } },
      knownHosts: context.publicNames?.aliases,
      resources: config.resources.orderer,
      serviceAccount: namespace.serviceAccount,
      configMap: settings.metadata.name,
      keys: keys.metadata.name,
      claim: ledger.claim,
    });
    const workload = objects.statefulSet(spec);
    createNodeService(objects, { node, endpoint }, "orderer", args);

    this.ledger = ledger;
    this.node = node;
    this.host = host;
    this.endpoint = endpoint;
    this.identity = identity;
    this.statefulSet = workload.resource;
    this.rolloutNode = rolloutNode(
      { name: `${organization.name}/${node}`, namespace: place.namespace, statefulSet: node },
      workload,
    );
    this.address = nodeAddress(node, host, ports.orderer.grpc, organization);
    this.administered = {
      ...this.address,
      host: endpoint.host,
      ...(organization.channelPort === undefined ? {} : { channelPort: endpoint.port }),
      adminPort: ports.orderer.admin,
      adminCertificate: administrator.certificate,
      adminPrivateKey: administrator.privateKey,
    };
    this.registerOutputs({ host });
  }
}
