/** Common parts of peers and orderers. */
import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Args, NodeAddress, RolloutNode } from "../../provider/sdk";
import { buildNodeService, type LeadsToPod, type Port } from "../kubernetes";
import { podName, WorkloadObjects } from "../workload";
import type { HostPort } from "../../ledger/fabric/channel-config";
import { nodeLabels, nodeSelector, organizationLabels, ports, publicHost } from "./names";
import type { FabricContext, Organization } from "./context";
import type { NodeIdentity, OrganizationIdentities } from "./organization-identities";
import { buildKeyFiles } from "./specs/key-files";

export interface NodeArgs {
  /** Context of the network. */
  context: FabricContext;
  /** Organisation to which the node belongs. */
  organization: Organization;
  /** Number of the node in its organisation, from 0. */
  index: number;
}

/** A peer or orderer, for the rest of its network. */
export interface FabricNode {
  /** Name of its StatefulSet, for example `peer0`. */
  readonly node: string;
  /** DNS name of its Service. */
  readonly host: string;
  /** Name and port in channels. */
  readonly endpoint: HostPort;
  readonly identity: NodeIdentity;
  readonly statefulSet: k8s.apps.v1.StatefulSet;
  /** Node for a rollout, which restarts its pod when its StatefulSet changes. */
  readonly rolloutNode: Args<RolloutNode>;
  /** Address for `pulumi`. */
  readonly address: Args<NodeAddress>;
}

/** Creator of a node's objects, for the node's `component` with the name `prefix`. */
export function nodeObjects(
  component: pulumi.Resource,
  prefix: string,
  kind: "orderer" | "peer",
  node: string,
  { context, organization: { identities, namespace } }: NodeArgs,
): WorkloadObjects {
  const labels = { ...nodeLabels(context.network, kind, node), ...organizationLabels(identities.mspId) };
  return new WorkloadObjects({ component, prefix, namespace, labels });
}

/**
 * Contents of a node's key Secret.
 *
 * @param revocationLists Lists for its MSP. Default: none.
 */
export function nodeKeys(
  identities: OrganizationIdentities,
  { signing, tls }: NodeIdentity,
  revocationLists: pulumi.Input<string[]> = [],
): pulumi.Output<Record<string, string>> {
  const { mspId, caCertificate, tlsCaCertificate } = identities;
  return pulumi.secret(
    pulumi
      .all([
        caCertificate,
        tlsCaCertificate,
        signing.certificate,
        signing.privateKey,
        tls.certificate,
        tls.privateKey,
        revocationLists,
      ])
      .apply(([ca, tlsCa, certificate, privateKey, tlsCertificate, tlsPrivateKey, lists]) =>
        buildKeyFiles({
          msp: { mspId, caCertificates: [ca], tlsCaCertificates: [tlsCa], revocationLists: lists },
          certificate,
          privateKey,
          tlsCertificate,
          tlsPrivateKey,
        }),
      ),
  );
}

/**
 * Name and port of a node in channels: those of its Service, or the public ones.
 *
 * @param inside DNS name of its Service, and port of gRPC
 */
export function channelEndpoint(
  node: string,
  inside: HostPort,
  { place, channelPort }: Pick<Organization, "place" | "channelPort">,
): HostPort {
  return channelPort === undefined ? inside : { host: publicHost(node, place), port: channelPort };
}

/**
 * Consensus stands still while an orderer waits for a connection to one that answers nothing, up to the 20 s that gRPC
 * gives an attempt (docs/timeouts.md); an address without a ready pod refuses at once.
 */
const leadsToPod = { orderer: "whileReady", peer: "fromItsStart" } as const satisfies Record<string, LeadsToPod>;

/**
 * Creates a node's Service, with the ports of its pod and the one that channels name, and lets the other nodes of the stack
 * know the public name that leads there.
 */
export function createNodeService(
  objects: WorkloadObjects,
  { node, endpoint }: Pick<FabricNode, "node" | "endpoint">,
  kind: "orderer" | "peer",
  { context: { network, publicNames }, organization: { channelPort } }: NodeArgs,
): void {
  const selector = nodeSelector(network, kind, node);
  const service = objects.service(
    buildNodeService(objects.metadata(node), selector, nodeServicePorts(ports[kind], endpoint), leadsToPod[kind]),
  );
  if (channelPort !== undefined) publicNames?.add(endpoint.host, service);
}

function nodeServicePorts(own: { grpc: number } & Record<string, number>, endpoint: HostPort): Port[] {
  const inside = Object.entries(own).map(([name, port]) => ({ name, port }));
  if (endpoint.port === own.grpc) return inside;
  return [...inside, { name: "public", port: endpoint.port, targetPort: own.grpc }];
}

/** Address of a node for `pulumi`. */
export function nodeAddress(
  node: string,
  host: string,
  port: number,
  { name, place, identities }: Organization,
): Args<NodeAddress> {
  return {
    name: `${name}/${node}`,
    mspId: identities.mspId,
    namespace: place.namespace,
    pod: podName(node),
    host,
    port,
    tlsCaCertificates: identities.tlsCaCertificate,
  };
}
