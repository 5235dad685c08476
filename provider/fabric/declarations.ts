/** Channels, their members and chaincodes, as programs declare them. */
import { messageOf } from "../../lib/errors";
import { problem, type Problem } from "../../lib/problem";
import { defineResource } from "../framework/declaration";
import { flag, formRule, integer, list, object, oneOf, optional, secret, text, withDefault } from "../framework/schema";
import { proposalDigestForm } from "../../ledger/fabric/consortium/proposal";
import { parseApplicationPolicy } from "../../ledger/fabric/policy";
import { validateChaincodeName, validateChaincodeVersion } from "../../ledger/fabric/validate-names";
import { rolloutNode } from "../kubernetes/declarations";
import { channelConfig } from "./channel-config-fields";
import { base64, nodeAddress, sha256Hex, ordererAddress, signingIdentity } from "./node-fields";

/** Largest value of the protobuf type int32. */
const maxInt32 = 0x7fff_ffff;

const maxPort = 65_535;

const channelId = text().describe("Name of the channel.");

const digest = text(
  formRule("be the digest of a proposal: sha256: and 64 hexadecimal digits", (value) => proposalDigestForm.test(value)),
);

const keptSignature = {
  mspId: text().describe("MSP id of the administrator's organisation."),
  signature: text(base64).describe("Base64 of `common.ConfigSignature`."),
};

const administratorSignature = object(
  { token: "ledger:fabric:AdministratorSignature", description: "An administrator's signature over a config update." },
  keptSignature,
);

const proposalSignature = object(
  { token: "ledger:fabric:ProposalSignature", description: "An administrator's signature over a proposal." },
  { digest: digest.describe("Digest of the proposal."), ...keptSignature },
);

const openProposal = object(
  {
    token: "ledger:fabric:OpenProposal",
    description: "A config update that administrators of other stacks must sign, too.",
  },
  {
    digest: digest.describe("SHA-256 of the update, by which others approve it."),
    envelope: text(base64).describe("Base64 of `common.Envelope`: the file that `peer channel signconfigtx` reads."),
    sequence: integer({ min: 0, max: Number.MAX_SAFE_INTEGER }).describe("Sequence of the config that it builds on."),
    description: list(text()).describe("Each change and each consequence, in words."),
    missing: list(text()).describe("Policies that are not satisfied yet, with those who can sign."),
    signatures: list(administratorSignature).describe("Signatures that count."),
  },
);

const founderView = object(
  { token: "ledger:fabric:FounderView", description: "A channel as its founder's public part has it." },
  {
    sequence: integer({ min: 0, max: Number.MAX_SAFE_INTEGER }).describe("Sequence of its config then."),
    members: list(text()).describe("MSP ids of its peer organisations then."),
    genesisHash: optional(text(sha256Hex)).describe(
      "SHA-256 of its first block's data, hex. Another one than that of `genesisBlock` is a new chain, which the founder began in place " +
        "of the former. Default: none, chains are not told apart.",
    ),
  },
);

