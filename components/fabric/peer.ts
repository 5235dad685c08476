import { createHmac } from "node:crypto";
import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Args, NodeAddress, RolloutNode } from "../../provider/sdk";
import { presetVariables, type PeerOrganizationConfig } from "../../config";
import type { HostPort } from "../../ledger/fabric/channel-config";
import { addressText } from "../../ledger/fabric/config-normal-form";
import { rolloutNode, serviceHost, type ClaimInUse, type Place, type WorkloadObjects } from "../workload";
import { componentLabels, gatewayService, nodeName, nodeSelector, ports, serviceTlsNames } from "./names";
import {
  channelEndpoint,
  createNodeService,
  nodeAddress,
  nodeKeys,
  nodeObjects,
  type FabricNode,
  type NodeArgs,
} from "./node";
import type { NodeIdentity } from "./organization-identities";
import { databaseVolume, haltAnnotations, ledgerVolume, restoredPeer, type RestoredPeer } from "./restore";
import {
  buildCouchDbSettings,
  buildCouchDbSidecar,
  couchDbAccount,
  couchDbClientEnv,
  couchDbSettingsFile,
  type CouchDbSidecar,
} from "./specs/couchdb";
import { keyFileItems } from "./specs/key-files";
import { buildNodeStatefulSet } from "./specs/node-statefulset";
import { buildPeerConfig } from "./specs/peer-config";

export interface PeerArgs extends NodeArgs {
  /** Entry of `peerOrganizations` in the stack file. */
  settings: PeerOrganizationConfig;
}

/** A database beside the peer, and the peer's login. */
interface StateDatabase {
  sidecar: CouchDbSidecar;
  env: ReturnType<typeof couchDbClientEnv>;
  claim: ClaimInUse;
}

/** A peer with its ledger and, if asked for, its CouchDB. */
export class Peer extends pulumi.ComponentResource implements FabricNode {
  readonly node: string;
  readonly host: string;
  readonly endpoint: HostPort;
  readonly identity: NodeIdentity;
  readonly statefulSet: k8s.apps.v1.StatefulSet;
  readonly rolloutNode: Args<RolloutNode>;
  readonly address: Args<NodeAddress>;
  /** Volume of its blocks, and of its state unless it has a CouchDB. */
  readonly ledger: ClaimInUse;
  /** Volume of its CouchDB, if it has one. */
  readonly stateDatabase: ClaimInUse | undefined;

  constructor(name: string, args: PeerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("blockchain-clusters:fabric:Peer", name, {}, opts);
    const { context, organization, index } = args;
    const { network, config, options, storage } = context;
    const { identities, namespace, place } = organization;
    const node = nodeName("peer", index);
    const host = serviceHost(node, place);
    const endpoint = channelEndpoint(node, { host, port: ports.peer.grpc }, organization);
    const selector = nodeSelector(network, "peer", node);
    const objects = nodeObjects(this, name, "peer", node, args);

    const identity = identities.createNode(node, "peer", tlsNames(node, args));
    const keys = objects.secret("keys", nodeKeys(identities, identity, identities.revocationLists), "Opaque");
    const restored = restoredPeer(this, name, node, args);
    const database = createStateDatabase(objects, node, identity, args, restored);
    const core = objects.files("config", { "core.yaml": peerSettings(node, { host, endpoint }, args) });
    const { size } = config.storage.peer;
    const ledger = objects.restorableClaim(
      "ledger",
      { name: ledgerVolume(node), size, storage, protect: config.protect },
      restored?.ledger,
    );
    const spec = buildNodeStatefulSet({
      metadata: { ...objects.metadata(node), ...haltAnnotations(context) },
      selector,
      component: "peer",
      spread: { labels: componentLabels(network, "peer"), hosts: "wish" },
      placement: options.placement?.peer,
      image: config.images.peer,
      pullPolicy: config.images.pullPolicy,
      command: ["peer", "node", "start"],
      logging: config.logging,
      logFormat: config.logFormat,
      env: [
        // Chaincode packages may use this value in the templates of their connection.json.
        {
          name: "CHAINCODE_AS_A_SERVICE_BUILDER_CONFIG",
          value: JSON.stringify({ peername: `${organization.name}${node}` }),
        },
        ...presetVariables(config.preset, config.resources.peer.limits),
        ...(database?.env ?? []),
      ],
      ports: ports.peer,
      operationsPort: ports.peer.operations,
      // Asks the peer with its own settings and identity. A peer answers after it opened every ledger.
      serving: { exec: { command: ["peer", "channel", "list"] } },
      // Its settings contain its Service's name: the probe must depend neither on DNS nor on a policy for connections
      // of the pod with itself.
      ownHosts: [host],
      knownHosts: context.publicNames?.aliases,
      resources: config.resources.peer,
      serviceAccount: namespace.serviceAccount,
      configMap: core.metadata.name,
      keys: keys.metadata.name,
      // An organisation's own peers take orders from its administrators by their local MSP. Orderers do not.
      keyItems: identities.revocationLists?.apply(keyFileItems),
      claim: ledger.claim,
      sidecar: database?.sidecar,
    });
    const workload = objects.statefulSet(spec);
    createNodeService(objects, { node, endpoint }, "peer", args);

    this.node = node;
    this.host = host;
    this.endpoint = endpoint;
    this.identity = identity;
    this.ledger = ledger;
    this.stateDatabase = database?.claim;
    this.statefulSet = workload.resource;
    this.rolloutNode = rolloutNode(
      { name: `${organization.name}/${node}`, namespace: place.namespace, statefulSet: node },
      workload,
    );
    this.address = nodeAddress(node, host, ports.peer.grpc, organization);
    this.registerOutputs({ host });
  }
}

