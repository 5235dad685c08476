/**
 * Messages between the stacks of different companies. Everything in them is public, and everything from another party
 * is checked before its use.
 */
import { X509Certificate } from "node:crypto";
import { messageOf } from "../../../lib/errors";
import { problem, throwProblems, type Problem } from "../../../lib/problem";
import { isRecord } from "../../../lib/values";
import type { Consenter } from "../channel-config";
import { decodeConfigBlock } from "../config-decode";
import { addressText } from "../config-normal-form";
import { validateChannelId, validateMspId } from "../validate-names";
import { chaincodeJson, readChaincode, type ExchangedChaincode } from "./chaincode-json";
import { compressBlock, expandBlock } from "./compressed-block";
import { consenterJson, consenterKeys, readConsenter } from "./consenter-json";
import { organizationJson, readOrganization, type Json, type MemberOrganization } from "./organization-json";
import { printable } from "./printable";
import { proposalDigestForm, readProposalEnvelope } from "./proposal";

export interface ExchangedChannel {
  name: string;
  /** Protobuf bytes of `common.Block`. */
  genesisBlock: Uint8Array;
  /** Sequence of its config now. */
  sequence: number;
  /** MSP ids of its peer organisations now. */
  members: string[];
}

export interface ExchangedProposal {
  channel: string;
  digest: string;
  /** Sequence of the live config that the proposal was made for. */
  sequence: number;
  /** Protobuf bytes of `common.Envelope`, the file that `peer channel signconfigtx` reads. */
  envelope: Uint8Array;
}

export interface ExchangedSignature {
  /** Digest of the proposal. */
  digest: string;
  mspId: string;
  /** Protobuf bytes of `common.ConfigSignature`. */
  signature: Uint8Array;
}

export interface ExchangeDocument {
  organizations: MemberOrganization[];
  /** Channels that this stack founded or joined: a founder that lost everything learns from partners that they have them. */
  channels: ExchangedChannel[];
  proposals: ExchangedProposal[];
  signatures: ExchangedSignature[];
  /** Definitions that organisations of this stack approved, the newest of each chaincode. */
  chaincodes: ExchangedChaincode[];
}

const documentFormat = "blockchain-clusters/exchange";
const providerVersion = 1;

/** Longest document, in characters. An organisation takes about ten thousand, a genesis block twice as many per member. */
const longestDocument = 16 * 1024 * 1024;
/** Most entries of a list. */
const longestList = 500;
/** Most orderers of an organisation. */
const mostConsenters = 100;

