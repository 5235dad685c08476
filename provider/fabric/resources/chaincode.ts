import { chaincodePackageId } from "../../../ledger/fabric/chaincode-package";
import {
  collectionsInForce,
  isSameCollection,
  mergeCollections,
  validateCollections,
  type Collection,
} from "../../../ledger/fabric/collections";
import { problem } from "../../../lib/problem";
import { identityOf, type Identity } from "../clients/identity";
import type { PeerClient } from "../clients/peer-client";
import { Session } from "../clients/session";
import { ChaincodeDeployment } from "../work/chaincode-deployment";
import {
  approvedDefinition,
  committedDefinition,
  installedPackages,
  isReferenced,
  isSameDefinition,
  normalizePolicy,
} from "../work/chaincode-queries";
import { joinedChannels } from "../work/joined-channels";
import { askPatiently } from "../../kubernetes/ask-patiently";
import { CancelledError, ProviderError } from "../../framework/errors";
import { changesOf, type PropertyChange } from "../../framework/property-changes";
import { isKnown, unknownValue, type Loose } from "../../framework/property-value";
import type { Resource } from "../../framework/resource";
import { nodeTimeoutSeconds, type NodeAccess, type NodeContext } from "../../kubernetes/node-access";
import { identityChanges, type CheckedInputs, type OutputsOf } from "../../framework/declaration";
import { duplicateProblems, type Problem } from "../../framework/schema";
import { chaincode as declared } from "../declarations";
import type { ChaincodeOrganization, NodeAddress } from "../sdk";

type Inputs = CheckedInputs<typeof declared>;
type State = OutputsOf<typeof declared>;

/**
 * A chaincode definition of a channel. Creation and update do the same work: they install, approve and commit the
 * missing parts. The provider counts the sequence; users never set it.
 */
export const chaincode: Resource<Inputs, State, NodeAccess> = {
  defaultTimeoutSeconds: nodeTimeoutSeconds,

  validate: (inputs) => [
    ...validateCollections(inputs.collections ?? [], "collections"),
    ...duplicateProblems(inputs.organizations, "organizations", ({ mspId }) => mspId),
    ...inputs.organizations.flatMap((organization, index) =>
      organizationProblems(organization, `organizations[${index}]`),
    ),
  ],

  /**
   * Another channel or name is another chaincode. Another definition is the next sequence. Another package, a new
   * organisation or a new peer is work at the same sequence. Removed organisations and peers, another administrator or
   * another way to a peer change nothing on the ledger.
   */
  diff: ({ oldInputs, oldState, newInputs }) => [
    ...identityChanges(declared, oldInputs, newInputs),
    // Other companies may have approved or committed it meanwhile.
    ...(oldState.waitingFor === undefined ? [] : [{ path: "waitingFor", kind: "update", isOutput: true } as const]),
    ...changesOf(oldInputs, newInputs, ["version", "initRequired"]),
    ...policyChange(oldInputs.endorsementPolicy, newInputs.endorsementPolicy),
    ...collectionChanges(oldInputs.collections, newInputs.collections),
    ...organizationChanges(oldInputs.organizations, newInputs.organizations),
  ],

  preview: (inputs) => ({
    channelId: inputs.channelId,
    name: inputs.name,
    sequence: unknownValue,
    waitingFor: unknownValue,
  }),

  /** Tells which companies approved another definition. */
  async inspect(inputs, context, previous) {
    if (previous === undefined && (inputs.partnerDefinitions ?? []).length === 0) return;
    const what = `chaincode ${inputs.name} of channel ${inputs.channelId}, whose definitions a preview compares,`;
    try {
      await askPatiently(context, what, (patient) =>
        Session.run(patient, async (session) => (await ChaincodeDeployment.open(session, inputs)).tellDifferences()),
      );
    } catch (error) {
      if (!(error instanceof ProviderError) || error instanceof CancelledError) throw error;
      context.log.warn(`${what} cannot be read: ${error.message}`);
    }
  },

  async create(inputs, context) {
    return { id: `${inputs.channelId}/${inputs.name}`, state: await deploy(inputs, context) };
  },

  update: ({ newInputs }, context) => deploy(newInputs, context),

  async read({ inputs, state }, context) {
    const what = `chaincode ${inputs.name} of channel ${inputs.channelId}`;
    const live = await askPatiently(context, what, (patient) =>
      Session.run(patient, (session) => readLive(session, inputs, state)),
    );
    if (live === "gone") return undefined;
    return live ?? { inputs, state };
  },

  async delete({ inputs }, context) {
    context.log.info(
      `the definition of chaincode ${inputs.name} stays on channel ${inputs.channelId}: Fabric has no way to delete one`,
    );
  },
};

