/** Public parts of partners: what their stacks tell this one. Everything in them is checked before its use. */
import { decodeConfigBlock, describeChannelConfig } from "../../../ledger/fabric/config-decode";
import type { ExchangedChaincode } from "../../../ledger/fabric/consortium/chaincode-json";
import { checkFingerprint } from "../../../ledger/fabric/consortium/fingerprint";
import { compressBlock, expandBlock } from "../../../ledger/fabric/consortium/compressed-block";
import { readExchange } from "../../../ledger/fabric/consortium/exchange";
import type { MemberOrganization, OrderingOrganization } from "../../../ledger/fabric/consortium/organization-json";
import { chainsToRoot } from "../../../ledger/fabric/certificate-chain";
import type { OrganizationMsp, PeerOrganization } from "../../../ledger/fabric/channel-config";
import { blockDataHash } from "../../../ledger/fabric/genesis";
import { InputError, problem, throwProblems, type Problem } from "../../../lib/problem";

/** An exchange document with its bytes as base64, the form that resources take. */
export interface PublicPart {
  /** Name of the partner in this stack's file. */
  partner: string;
  organizations: MemberOrganization[];
  channels: {
    name: string;
    /** See `compressBlock`. */
    genesisBlock: string;
    sequence: number;
    members: string[];
  }[];
  proposals: { channel: string; digest: string; envelope: string }[];
  signatures: { digest: string; mspId: string; signature: string }[];
  chaincodes: ExchangedChaincode[];
}

/**
 * Reads a partner's document.
 *
 * @param agreed fingerprint in the stack file
 * @param path of the partner in the stack file
 * @throws InputError with everything that is wrong with it, its fingerprint included
 */
export function readPublicPart(
  text: string,
  { partner, agreed, path }: { partner: string; agreed: string; path: string },
  now: Date,
): PublicPart {
  const { organizations, channels, proposals, signatures, chaincodes } = readExchange(text, {
    name: partner,
    now,
    checkAuthorities: (found) => checkFingerprint(found, agreed, `${path}.fingerprint`),
  });
  return {
    partner,
    organizations,
    channels: channels.map(({ genesisBlock, ...channel }) => ({
      ...channel,
      genesisBlock: compressBlock(genesisBlock),
    })),
    proposals: proposals.map(({ channel, digest, envelope }) => ({ channel, digest, envelope: base64(envelope) })),
    signatures: signatures.map(({ digest, mspId, signature }) => ({ digest, mspId, signature: base64(signature) })),
    chaincodes,
  };
}

/** An organisation of this stack, for names that nobody else may have. */
export interface OwnName {
  name: string;
  mspId: string;
}

/**
 * Peer organisations of partners for a channel.
 *
 * @param own members of the channel that this stack has, orderer organisations included
 * @param path of the names in the stack file
 * @throws InputError with every name that is not one partner's, and every MSP id that two members have
 */
export function partnerMembers(
  parts: readonly PublicPart[],
  names: readonly string[],
  own: readonly OwnName[],
  path: string,
): PeerOrganization[] {
  const known = organizationsIn(parts, (item) => (item.role === "peer" ? item : undefined));
  const { members, problems } = named("a peer organisation", known, names, own, path);
  throwProblems("organisations of partners", problems);
  return members.map(({ role: _, ...organization }) => organization);
}

/**
 * Orderer organisations of partners for a channel, with their orderers.
 *
 * @param taken members of the channel, those of partners included
 * @param path of the names in the stack file
 * @throws InputError as `partnerMembers`, and for every organisation whose orderers are not known
 */
export function partnerOrderers(
  parts: readonly PublicPart[],
  names: readonly string[],
  taken: readonly OwnName[],
  path: string,
): Required<OrderingOrganization>[] {
  const known = organizationsIn(parts, (item) => (item.role === "orderer" ? item : undefined));
  const { members, problems } = named("an orderer organisation", known, names, taken, path);
  const complete = members.flatMap(({ role: _, consenters = [], ...organization }) => {
    if (consenters.length > 0) return [{ ...organization, consenters }];
    const because = "its public part has no `consenters`, which a channel names one by one";
    problems.push(problem({ path, given: organization.name, must: "be an organisation with known orderers", because }));
    return [];
  });
  throwProblems("organisations of partners", problems);
  return complete;
}

interface PartnersOrganization<T> {
  partner: string;
  organization: T;
}

function organizationsIn<T extends MemberOrganization>(
  parts: readonly PublicPart[],
  ofRole: (item: MemberOrganization) => T | undefined,
): PartnersOrganization<T>[] {
  return parts.flatMap(({ partner, organizations }) =>
    organizations.flatMap((item) => {
      const organization = ofRole(item);
      return organization === undefined ? [] : [{ partner, organization }];
    }),
  );
}