/** The document as text: the same content gives the same text, whatever the order of lists. */
export function exchangeText(content: ExchangeDocument): string {
  const { organizations, channels, proposals, signatures, chaincodes } = content;
  const document = {
    format: documentFormat,
    version: providerVersion,
    organizations: sorted(organizations, ({ name }) => name).map((organization) => ({
      name: organization.name,
      role: organization.role,
      group: organizationJson(organization),
      ...(organization.role === "peer" ? {} : consentersJson(organization.consenters)),
    })),
    channels: sorted(channels, ({ name }) => name).map(({ name, genesisBlock, sequence, members }) => ({
      name,
      genesisBlock: compressBlock(genesisBlock),
      sequence,
      members: [...members].sort(),
    })),
    proposals: sorted(proposals, ({ channel, digest }) => `${channel} ${digest}`).map(
      ({ channel, digest, sequence, envelope }) => ({ channel, digest, sequence, envelope: toBase64(envelope) }),
    ),
    signatures: sorted(signatures, ({ digest, mspId }) => `${digest} ${mspId}`).map(({ digest, mspId, signature }) => ({
      digest,
      mspId,
      signature: toBase64(signature),
    })),
    chaincodes: sorted(chaincodes, chaincodeKey).map(chaincodeJson),
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

/** Without consenters a document has the form that earlier builds read. */
function consentersJson(consenters: readonly Consenter[] = []): { consenters?: Json[] } {
  return consenters.length === 0 ? {} : { consenters: sorted(consenters, addressText).map(consenterJson) };
}

export interface ExchangeReading {
  /** Name of the partner, for messages. */
  name: string;
  /** Authorities must be valid then. */
  now: Date;
  /**
   * Problems of authorities on which people did not agree. Asked before any certificate is looked at that they issued.
   * Default: there are none.
   */
  checkAuthorities?: (organizations: readonly MemberOrganization[]) => Problem[];
}

/**
 * Reads another party's document.
 *
 * @throws InputError with everything that is wrong with it; with wrong authorities their orderers are not looked at
 */
export function readExchange(
  text: string,
  { name, now, checkAuthorities = () => [] }: ExchangeReading,
): ExchangeDocument {
  const reader = new Reader(now, checkAuthorities);
  const document = reader.document(text);
  throwProblems(`exchange document of ${name}`, reader.problems);
  return document;
}

/** An organisation, and its orderers as the document has them. */
interface ReadOrganization {
  organization: MemberOrganization;
  consenters: Json | undefined;
  /** Path of the orderers. */
  path: string;
}

class Reader {
  readonly problems: Problem[] = [];

  constructor(
    private readonly now: Date,
    private readonly checkAuthorities: NonNullable<ExchangeReading["checkAuthorities"]>,
  ) {}

  document(text: string): ExchangeDocument {
    const given = this.parse(text);
    const root = this.fields(given, "document", ["format", "version", ...listKeys]);
    if (root !== undefined && (root.format !== documentFormat || root.version !== providerVersion)) {
      this.add({
        path: "document",
        given: printable(JSON.stringify([root.format, root.version])),
        must: `be ${JSON.stringify([documentFormat, providerVersion])}`,
        hint: "Another release of this program may have written it",
      });
    }
    const list = <T>(key: (typeof listKeys)[number], read: (item: Json, path: string) => T | undefined): T[] =>
      this.list(root?.[key], key, read);
    const organizations = this.withConsenters(list("organizations", (item, path) => this.organization(item, path)));
    const chaincodes = list("chaincodes", (item, path) => this.chaincode(item, path));
    this.unique(chaincodes, "chaincodes", chaincodeKey);
    if (this.problems.length === 0) this.owners(chaincodes, organizations);
    return {
      organizations,
      channels: list("channels", (item, path) => this.channel(item, path)),
      proposals: list("proposals", (item, path) => this.proposal(item, path)),
      signatures: list("signatures", (item, path) => this.signature(item, path)),
      chaincodes,
    };
  }

  private organization(item: Json, path: string): ReadOrganization | undefined {
    const entry = this.fields(item, path, ["name", "role", "group"], ["consenters"]);
    if (entry === undefined) return undefined;
    const { name, role, group, consenters } = entry;
    if (typeof name !== "string" || (role !== "peer" && role !== "orderer") || group === undefined) {
      this.add({ path, must: "have a name, the role peer or orderer, and a group" });
      return undefined;
    }
    const { organization, problems } = readOrganization(group, { name, role }, path);
    this.problems.push(...problems.map((fault) => ({ ...fault, message: printable(fault.message) })));
    if (organization === undefined) return undefined;
    this.authorities(organization, path);
    if (organization.role === "orderer") return { organization, consenters, path: `${path}.consenters` };
    if (consenters === undefined) return { organization, consenters, path };
    this.add({ path: `${path}.consenters`, must: "be left out", because: "an organisation with peers has none" });
    return undefined;
  }

  /** Anybody can write a document: of authorities that nobody agreed on no certificate is verified. */
  private withConsenters(read: readonly ReadOrganization[]): MemberOrganization[] {
    const organizations = read.map(({ organization }) => organization);
    this.unique(organizations, "organizations", ({ name }) => name);
    if (this.problems.length === 0) this.problems.push(...this.checkAuthorities(organizations));
    if (this.problems.length > 0) return organizations;
    return read.map(({ organization, consenters, path }) =>
      consenters === undefined
        ? organization
        : { ...organization, consenters: this.consenters(consenters, organization, path) },
    );
  }

  private consenters(given: Json, { msp }: MemberOrganization, path: string): Consenter[] {
    const read = (item: Json, at: string): Consenter | undefined => {
      const entry = this.fields(item, at, consenterKeys);
      if (entry === undefined) return undefined;
      const { consenter, problems } = readConsenter(entry, msp, at);
      this.problems.push(...problems.map((fault) => ({ ...fault, message: printable(fault.message) })));
      return consenter;
    };
    const consenters = this.list(given, path, read, mostConsenters);
    this.unique(consenters, path, addressText);
    return consenters;
  }

  /** Authorities by rules that Fabric's nodes have, too: they would refuse the channel as a whole. */
  private authorities({ msp }: MemberOrganization, path: string): void {
    const all = [...msp.caCertificates, ...(msp.intermediateCaCertificates ?? []), ...msp.tlsCaCertificates];
    for (const pem of all) {
      const { publicKey, subject, validFrom, validTo } = new X509Certificate(pem);
      const given = printable(subject.replaceAll("\n", ", "));
      if (publicKey.asymmetricKeyType !== "ec") {
        this.add({ path, given, must: "have an ECDSA key", because: "Fabric knows no other signatures" });
      }
      if (new Date(validFrom) > this.now || new Date(validTo) < this.now) {
        this.add({ path, given, must: "be valid now", because: `it is valid from ${validFrom} to ${validTo}` });
      }
    }
  }

  private channel(item: Json, path: string): ExchangedChannel | undefined {
    const entry = this.fields(item, path, ["name", "genesisBlock", "sequence", "members"]);
    const compressed = this.base64(entry?.genesisBlock, `${path}.genesisBlock`);
    const name = this.checked(entry?.name, `${path}.name`, validateChannelId);
    const sequence = this.sequence(entry?.sequence, `${path}.sequence`);
    const members = this.list(entry?.members, `${path}.members`, (member, at) =>
      this.checked(member, at, validateMspId),
    );
    if (compressed === undefined || name === undefined || sequence === undefined) return undefined;
    try {
      const genesisBlock = expandBlock(compressed);
      const first = decodeConfigBlock(genesisBlock);
      if (first.channelId === name && first.sequence === 0) return { name, genesisBlock, sequence, members };
      const given = printable(`config ${first.sequence} of ${first.channelId}`);
      this.add({ path: `${path}.genesisBlock`, given, must: `be the first block of ${name}` });
    } catch (error) {
      this.add({
        path: `${path}.genesisBlock`,
        must: "be a compressed genesis block",
        because: printable(messageOf(error)),
      });
    }
    return undefined;
  }

  private proposal(item: Json, path: string): ExchangedProposal | undefined {
    const entry = this.fields(item, path, ["channel", "digest", "sequence", "envelope"]);
    const envelope = this.bytes(entry?.envelope, `${path}.envelope`);
    const channel = this.checked(entry?.channel, `${path}.channel`, validateChannelId);
    const digest = this.checked(entry?.digest, `${path}.digest`, validateDigest);
    const sequence = this.sequence(entry?.sequence, `${path}.sequence`);
    if (envelope === undefined || channel === undefined || digest === undefined || sequence === undefined) {
      return undefined;
    }
    try {
      const read = readProposalEnvelope(envelope);
      if (read.digest === digest && read.channelId === channel) return { channel, digest, sequence, envelope };
      const given = printable(`${digest} of ${channel}`);
      this.add({
        path,
        given,
        must: `be ${printable(`${read.digest} of ${read.channelId}`)}`,
        because: "its bytes say so",
      });
    } catch (error) {
      this.add({ path: `${path}.envelope`, must: "be a proposal", because: printable(messageOf(error)) });
    }
    return undefined;
  }

  private signature(item: Json, path: string): ExchangedSignature | undefined {
    const entry = this.fields(item, path, ["digest", "mspId", "signature"]);
    const digest = this.checked(entry?.digest, `${path}.digest`, validateDigest);
    const mspId = this.checked(entry?.mspId, `${path}.mspId`, validateMspId);
    const signature = this.bytes(entry?.signature, `${path}.signature`);
    return digest === undefined || mspId === undefined || signature === undefined
      ? undefined
      : { digest, mspId, signature };
  }

  private chaincode(item: Json, path: string): ExchangedChaincode | undefined {
    const { chaincode, problems } = readChaincode(item, path);
    this.problems.push(...problems);
    return chaincode;
  }

  /** A document speaks for its own organisations. */
  private owners(chaincodes: readonly ExchangedChaincode[], organizations: readonly MemberOrganization[]): void {
    const mspIds = organizations.map(({ msp }) => msp.mspId);
    const must = `be an organisation of this document: ${mspIds.join(", ") || "(there are none)"}`;
    chaincodes.forEach(({ mspId: given }, index) => {
      if (!mspIds.includes(given)) this.add({ path: `chaincodes[${index}].mspId`, given, must });
    });
  }

  private parse(text: string): Json | undefined {
    if (text.length > longestDocument) {
      this.add({ path: "document", must: `have ${longestDocument} characters at most`, given: text.length });
      return undefined;
    }
    try {
      return JSON.parse(text) as Json;
    } catch {
      this.add({ path: "document", must: "be JSON, as `make exchange` writes it" });
      return undefined;
    }
  }

  /** An object with exactly these keys, and perhaps the optional ones. */
  private fields<K extends string, O extends string = never>(
    value: Json | undefined,
    path: string,
    keys: readonly K[],
    optional: readonly O[] = [],
  ): (Record<K, Json> & Partial<Record<O, Json>>) | undefined {
    if (value === undefined) return undefined;
    if (!isRecord(value)) {
      this.add({ path, must: `be an object with ${keys.join(", ")}` });
      return undefined;
    }
    const known: readonly string[] = [...keys, ...optional];
    const strange = Object.keys(value).filter((key) => !known.includes(key));
    const missing = keys.filter((key) => !Object.hasOwn(value, key));
    for (const key of strange) this.add({ path: `${path}.${printable(key)}`, must: `be one of ${known.join(", ")}` });
    for (const key of missing) this.add({ path: `${path}.${key}`, given: undefined, must: "be there" });
    return strange.length + missing.length === 0 ? (value as Record<K, Json> & Partial<Record<O, Json>>) : undefined;
  }

  private list<T>(
    value: Json | undefined,
    path: string,
    read: (item: Json, path: string) => T | undefined,
    most = longestList,
  ): T[] {
    if (value === undefined) return [];
    if (!Array.isArray(value) || value.length > most) {
      this.add({ path, must: `be a list of ${most} entries at most` });
      return [];
    }
    return value.map((item, index) => read(item, `${path}[${index}]`)).filter((item) => item !== undefined);
  }

  private checked(
    value: Json | undefined,
    path: string,
    validate: (value: string, path: string) => Problem[],
  ): string | undefined {
    if (value === undefined) return undefined;
    const text = typeof value === "string" ? value : "";
    const problems = validate(text, path);
    this.problems.push(...problems.map((fault) => ({ ...fault, message: printable(fault.message) })));
    return problems.length === 0 ? text : undefined;
  }

  private sequence(value: Json | undefined, path: string): number | undefined {
    if (value === undefined) return undefined;
    if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
    this.add({ path, must: "be the sequence of a config" });
    return undefined;
  }

  private bytes(value: Json | undefined, path: string): Uint8Array | undefined {
    const text = this.base64(value, path);
    return text === undefined ? undefined : Buffer.from(text, "base64");
  }

  private base64(value: Json | undefined, path: string): string | undefined {
    if (value === undefined) return undefined;
    if (typeof value === "string" && value !== "" && base64Form.test(value) && value.length % 4 === 0) return value;
    this.add({ path, must: "be base64" });
    return undefined;
  }

  private unique<T>(items: T[], path: string, key: (item: T) => string): void {
    const keys = items.map(key);
    keys.forEach((value, index) => {
      if (keys.indexOf(value) < index) this.add({ path: `${path}[${index}]`, given: value, must: "stand there once" });
    });
  }

  private add(fault: Parameters<typeof problem>[0]): void {
    this.problems.push(problem(fault));
  }
}

const listKeys = ["organizations", "channels", "proposals", "signatures", "chaincodes"] as const;
const base64Form = /^[A-Za-z0-9+/]+={0,2}$/;

function chaincodeKey({ channel, name, mspId }: ExchangedChaincode): string {
  return `${channel} ${name} ${mspId}`;
}

function validateDigest(value: string, path: string): Problem[] {
  return proposalDigestForm.test(value)
    ? []
    : [problem({ path, given: value, must: "be sha256: and 64 hexadecimal digits in small letters" })];
}

function sorted<T>(items: readonly T[], key: (item: T) => string): T[] {
  return [...items].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