async function deploy(inputs: Inputs, context: NodeContext): Promise<State> {
  return Session.run(context, async (session) => {
    const deployment = await ChaincodeDeployment.open(session, inputs);
    return { channelId: inputs.channelId, name: inputs.name, ...(await deployment.run()) };
  });
}

/** Inputs according to ledger and peers; gone when the channel has no definition of this name. */
async function readLive(
  session: Session,
  inputs: Inputs,
  state: State,
): Promise<{ inputs: Inputs; state: State } | "gone"> {
  const { channelId, name } = inputs;
  const present = await presentOrganizations(inputs.organizations, session.context);
  const clients = await Promise.all(present.map((organization) => peersOf(session, organization, channelId)));
  const [first] = clients.filter(({ members }) => members.length > 0);
  const [speaker] = first?.members ?? [];
  if (first === undefined || speaker === undefined) return "gone";
  const committed = await committedDefinition(speaker, first.identity, channelId, name);
  // A definition that too few companies approved is on no ledger yet.
  if (state.waitingFor !== undefined) return { inputs, state };
  if (committed === undefined) return "gone";
  const { definition } = committed;
  const collections = mergeCollections(definition.collections, inputs.collections);
  const isAsKnown = isSameDefinition(definition, { ...inputs, collections, sequence: definition.sequence });
  const organizations = await Promise.all(clients.map((peers) => readOrganization(peers, channelId, definition)));
  return {
    inputs: {
      ...inputs,
      ...(isAsKnown
        ? {}
        : {
            version: definition.version,
            endorsementPolicy: definition.endorsementPolicy,
            initRequired: definition.initRequired,
            ...(inputs.collections && {
              collections: collectionsInForce(definition.collections, inputs.collections),
            }),
          }),
      organizations,
    },
    state: { ...state, sequence: definition.sequence },
  };
}

/** Peers of an organisation, with connections. */
interface Peers {
  organization: ChaincodeOrganization;
  identity: Identity;
  all: PeerClient[];
  /** Peers in the channel. A peer that lost its volume is in no channel, and knows none of its definitions. */
  members: PeerClient[];
}

async function peersOf(session: Session, organization: ChaincodeOrganization, channelId: string): Promise<Peers> {
  const identity = identityOf(organization.administrator);
  const all = await Promise.all(organization.peers.map((peer) => session.peer(peer)));
  const channels = await Promise.all(all.map((peer) => joinedChannels(peer, identity)));
  return { organization, identity, all, members: all.filter((_, index) => channels[index]?.includes(channelId)) };
}

/**
 * Drops peers without the package, so that the next `up` treats them as new. A wrong approval shows its own package.
 */
async function readOrganization(
  { organization, identity, all, members }: Peers,
  channelId: string,
  definition: { name: string; sequence: number },
): Promise<ChaincodeOrganization> {
  const installed = await Promise.all(all.map((peer) => installedPackages(peer, identity)));
  const [speaker] = members;
  const approved =
    speaker === undefined ? undefined : await approvedDefinition(speaker, identity, channelId, definition);
  // An approval whose content is lost is known by the package that the peer executes.
  const approvedPackage =
    approved === "lost"
      ? installed[all.indexOf(speaker!)]?.find((each) => isReferenced(each, channelId, definition.name))
      : approved;
  return {
    ...organization,
    peers: organization.peers.filter((_, index) =>
      installed[index]?.some(({ packageId }) => packageId === organization.packageId),
    ),
    packageId: approvedPackage?.packageId ?? "none approved",
  };
}