/** The organisation of each name, and problems of names that are not one partner's, or whose MSP id is taken. */
function named<T extends MemberOrganization>(
  what: string,
  known: readonly PartnersOrganization<T>[],
  names: readonly string[],
  own: readonly OwnName[],
  path: string,
): { members: T[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const mspIds = new Map(own.map(({ name, mspId }) => [mspId, name]));
  const members = names.flatMap((name) => {
    const [found, second] = known.filter(({ organization }) => organization.name === name);
    if (found === undefined) {
      const all = known.map(({ organization }) => organization.name).join(", ") || "(there are none)";
      const must = `be ${what} of this stack, or one of its partners': ${all}`;
      problems.push(problem({ path, given: name, must }));
      return [];
    }
    if (second !== undefined) {
      const because = `${found.partner} and ${second.partner} have one of this name`;
      problems.push(problem({ path, given: name, must: "be the name of one organisation", because }));
    }
    const { mspId } = found.organization.msp;
    const taken = mspIds.get(mspId);
    if (taken !== undefined) {
      const because = `${taken} has the MSP id ${mspId}, too`;
      problems.push(problem({ path, given: name, must: "be an organisation with an MSP id of its own", because }));
    }
    mspIds.set(mspId, name);
    return [found.organization];
  });
  return { members, problems };
}

/**
 * Compressed genesis block of a channel that a partner founded.
 *
 * @param path of the channel in the stack file
 * @throws InputError when the partner has no such channel
 */
export function foundedBlock(part: PublicPart, channel: string, path: string): string {
  const found = part.channels.find(({ name }) => name === channel);
  if (found !== undefined) return found.genesisBlock;
  const there = part.channels.map(({ name }) => name).join(", ") || "(there are none)";
  const must = `be a channel of ${part.partner}: ${there}`;
  const hint = "A channel is in its document once it exists";
  throw new InputError(`partner ${part.partner}`, [problem({ path: `${path}.name`, given: channel, must, hint })]);
}

/**
 * Whether a partner has a channel of this name whose first orderers are of these organisations. Its own channel of that
 * name is another one, also where its orderers have the same MSP id, as those of all companies that keep the default.
 */
export function hasChannelOf(
  { channels, organizations }: PublicPart,
  name: string,
  mspIds: readonly string[],
): boolean {
  return channels.some((channel) => {
    if (channel.name !== name) return false;
    const { channelId, config } = decodeConfigBlock(expandBlock(channel.genesisBlock));
    const { ordererOrganizations } = describeChannelConfig(channelId, config);
    return ordererOrganizations.some(
      ({ msp }) => mspIds.includes(msp.mspId) && !organizations.some((their) => isSame(their, msp)),
    );
  });
}

/**
 * Whether an orderer organisation of a partner's document is the one of a channel. Its authorities say it, which people agreed on, and which
 * keep their keys when they are renewed; this stack's own may be other ones than it began a channel with.
 */
function isSame({ role, msp: { mspId, caCertificates } }: MemberOrganization, there: OrganizationMsp): boolean {
  return (
    role === "orderer" &&
    mspId === there.mspId &&
    caCertificates.some((authority) => chainsToRoot(authority, there.caCertificates))
  );
}

/** A channel as the partner that founded it last published it. Undefined where it did not. */
export function foundersView(
  { channels }: PublicPart,
  channel: string,
): { sequence: number; members: string[]; genesisHash: string } | undefined {
  const found = channels.find(({ name }) => name === channel);
  if (found === undefined) return undefined;
  const { sequence, members, genesisBlock } = found;
  return { sequence, members, genesisHash: blockDataHash(expandBlock(genesisBlock)) };
}

/**
 * Envelope of a proposal on a channel, base64. Undefined when no partner publishes it: it is withdrawn, in force, or was never
 * made.
 */
export function proposedEnvelope(parts: readonly PublicPart[], channel: string, digest: string): string | undefined {
  return parts
    .flatMap(({ proposals }) => proposals)
    .find((proposal) => proposal.channel === channel && proposal.digest === digest)?.envelope;
}

/** Definitions of a chaincode that partners approved. */
export function approvedDefinitions(
  parts: readonly PublicPart[],
  channelName: string,
  chaincode: string,
): Omit<ExchangedChaincode, "channel" | "name">[] {
  return parts
    .flatMap(({ chaincodes }) => chaincodes)
    .filter(({ channel, name }) => channel === channelName && name === chaincode)
    .map(({ channel: _channel, name: _name, ...definition }) => definition);
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