/**
 * TLS names of a peer. Clients of the gateway Service reach any of the organisation's peers, so each has that name,
 * too.
 */
function tlsNames(node: string, { organization: { place } }: PeerArgs): string[] {
  return [...serviceTlsNames(node, place), ...serviceTlsNames(gatewayService, place)];
}

/** Text of core.yaml. */
function peerSettings(
  node: string,
  { host, endpoint }: Pick<FabricNode, "host" | "endpoint">,
  { context, organization, settings }: PeerArgs,
): string {
  const { network, config, options } = context;
  return buildPeerConfig({
    id: `${node}.${organization.name}`,
    network,
    mspId: organization.identities.mspId,
    host,
    externalEndpoint: addressText(endpoint),
    bootstrap: bootstrapAddresses(node, organization.place, settings.peers),
    stateDatabase: settings.stateDatabase,
    version: config.version,
    settings: config.settings.peer,
    ...options.peer,
  });
}

/**
 * Peers for gossip to start with: the first two other than the peer itself, so that a third peer changes no other
 * peer's settings. A lone peer starts with itself.
 */
function bootstrapAddresses(own: string, place: Place, count: number): string[] {
  const first = Array.from({ length: Math.min(2, count) }, (_, index) => nodeName("peer", index));
  const others = first.filter((node) => node !== own);
  return (others.length > 0 ? others : first).map((node) => `${serviceHost(node, place)}:${ports.peer.grpc}`);
}

function createStateDatabase(
  objects: WorkloadObjects,
  node: string,
  identity: NodeIdentity,
  { context: { config, storage }, settings }: PeerArgs,
  restored: RestoredPeer | undefined,
): StateDatabase | undefined {
  if (settings.stateDatabase !== "couchdb") return undefined;
  const account = { username: couchDbAccount, password: couchDbPassword(identity) };
  const credentials = objects.secret("couchdb", account, "Opaque").metadata.name;
  const ini = objects.files("couchdb-config", { [couchDbSettingsFile]: buildCouchDbSettings() });
  const { size } = config.storage.couchdb;
  const claim = objects.restorableClaim(
    "couchdb",
    { name: databaseVolume(node), size, storage, protect: config.protect },
    restored?.database,
  );
  const sidecar = buildCouchDbSidecar({
    image: config.images.couchdb,
    pullPolicy: config.images.pullPolicy,
    resources: config.resources.couchdb,
    credentials,
    configMap: ini.metadata.name,
    claim: claim.claim,
  });
  return { sidecar, env: couchDbClientEnv(credentials), claim };
}

/** Password that follows from the peer's key: as secret as the key, the same in every run, without further state. */
function couchDbPassword({ signing }: NodeIdentity): pulumi.Output<string> {
  return signing.privateKey.apply((key) => createHmac("sha256", key).update("couchdb password").digest("hex"));
}
