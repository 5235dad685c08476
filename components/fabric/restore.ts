/** Nodes that go on from a backup: single peers, or the whole network. */
import type * as pulumi from "@pulumi/pulumi";
import { restoredFrom, type FabricConfig, type PeerOrganizationConfig } from "../../config";
import { Halt, RestorePoint, type HaltedNode } from "../../provider/sdk";
import { createRestorePoint, restoredClaim, type RestoredVolume } from "../workload";
import type { FabricContext } from "./context";
import { namespaceName, nodeName } from "./names";
import type { NodeArgs } from "./node";

type NetworkRestore = NonNullable<FabricConfig["restore"]>;

/** Volumes of a node in backups, by their names for good. */
export const ledgerVolume = (node: string): string => `${node}-ledger`;
export const databaseVolume = (node: string): string => `${node}-couchdb`;

/** Annotation of each node's StatefulSet with the number of stops, so that each stop makes the StatefulSet change. */
const haltAnnotation = "blockchain-clusters/halts";

/** Volumes that a peer goes on with. */
export interface RestoredPeer {
  ledger: RestoredVolume;
  database: RestoredVolume;
}

/** Backup of a peer; undefined if the peer runs on its own volumes. */
export function restoredPeer(
  component: pulumi.Resource,
  name: string,
  node: string,
  args: NodeArgs & { settings: PeerOrganizationConfig },
): RestoredPeer | undefined {
  const { context, organization, index, settings } = args;
  const entry = restoredFrom(settings, index);
  if (entry === undefined) return restoredWithNetwork(context, organization.name, node);
  const { moment, stateDatabase, at } = entry;
  const volumes = [
    ledgerVolume(node),
    ...(settings.stateDatabase === "couchdb" && stateDatabase === "snapshot" ? [databaseVolume(node)] : []),
  ];
  const point = createRestorePoint(
    name,
    {
      name: `${organization.name}/${node}`,
      path: `network.fabric.peerOrganizations[${context.config.peerOrganizations.indexOf(settings)}].restore[${at}].moment`,
      namespace: organization.namespace.name,
      moment,
      volumes,
    },
    { parent: component, provider: context.ledger },
  );
  return peerVolumes(node, { moment, stateDatabase, suffix: moment, after: [point] });
}

/**
 * Backup of an orderer; undefined if it runs on its own volume. All orderers get the volume of one. One that the backup has
 * not gets an empty volume: on its own it would bring back what the others gave up.
 */
export function restoredOrderer(
  { config: { restore }, halt }: FabricContext,
  organization: string,
  node: string,
): RestoredVolume | undefined {
  if (restore === undefined || halt === undefined) return undefined;
  const source = ledgerVolume(nodeName("orderer", restore.orderer));
  const snapshot = isIn(restore, organization, node) ? `${source}-${restore.moment}` : undefined;
  return { suffix: suffixOf(restore), snapshot, after: [halt] };
}

function restoredWithNetwork(
  { config: { restore }, halt }: FabricContext,
  organization: string,
  node: string,
): RestoredPeer | undefined {
  if (restore === undefined || halt === undefined) return undefined;
  const { moment, stateDatabases } = restore;
  const place = { suffix: suffixOf(restore), after: [halt] };
  if (isIn(restore, organization, node)) return peerVolumes(node, { moment, stateDatabase: stateDatabases, ...place });
  return { ledger: { snapshot: undefined, ...place }, database: { snapshot: undefined, ...place } };
}

interface PeerBackup extends Pick<RestoredVolume, "suffix" | "after"> {
  moment: string;
  stateDatabase: "snapshot" | "empty";
}

function peerVolumes(node: string, { moment, stateDatabase, suffix, after }: PeerBackup): RestoredPeer {
  const database = stateDatabase === "snapshot" ? `${databaseVolume(node)}-${moment}` : undefined;
  return {
    ledger: { suffix, after, snapshot: `${ledgerVolume(node)}-${moment}` },
    database: { suffix, after, snapshot: database },
  };
}

