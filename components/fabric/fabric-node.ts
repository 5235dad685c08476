/** What peers and orderers have in common: key Secret, settings, disk, Service and the labels that tie them. */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Args, NodeAddress, RolloutNode } from "../../provider/sdk";
import type { FabricConfig } from "../../config";
import { appLabels, buildVolumeClaim, revisionOf, type Labels } from "../kubernetes";
import type { StorageClasses } from "../storage";
import { componentLabels, nodeName, serviceHost, type Place } from "./names";
import type { NodeIdentity, OrganizationIdentities } from "./organization-identities";
import type { FabricOptions } from "./options";
import type { OrganizationNamespace } from "./organization-namespace";
import { buildKeyFiles } from "./specs/key-files";
import type { NodeStatefulSet } from "./specs/node-statefulset";

/** What a node is part of. */
export interface NodeContext {
  network: string;
  organization: string;
  place: Place;
  config: FabricConfig;
  storage: StorageClasses;
  identities: OrganizationIdentities;
  namespace: OrganizationNamespace;
  options: FabricOptions;
}

/** One peer or orderer: its objects that do not depend on which of the two it is. */
export abstract class FabricNode extends pulumi.ComponentResource {
  /** `peer0` */
  readonly node: string;
  /** DNS name of its Service. */
  readonly host: string;
  readonly identity: NodeIdentity;
  abstract readonly statefulSet: k8s.apps.v1.StatefulSet;
  /** How `pulumi` reaches it. */
  abstract readonly address: Args<NodeAddress>;
  /** Digest of the pod's template. */
  private revision: pulumi.Input<string> = "";
  protected readonly labels: Labels;

  protected constructor(
    private readonly component: "orderer" | "peer",
    protected readonly prefix: string,
    protected readonly context: NodeContext,
    index: number,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super(`blockchain-clusters:fabric:${component === "peer" ? "Peer" : "Orderer"}`, prefix, {}, opts);
    const { network, place, identities } = context;
    this.node = nodeName(component, index);
    this.host = serviceHost(this.node, place);
    this.labels = {
      ...appLabels({ name: component, instance: this.node, partOf: network }),
      ...componentLabels(network, component),
      "fabric.org": identities.mspId,
    };
    this.identity = identities.createNode(this.node, component, this.tlsNames());
  }

  /** Names in the TLS certificate. */
  protected abstract tlsNames(): string[];

  protected metadata(name: string) {
    return { name, namespace: this.context.namespace.name, labels: this.labels };
  }

  /** Without a name of ours: a change makes a new object, and the pod that refers to it rolls over. */
  private unnamed() {
    return { namespace: this.context.namespace.name, labels: this.labels };
  }

  /** Labels that select this node's pod. */
  protected get selector(): Labels {
    return { "app.kubernetes.io/instance": this.node, ...componentLabels(this.context.network, this.component) };
  }

  protected createKeys(): k8s.core.v1.Secret {
    const { identities } = this.context;
    const { signing, tls } = this.identity;
    const files = pulumi
      .all([
        identities.caCertificate,
        identities.tlsCaCertificate,
        signing.certificate,
        signing.privateKey,
        tls.certificate,
        tls.privateKey,
      ])
      .apply(([ca, tlsCa, certificate, privateKey, tlsCertificate, tlsPrivateKey]) =>
        buildKeyFiles({
          msp: { mspId: identities.mspId, caCertificates: [ca], tlsCaCertificates: [tlsCa] },
          certificate,
          privateKey,
          tlsCertificate,
          tlsPrivateKey,
        }),
      );
    return this.createSecret("keys", pulumi.secret(files));
  }

  protected createSecret(
    role: string,
    stringData: pulumi.Input<Record<string, pulumi.Input<string>>>,
  ): k8s.core.v1.Secret {
    return new k8s.core.v1.Secret(
      `${this.prefix}-${role}`,
      { metadata: this.unnamed(), type: "Opaque", immutable: true, stringData },
      { parent: this },
    );
  }

  protected createSettings(role: string, file: string, text: string): k8s.core.v1.ConfigMap {
    return new k8s.core.v1.ConfigMap(
      `${this.prefix}-${role}`,
      { metadata: this.unnamed(), immutable: true, data: { [file]: text } },
      { parent: this },
    );
  }

  /** How a rollout brings its pod to what its StatefulSet says. */
  get rolloutNode(): Args<RolloutNode> {
    const { name, namespace } = this.address;
    const generation = this.statefulSet.metadata.generation;
    return { name, namespace, statefulSet: this.node, revision: this.revision, generation };
  }

  protected createWorkload(spec: NodeStatefulSet): k8s.apps.v1.StatefulSet {
    this.revision = revisionOf(spec.spec.template);
    return new k8s.apps.v1.StatefulSet(this.prefix, spec, { parent: this, dependsOn: this.context.namespace.guards });
  }

  /** A claim of its own rather than a template of the StatefulSet, so that it can grow and be protected. */
  protected createClaim(role: "ledger" | "couchdb", size: string): k8s.core.v1.PersistentVolumeClaim {
    const { storage, config } = this.context;
    const metadata = this.metadata(`${this.node}-${role}`);
    return new k8s.core.v1.PersistentVolumeClaim(
      `${this.prefix}-${role}`,
      buildVolumeClaim({ metadata, size: storage.claimSize("block", size), className: storage.block }),
      { parent: this, protect: config.protect },
    );
  }
}
