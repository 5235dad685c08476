/** What peers and orderers have in common. */
import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Args, NodeAddress, RolloutNode } from "../../provider/sdk";
import { podName, WorkloadObjects } from "../workload";
import { nodeLabels, organizationLabels } from "./names";
import type { FabricContext, Organization } from "./context";
import type { NodeIdentity, OrganizationIdentities } from "./organization-identities";
import { buildKeyFiles } from "./specs/key-files";

export interface NodeArgs {
  context: FabricContext;
  organization: Organization;
  /** Number in its organisation, from 0. */
  index: number;
}

/** One peer or orderer as the rest of its network knows it. */
export interface FabricNode {
  /** `peer0` */
  readonly node: string;
  /** DNS name of its Service. */
  readonly host: string;
  readonly identity: NodeIdentity;
  readonly statefulSet: k8s.apps.v1.StatefulSet;
  /** How a rollout brings its pod to what its StatefulSet says. */
  readonly rolloutNode: Args<RolloutNode>;
  /** How `pulumi` reaches it. */
  readonly address: Args<NodeAddress>;
}

/** Makes the objects of a node, whose component is `component` with the name `prefix`. */
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

/** Content of a node's key Secret. */
export function nodeKeys(
  identities: OrganizationIdentities,
  { signing, tls }: NodeIdentity,
): pulumi.Output<Record<string, string>> {
  const { mspId, caCertificate, tlsCaCertificate } = identities;
  return pulumi.secret(
    pulumi
      .all([caCertificate, tlsCaCertificate, signing.certificate, signing.privateKey, tls.certificate, tls.privateKey])
      .apply(([ca, tlsCa, certificate, privateKey, tlsCertificate, tlsPrivateKey]) =>
        buildKeyFiles({
          msp: { mspId, caCertificates: [ca], tlsCaCertificates: [tlsCa] },
          certificate,
          privateKey,
          tlsCertificate,
          tlsPrivateKey,
        }),
      ),
  );
}

/** Ports as a Service has them. */
export function servicePorts(ports: Record<string, number>): { name: string; port: number }[] {
  return Object.entries(ports).map(([name, port]) => ({ name, port }));
}

/** How `pulumi` reaches a node. */
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
