/**
 * A proposed config update as organisations hand it to each other: the file that `peer channel signconfigtx` reads and
 * writes, and the digest by which people name it.
 */
import { createHash } from "node:crypto";
import { Envelope, Header, Payload, ChannelHeader } from "@hyperledger/fabric-protos/lib/common/common_pb";
import {
  ConfigUpdate,
  ConfigUpdateEnvelope,
  type ConfigSignature,
} from "@hyperledger/fabric-protos/lib/common/configtx_pb";
import { messageOf } from "../../../lib/errors";
import { problem, type Problem } from "../../../lib/problem";
import { headerType } from "../proposal";
import { printable } from "./printable";

/** Largest update that is read, in bytes: one certificate has a thousand, and a member of a channel about ten thousand. */
const largestUpdate = 4 * 1024 * 1024;

/** `sha256:` and 64 hexadecimal digits: SHA-256 of the `ConfigUpdate` bytes. */
export const proposalDigestForm = /^sha256:[0-9a-f]{64}$/;

/** A proposal as it is read from an envelope. Its bytes come from another party. */
export interface ReadProposal {
  channelId: string;
  digest: string;
  /** Protobuf bytes of `common.ConfigUpdate`: exactly these are signed. */
  update: Uint8Array;
  decoded: ConfigUpdate;
  signatures: ConfigSignature[];
}

/** Name of an update among people: changes of a single bit give another one. */
export function proposalDigest(update: Uint8Array): string {
  return `sha256:${createHash("sha256").update(update).digest("hex")}`;
}

/**
 * Protobuf bytes of `common.Envelope` with an update and the signatures over it. Nobody has signed the envelope itself, which the
 * sender does, so the same update and signatures give the same bytes.
 */
export function proposalEnvelope(
  channelId: string,
  update: Uint8Array,
  signatures: readonly ConfigSignature[] = [],
): Uint8Array {
  const content = new ConfigUpdateEnvelope();
  content.setConfigUpdate(update);
  content.setSignaturesList([...signatures]);
  const channelHeader = new ChannelHeader();
  channelHeader.setType(headerType.configUpdate);
  channelHeader.setChannelId(channelId);
  const header = new Header();
  header.setChannelHeader(channelHeader.serializeBinary());
  const payload = new Payload();
  payload.setHeader(header);
  payload.setData(content.serializeBinary());
  const envelope = new Envelope();
  envelope.setPayload(payload.serializeBinary());
  return envelope.serializeBinary();
}

/**
 * Reads an envelope of another party.
 *
 * @param bytes protobuf bytes of `common.Envelope`
 * @throws Error when it holds no config update, or one that Fabric could read in another way than this program
 */
export function readProposalEnvelope(bytes: Uint8Array): ReadProposal {
  try {
    const { payload, header } = decode("an envelope", () => {
      const message = Payload.deserializeBinary(Envelope.deserializeBinary(bytes).getPayload_asU8());
      const channelHeader = message.getHeader()?.getChannelHeader_asU8() ?? new Uint8Array();
      return { payload: message, header: ChannelHeader.deserializeBinary(channelHeader) };
    });
    if (header.getType() !== headerType.configUpdate) {
      throw new Error(`its message has type ${header.getType()}, not ${headerType.configUpdate} (CONFIG_UPDATE)`);
    }
    const content = decode("a signed update", () => ConfigUpdateEnvelope.deserializeBinary(payload.getData_asU8()));
    const update = content.getConfigUpdate_asU8();
    const decoded = readConfigUpdate(update);
    if (decoded.getChannelId() !== header.getChannelId()) {
      throw new Error("its header and its update name two channels");
    }
    return {
      channelId: decoded.getChannelId(),
      digest: proposalDigest(update),
      update,
      decoded,
      signatures: content.getSignaturesList(),
    };
  } catch (error) {
    throw new Error(`not an envelope with a config update (${bytes.length} bytes): ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/**
 * Reads an update of another party.
 *
 * Decoders differ in fields that are unknown or stand twice: one keeps the last, another joins both. An update with such a field
 * could mean one thing here and another thing on an orderer, so it is refused. Each field is as long as it was after reading and
 * writing, whatever the order of fields, so the length tells.
 *
 * @param bytes protobuf bytes of `common.ConfigUpdate`
 * @throws Error that says what is wrong with them
 */
export function readConfigUpdate(bytes: Uint8Array): ConfigUpdate {
  if (bytes.length > largestUpdate) {
    throw new Error(`the update has ${bytes.length} bytes, and ${largestUpdate} are the most that is read`);
  }
  const update = decode("an update", () => ConfigUpdate.deserializeBinary(bytes));
  if (update.getReadSet() === undefined || update.getWriteSet() === undefined) {
    throw new Error("the update has no read set or no write set");
  }
  const length = update.serializeBinary().length;
  if (length !== bytes.length) {
    throw new Error(
      `the update has fields that are unknown or stand twice (${bytes.length} bytes, of which ${length} are understood), ` +
        "so orderers could read another change in it",
    );
  }
  return update;
}

/** The decoder's own words are about its insides. */
function decode<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch {
    throw new Error(`some of its bytes are no protobuf message of ${what}`);
  }
}

/** Whether an envelope is the proposal of that name on that channel. */
export function validateDigestOf(
  envelope: Uint8Array,
  expected: { digest: string; channelId: string },
  path: string,
): Problem[] {
  try {
    const { digest, channelId } = readProposalEnvelope(envelope);
    const isExpected = digest === expected.digest && channelId === expected.channelId;
    const [given, found] = [`${expected.digest} of ${expected.channelId}`, `${digest} of ${printable(channelId)}`];
    return isExpected ? [] : [problem({ path, given, must: `be ${found}`, because: "the bytes given say so" })];
  } catch (error) {
    return [problem({ path, must: "name a proposal", because: printable(messageOf(error)) })];
  }
}