export const channel = defineResource({
  token: "ledger:fabric:Channel",
  description:
    "A Fabric channel: joined by its orderers, and changed by config updates as `config` changes. What others change on it " +
    "stays.",
  inputs: {
    config: channelConfig.describe("Config of the channel."),
    orderers: list(ordererAddress).describe(
      "Orderers of the channel. None where others run them: `peers` are the way to the channel then.",
    ),
    administrators: list(signingIdentity, { min: 1 }).describe(
      "Administrators that sign config updates, one for each organisation of this stack.",
    ),
    allowDelete: withDefault(flag(), false).describe(
      "Whether a deletion makes the orderers leave the channel. Otherwise the chain's data stays.",
    ),
    peers: withDefault(list(nodeAddress), []).describe(
      "Peers that may know the channel: a peer in the channel prevents a second start of its chain.",
    ),
    restart: withDefault(flag(), false).describe(
      "Begins a new, empty chain where the channel existed and no orderer carries it any more; otherwise that is refused. Counts " +
        "once, when it becomes true.",
    ),
    signatures: optional(list(proposalSignature)).describe(
      "Signatures of partners. Those over the open proposal are added to it, and it is submitted once they are enough. Default: none.",
    ),
    founderView: optional(founderView).describe(
      "The channel as its founder last published it. A member that was removed learns of it in no other way, since orderers hand it " +
        "out no block. Default: none.",
    ),
    joiningOrderers: optional(list(ordererAddress)).describe(
      "Orderers of this stack for a channel that others founded. Each joins by the newest config once that has its organisation, and " +
        "follows the channel until it is a consenter. Default: none.",
    ),
    carriedBy: optional(list(text())).describe(
      "Partners that tell of the channel as one that `orderers` began. They prevent a second start of its chain, as peers do that know it. " +
        "Default: none.",
    ),
    approved: optional(list(text())).describe(
      "Digests of the proposals that this stack's approvals are about. When one goes, an update looks at the channel, whose config it may " +
        "have changed after the last look. Default: none.",
    ),
    operationsPort: optional(integer({ min: 0, max: maxPort })).describe(
      "Port of `orderers` with /metrics, on which they tell the consensus that they run: those with BFT need no restart in a " +
        "change to it. Default: none, and each is restarted.",
    ),
    release: optional(text()).describe(
      "Release of Fabric that the channel's nodes run, `x.y.z`. Capabilities cannot rise above the release of the last update, " +
        "since nodes may still run it. Default: none, and releases are not looked at.",
    ),
  },
  outputs: {
    channelId,
    genesisBlock: text().describe("Genesis block, base64 of the protobuf bytes."),
    configSequence: integer({ min: 0, max: Number.MAX_SAFE_INTEGER }).describe("Sequence of the live channel config."),
    changedElsewhere: list(text()).describe(
      "Differences between the live config and `config` that others made, one phrase for each.",
    ),
    proposal: optional(openProposal).describe(
      "The first change towards `config` that needs signatures which this stack does not hold. Changes after it wait. Default: " +
        "none, the channel is as wished.",
    ),
    maintenance: optional(flag()).describe(
      "Whether the channel is in maintenance mode, in which it takes no transactions: a change of consensus was interrupted. " +
        "The next update continues or ends it. Default: false.",
    ),
    members: optional(list(text())).describe(
      "MSP ids of the peer organisations in the live config. Default: none, the channel was not read yet.",
    ),
    left: optional(integer({ min: 1, max: Number.MAX_SAFE_INTEGER })).describe(
      "Sequence of the first config without an organisation of this stack, which the founder published or the last of its signatures brought about. Its peers keep " +
        "what they had. Default: none, this stack has a part in the channel.",
    ),
    joined: optional(list(text())).describe(
      "Names of orderers that have joined a channel in which orderers of others vote: of `joiningOrderers`, or of `orderers` that " +
        "come back to it. A later update joins the others. Default: none.",
    ),
    released: optional(secret(list(ordererAddress))).describe(
      "Orderers that the inputs name no more, and that the channel still counts as consenters. Each leaves the channel in the first update " +
        "after it ceased to vote. Default: none.",
    ),
    inForce: optional(channelConfig).describe(
      "Part of this stack's wish that is in force while a proposal is open, whoever brought it about. Default: none, no proposal is open.",
    ),
  },
});

export const approval = defineResource({
  token: "ledger:fabric:Approval",
  description:
    "Approval of a config update that another company proposed: signed as it is named, and submitted once the signatures are enough.",
  inputs: {
    channelId: channelId.identity(),
    digest: digest.describe("Digest of the proposal: exactly the update with this one is signed.").identity(),
    envelope: optional(text(base64)).describe(
      "Base64 of `common.Envelope`, as the proposer published it. Default: none, where the proposer publishes it no more: an approval " +
        "that exists stays as it is then, and a new one is refused.",
    ),
    administrators: list(signingIdentity, { min: 1 }).describe(
      "One administrator for each organisation that this stack holds. Each that is a member signs.",
    ),
    peers: withDefault(list(nodeAddress), []).describe(
      "Peers of these organisations that are in the channel: what the proposal would do is computed against their config.",
    ),
    orderers: withDefault(list(ordererAddress), []).describe(
      "Orderers of the channel, the way to it for a stack without peers in it.",
    ),
    signatures: optional(list(proposalSignature)).describe("Signatures of partners over the proposal. Default: none."),
    genesisHash: optional(text(sha256Hex)).describe(
      "SHA-256 of the data of the channel's first block, hex. With another one the approval looks at the new chain. Default: none, " +
        "chains are not told apart.",
    ),
    restart: optional(flag()).describe(
      "Whether this stack begins the channel anew, as at the channel itself: a new chain may have the first block of the former one. Counts " +
        "once, when it becomes true. Default: false.",
    ),
  },
  outputs: {
    standing: oneOf({ token: "ledger:fabric:ProposalStanding", description: "What has become of a proposal." }, [
      "open",
      "inForce",
      "stale",
    ]).describe(
      "`open`: other companies must sign, too. `inForce`: the channel has what it makes. `stale`: others changed what it builds on.",
    ),
    description: list(text()).describe("Each change and each consequence, in words, as computed from the bytes."),
    missing: list(text()).describe("Policies that are not satisfied yet, with those who can sign."),
    signatures: list(administratorSignature).describe("Signatures that count, this stack's among them."),
    configSequence: optional(integer({ min: 0, max: Number.MAX_SAFE_INTEGER })).describe(
      "Sequence of the channel's config when the approval last looked: that of the change which it completed. Default: none, an earlier " +
        "release looked last.",
    ),
    members: optional(list(text())).describe(
      "MSP ids of the peer organisations in that config. Default: none, as above.",
    ),
  },
});