/** Whether peers of an organisation run on volumes of a backup. */
export function hasRestoredPeers({ restore, peerOrganizations }: FabricConfig, organization: string): boolean {
  const settings = peerOrganizations.find(({ name }) => name === organization);
  return restore !== undefined || (settings?.restore ?? []).length > 0;
}

/** Annotations of a node's StatefulSet. */
export function haltAnnotations({ halt }: FabricContext): { annotations?: Record<string, pulumi.Output<string>> } {
  return halt === undefined ? {} : { annotations: { [haltAnnotation]: halt.count.apply(String) } };
}

/**
 * Creates the stop of all nodes, for when the network goes on from a backup, or leaves it: a node on former volumes would hand
 * the others the blocks that they gave up. Undefined for a network without backups.
 */
export function createHalt(context: Omit<FabricContext, "halt">): Halt | undefined {
  const { component, prefix, network, config, ledger: provider } = context;
  if (config.backup === undefined) return undefined;
  const { restore } = config;
  const nodes = nodesOf(config);
  const points = restore === undefined ? [] : createPoints(context, restore, nodes);
  return new Halt(
    `${prefix}-halt`,
    {
      name: `network ${network}`,
      cause: restore && suffixOf(restore),
      nodes: nodes.map(({ organization, node }): HaltedNode => ({
        name: `${organization}/${node}`,
        namespace: namespaceName(network, organization),
        statefulSet: node,
      })),
    },
    // Without it, nodes would go back to their former volumes one by one, and meet others that have not yet.
    { parent: component, provider, dependsOn: points, protect: restore !== undefined && config.protect },
  );
}

interface Node {
  kind: "orderer" | "peer";
  organization: string;
  node: string;
  hasDatabase: boolean;
}

function nodesOf({ ordererOrganizations, peerOrganizations }: FabricConfig): Node[] {
  const numbered = (kind: Node["kind"], organization: string, count: number, hasDatabase: boolean): Node[] =>
    Array.from({ length: count }, (_, index) => ({ kind, organization, node: nodeName(kind, index), hasDatabase }));
  return [
    ...ordererOrganizations.flatMap(({ name, orderers }) => numbered("orderer", name, orderers, false)),
    ...peerOrganizations.flatMap(({ name, peers, stateDatabase }) =>
      numbered("peer", name, peers, stateDatabase === "couchdb"),
    ),
  ];
}

/** Creates, for each organisation, the resource that is there once the backup has what its nodes need. */
function createPoints(
  { component, prefix, network, ledger: provider }: Omit<FabricContext, "halt">,
  restore: NetworkRestore,
  nodes: readonly Node[],
): RestorePoint[] {
  const suffix = suffixOf(restore);
  const restored = nodes.filter(({ organization, node }) => isIn(restore, organization, node));
  const organizations = [...new Set(restored.map(({ organization }) => organization))];
  const source = ledgerVolume(nodeName("orderer", restore.orderer));
  const volumesOf = ({ kind, node, hasDatabase }: Node) => {
    const ledger = {
      volume: kind === "orderer" ? source : ledgerVolume(node),
      claim: restoredClaim(ledgerVolume(node), suffix),
    };
    const database = { volume: databaseVolume(node), claim: restoredClaim(databaseVolume(node), suffix) };
    return hasDatabase && restore.stateDatabases === "snapshot" ? [ledger, database] : [ledger];
  };
  return organizations.map(
    (name) =>
      new RestorePoint(
        `${prefix}-${name}-restore-${suffix}`,
        {
          name,
          path: "network.fabric.restore.moment",
          namespace: namespaceName(network, name),
          moment: restore.moment,
          volumes: restored.filter(({ organization }) => organization === name).flatMap(volumesOf),
        },
        { parent: component, provider },
      ),
  );
}

function isIn({ without }: NetworkRestore, organization: string, node: string): boolean {
  return !without.includes(`${organization}/${node}`);
}

/** End of the claims' names: the same moment of another orderer is another history. */
function suffixOf({ moment, orderer }: NetworkRestore): string {
  return `${moment}-of-${nodeName("orderer", orderer)}`;
}
