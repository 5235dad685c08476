import { createHmac } from "node:crypto";
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Args, NodeAddress } from "../../provider/sdk";
import type { PeerOrganizationConfig } from "../../config";
import { FabricNode, type NodeContext } from "./fabric-node";
import { componentLabels, gatewayService, nodeName, podName, ports, serviceHost, serviceTlsNames } from "./names";
import {
  buildCouchDbSettings,
  buildCouchDbSidecar,
  couchDbAccount,
  couchDbClientEnv,
  couchDbSettingsFile,
  type CouchDbSidecar,
} from "./specs/couchdb";
import { buildNodeStatefulSet } from "./specs/node-statefulset";
import { buildPeerConfig } from "./specs/peer-config";
import { buildNodeService } from "./specs/services";

export interface PeerArgs extends NodeContext {
  index: number;
  settings: PeerOrganizationConfig;
}

/** A database beside the peer, and how the peer logs in. */
interface StateDatabase {
  sidecar: CouchDbSidecar;
  env: ReturnType<typeof couchDbClientEnv>;
}

/** One peer with its ledger and, if asked for, its CouchDB. */
export class Peer extends FabricNode {
  readonly statefulSet: k8s.apps.v1.StatefulSet;
  /** How `pulumi` reaches it. */
  readonly address: Args<NodeAddress>;
  private readonly settings: PeerOrganizationConfig;

  constructor(name: string, args: PeerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("peer", name, args, args.index, opts);
    this.settings = args.settings;
    this.statefulSet = this.createStatefulSet(this.createStateDatabase());
    this.createService();
    this.address = this.buildAddress();
    this.registerOutputs({ host: this.host });
  }

  /** Clients of the gateway Service reach any of the organisation's peers, so each answers to that name, too. */
  protected tlsNames(): string[] {
    const { place } = this.context;
    return [...serviceTlsNames(this.node, place), ...serviceTlsNames(gatewayService, place)];
  }

  private createStatefulSet(database: StateDatabase | undefined): k8s.apps.v1.StatefulSet {
    const { network, organization, config, namespace, options } = this.context;
    const spec = buildNodeStatefulSet({
      metadata: this.metadata(this.node),
      component: "peer",
      spread: { labels: componentLabels(network, "peer"), hosts: "wish" },
      placement: options.placement?.peer,
      image: config.images.peer,
      pullPolicy: config.images.pullPolicy,
      command: ["peer", "node", "start"],
      logging: config.logging,
      env: [
        // Chaincode packages may use this in the templates of their connection.json.
        {
          name: "CHAINCODE_AS_A_SERVICE_BUILDER_CONFIG",
          value: JSON.stringify({ peername: `${organization}${this.node}` }),
        },
        ...(database?.env ?? []),
      ],
      ports: ports.peer,
      operationsPort: ports.peer.operations,
      // Asks the peer itself, with its own settings and identity. It answers when it has opened every ledger.
      serving: { exec: { command: ["peer", "channel", "list"] } },
      // Its settings name its Service: the question must not depend on DNS, nor on a policy for the way back to itself.
      ownHosts: [this.host],
      resources: config.resources.peer,
      serviceAccount: namespace.serviceAccount,
      configMap: this.createSettings("config", "core.yaml", this.buildSettings()).metadata.name,
      keys: this.createKeys().metadata.name,
      claim: this.createClaim("ledger", config.storage.peer.size).metadata.name,
      sidecar: database?.sidecar,
    });
    return this.createWorkload(spec);
  }

  private buildSettings(): string {
    const { network, organization, identities, config, options } = this.context;
    return buildPeerConfig({
      id: `${this.node}.${organization}`,
      network,
      mspId: identities.mspId,
      host: this.host,
      bootstrap: this.bootstrapAddresses(),
      stateDatabase: this.settings.stateDatabase,
      version: config.version,
      ...options.peer,
    });
  }

  /** The first two peers, but not itself: a third one then changes no other peer's settings. A lone peer meets itself. */
  private bootstrapAddresses(): string[] {
    const first = Array.from({ length: Math.min(2, this.settings.peers) }, (_, index) => nodeName("peer", index));
    const others = first.filter((node) => node !== this.node);
    return (others.length > 0 ? others : first).map(
      (node) => `${serviceHost(node, this.context.place)}:${ports.peer.grpc}`,
    );
  }

  private createStateDatabase(): StateDatabase | undefined {
    const { config } = this.context;
    if (this.settings.stateDatabase !== "couchdb") return undefined;
    const credentials = this.createSecret("couchdb", {
      username: couchDbAccount,
      password: this.couchDbPassword(),
    }).metadata.name;
    const sidecar = buildCouchDbSidecar({
      image: config.images.couchdb,
      pullPolicy: config.images.pullPolicy,
      resources: config.resources.couchdb,
      credentials,
      configMap: this.createSettings("couchdb-config", couchDbSettingsFile, buildCouchDbSettings()).metadata.name,
      claim: this.createClaim("couchdb", config.storage.couchdb.size).metadata.name,
    });
    return { sidecar, env: couchDbClientEnv(credentials) };
  }

  /** Follows from the peer's key: as secret as that, the same at every run, and nothing more to store. */
  private couchDbPassword(): pulumi.Output<string> {
    return this.identity.signing.privateKey.apply((key) =>
      createHmac("sha256", key).update("couchdb password").digest("hex"),
    );
  }

  private createService(): void {
    const service = buildNodeService(this.metadata(this.node), this.selector, ports.peer);
    new k8s.core.v1.Service(this.prefix, service, { parent: this });
  }

  private buildAddress(): Args<NodeAddress> {
    const { organization, place, identities } = this.context;
    return {
      name: `${organization}/${this.node}`,
      mspId: identities.mspId,
      namespace: place.namespace,
      pod: podName(this.node),
      host: this.host,
      port: ports.peer.grpc,
      tlsCaCertificates: identities.tlsCaCertificate,
    };
  }
}