export const channelMembership = defineResource({
  token: "ledger:fabric:ChannelMembership",
  description: "A peer's membership of a channel. Another peer, by name or MSP id, is another membership.",
  inputs: {
    channelId: channelId.identity(),
    genesisHash: text(sha256Hex).describe("SHA-256 of the genesis block's data, hex.").identity(),
    orderers: withDefault(list(nodeAddress), []).describe(
      "Orderers that carry the channel: one of them gives the genesis block. None where others run them: `genesisBlock` is it then.",
    ),
    genesisBlock: optional(text(base64)).describe(
      "Genesis block of a channel whose orderers others run: base64 of the compressed block, as exchange documents have it. " +
        "Default: none, `orderers` give it.",
    ),
    peer: nodeAddress.describe("The peer."),
    administrator: signingIdentity.describe("Administrator of the peer's organisation."),
    observer: optional(signingIdentity).describe(
      "Administrator of an organisation that the channel began with. A peer of a later one tells its own administrator nothing " +
        "until it has caught up; this one can see how far it is. Default: none, and the peer is waited for without seeing.",
    ),
  },
  outputs: { channelId },
});

const chaincodeOrganization = object(
  {
    token: "ledger:fabric:ChaincodeOrganization",
    description: "An organisation that installs and approves a chaincode.",
  },
  {
    mspId: text().describe("MSP id of the organisation."),
    administrator: signingIdentity.describe("An administrator of the organisation."),
    peers: list(nodeAddress, { min: 1 }).describe(
      "Peers that get the package installed and endorse the approval; the first one also submits it.",
    ),
    package: text(base64).describe("Chaincode package (tar.gz), base64."),
    packageId: text().describe("`label:sha256`, as the peers compute it from the package."),
  },
);

const peerCount = integer({ min: 0, max: maxInt32 });

const collection = object(
  { token: "ledger:fabric:Collection", description: "A private data collection of a chaincode." },
  {
    name: text().describe("Letters, digits, `-` and `_`, the first no `_`."),
    policy: text().describe("Holders of the data, `OR` of organisations: `OR('Org1MSP.member','Org2MSP.member')`."),
    requiredPeerCount: peerCount.describe("Peers that must receive the data before an endorsement succeeds."),
    maxPeerCount: peerCount.describe("Peers to which the data is sent; at least requiredPeerCount."),
    blockToLive: optional(integer({ min: 0, max: Number.MAX_SAFE_INTEGER })).describe(
      "Blocks after which the data is purged; 0 keeps it for ever. Fabric fixes it with the first commit. Default: 0.",
    ),
    memberOnlyRead: optional(flag()).describe("Whether only clients of members may read the data. Default: false."),
    memberOnlyWrite: optional(flag()).describe("Whether only clients of members may write the data. Default: false."),
    endorsementPolicy: optional(text(validatePolicy)).describe(
      "Signature policy or path of a channel policy for keys of this collection. Default: the chaincode's.",
    ),
  },
);

const partnerDefinition = object(
  {
    token: "ledger:fabric:PartnerDefinition",
    description: "A chaincode definition that another company says it approved.",
  },
  {
    mspId: text().describe("MSP id of its organisation."),
    sequence: integer({ min: 1, max: Number.MAX_SAFE_INTEGER }).describe("Sequence that it approved."),
    version: text(validateChaincodeVersion).describe("Version that it approved."),
    endorsementPolicy: text(validatePolicy).describe("Signature policy or path of a channel policy."),
    initRequired: flag().describe("Whether `Init` has to be called first."),
    collections: list(collection).describe("Private data collections that it names."),
  },
);