/** Organisations and their peers with existing pods; peers that cannot be asked count as new. */
async function presentOrganizations(
  organizations: ChaincodeOrganization[],
  { dialer, signal }: NodeContext,
): Promise<ChaincodeOrganization[]> {
  const checked = await Promise.all(
    organizations.map(async (organization) => {
      const presence = await Promise.all(organization.peers.map((peer) => dialer.presence(peer, signal)));
      return { ...organization, peers: organization.peers.filter((_, index) => presence[index] === "present") };
    }),
  );
  return checked.filter(({ peers }) => peers.length > 0);
}

function organizationProblems(organization: ChaincodeOrganization, path: string): Problem[] {
  const label = organization.packageId.slice(0, Math.max(0, organization.packageId.lastIndexOf(":")));
  const actual = chaincodePackageId(label, Buffer.from(organization.package, "base64"));
  return [
    ...duplicateProblems(organization.peers, `${path}.peers`, ({ name }) => name),
    ...(actual === organization.packageId
      ? []
      : [problem({ path: `${path}.packageId`, given: organization.packageId, must: `be ${actual}, the package's` })]),
    ...(organization.administrator.mspId === organization.mspId
      ? []
      : [
          problem({
            path: `${path}.administrator.mspId`,
            given: organization.administrator.mspId,
            must: `be ${organization.mspId}, the organisation's`,
          }),
        ]),
  ];
}

function policyChange(before: string | undefined, after: Loose<string> | undefined): PropertyChange[] {
  const isSame = isKnown<string | undefined>(after) && normalizePolicy(before) === normalizePolicy(after);
  return isSame ? [] : changesOf({ endorsementPolicy: before }, { endorsementPolicy: after }, ["endorsementPolicy"]);
}

/** Changes of collections. A collection that is no longer named stays on the channel, so it is no change. */
function collectionChanges(before: Collection[] | undefined, after: Loose<Collection[]> | undefined): PropertyChange[] {
  const isHeld = (wished: Collection): boolean =>
    before?.some((held) => held.name === wished.name && isSameCollection(held, wished)) ?? false;
  if (after === undefined || (isKnown<Collection[]>(after) && after.every(isHeld))) return [];
  return changesOf({ collections: before }, { collections: after }, ["collections"]);
}

function organizationChanges(before: ChaincodeOrganization[], after: Loose<ChaincodeOrganization[]>): PropertyChange[] {
  if (!Array.isArray(after)) return [{ path: "organizations", kind: "update" }];
  return after.flatMap((organization, index): PropertyChange[] => {
    const path = `organizations[${index}]`;
    if (organization === unknownValue || !isKnown((organization as ChaincodeOrganization).mspId)) {
      return [{ path, kind: "update" }];
    }
    const next = organization as ChaincodeOrganization;
    const old = before.find(({ mspId }) => mspId === next.mspId);
    if (old === undefined) return [{ path, kind: "add" }];
    return [
      ...changesOf(old, next, ["packageId"]).map((change) => ({ ...change, path: `${path}.packageId` })),
      ...newPeers(old.peers, next.peers, `${path}.peers`),
    ];
  });
}

function newPeers(before: NodeAddress[], after: Loose<NodeAddress[]>, path: string): PropertyChange[] {
  if (!Array.isArray(after)) return [{ path, kind: "update" }];
  const known = before.map(({ name }) => name);
  return after.flatMap((peer, index): PropertyChange[] => {
    const name = (peer as NodeAddress).name;
    return known.includes(name) ? [] : [{ path: `${path}[${index}]`, kind: "add" }];
  });
}