export const chaincode = defineResource({
  token: "ledger:fabric:Chaincode",
  description: "A chaincode definition, installed, approved by each organisation and committed on the channel.",
  inputs: {
    channelId: channelId.identity(),
    name: text(validateChaincodeName).describe("Name of the chaincode.").identity(),
    version: text(validateChaincodeVersion).describe("Version of the chaincode, a label for people."),
    endorsementPolicy: optional(text(validatePolicy)).describe(
      "Signature policy (`AND('Org1MSP.peer','Org2MSP.peer')`) or the name of a channel policy. Default: " +
        "`/Channel/Application/Endorsement`.",
    ),
    initRequired: withDefault(flag(), false).describe(
      "Whether the chaincode accepts calls only after a call of its `Init`.",
    ),
    collections: optional(list(collection)).describe(
      "Private data collections. Committed ones stay in any case, since Fabric removes none. Default: none.",
    ),
    organizations: list(chaincodeOrganization, { min: 1 }).describe("Organisations that install and approve."),
    partnerDefinitions: optional(list(partnerDefinition)).describe(
      "Definitions of other companies, whose values messages name where peers find that a definition differs. Nothing else depends on " +
        "them. Default: none.",
    ),
  },
  outputs: {
    channelId,
    name: text().describe("Name of the chaincode."),
    sequence: integer({ min: 0, max: Number.MAX_SAFE_INTEGER }).describe(
      "Committed sequence; counted by the provider. 0 before the first commit.",
    ),
    waitingFor: optional(list(text())).describe(
      "MSP ids of members that have not approved the definition, while too few have: it is committed by the update that finds enough. " +
        "Default: none, the definition is committed.",
    ),
  },
});

const peerMemory = object(
  { token: "ledger:fabric:PeerMemory", description: "Channels that a peer had when it was asked last." },
  {
    peer: text().describe("Name of the peer."),
    channels: list(text()).describe("Names of the channels of which it had a ledger."),
  },
);

export const fabricRollout = defineResource({
  token: "ledger:fabric:Rollout",
  description: "Fabric nodes that run what their StatefulSets say: a change restarts them one at a time.",
  inputs: {
    nodes: list(rolloutNode, { min: 1 }).describe("Nodes to keep current, restarted in this order, one at a time."),
    channels: withDefault(list(text()), []).describe(
      "Channels that all `orderers` must serve again, and know a leader of, before the next node goes.",
    ),
    orderers: withDefault(list(ordererAddress), []).describe("Orderers of these channels."),
    operationsPort: withDefault(integer({ min: 0, max: maxPort }), 0).describe(
      "Port of `nodes` with /metrics, on which orderers tell what they lead, so that leaders restart last and channels elect once; " +
        "its TLS certificate is the node's. 0: no node is asked.",
    ),
    administrators: withDefault(list(signingIdentity), []).describe(
      "Identities that ask about the channels; one that the channel lets read is enough, and one for each organisation of `peers`.",
    ),
    peers: withDefault(list(nodeAddress), []).describe(
      "Peers among `nodes`: each must have the channels again that it had, and follow them, before the next node goes.",
    ),
    follows: optional(list(ordererAddress)).describe(
      "Orderers whose chains `peers` go on with, where peers run on volumes of a backup. One that holds blocks which no orderer has is " +
        "refused: it could never go on. Default: none, and chains are not compared.",
    ),
    release: optional(text()).describe(
      "Release of Fabric that `nodes` are restarted with, `x.y.z`. A lower one than before is refused before the first restart when " +
        "it does not know the capabilities of one of `channels`. Default: none, and capabilities are not looked at.",
    ),
  },
  outputs: {
    joined: optional(list(peerMemory)).describe(
      "Channels that each of `peers` had when it was asked last. Default: none, as in states of former releases.",
    ),
  },
});

function validatePolicy(given: string, path: string): Problem[] {
  try {
    parseApplicationPolicy(given);
    return [];
  } catch (error) {
    return [problem({ path, given, must: "be an endorsement policy", because: messageOf(error) })];
  }
}
