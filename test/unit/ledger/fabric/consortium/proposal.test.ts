/** Proposals of other parties: reading their bytes, and refusals. */
import assert from "node:assert/strict";
import { ConfigUpdate } from "@hyperledger/fabric-protos/lib/common/configtx_pb";
import { planConfigUpdates } from "../../../../../ledger/fabric/config-update";
import {
  proposalDigestForm,
  proposalDigest,
  proposalEnvelope,
  readConfigUpdate,
  readProposalEnvelope,
} from "../../../../../ledger/fabric/consortium/proposal";
import { genesisConfig } from "../config-edits";
import { fixtureNetwork, raftChannel } from "../fixtures";

describe("a proposal", () => {
  let update: Uint8Array;

  before(async () => {
    const channel = raftChannel(await fixtureNetwork());
    const wished = { ...channel, batch: { ...channel.batch, timeout: "1s" } };
    update = planConfigUpdates("trade", genesisConfig(channel), wished)[0]!.update;
  });

  it("has the SHA-256 of its update as its name", () => {
    const digest = proposalDigest(Buffer.from("abc"));
    assert.equal(digest, "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert.match(digest, proposalDigestForm);
  });

  it("is read as it was written, and the same update gives the same bytes", () => {
    const envelope = proposalEnvelope("trade", update);
    assert.deepEqual(proposalEnvelope("trade", update), envelope);
    const read = readProposalEnvelope(envelope);
    assert.deepEqual(
      { ...read, update: Buffer.from(read.update), decoded: read.decoded.getChannelId() },
      {
        channelId: "trade",
        digest: proposalDigest(update),
        update: Buffer.from(update),
        decoded: "trade",
        signatures: [],
      },
    );
  });

  it("is refused when a part stands twice, since decoders differ in which of the two counts", () => {
    const other = new ConfigUpdate();
    other.setWriteSet(ConfigUpdate.deserializeBinary(update).getWriteSet());
    assert.throws(() => readConfigUpdate(Buffer.concat([other.serializeBinary(), update])), {
      message: /^the update has fields that are unknown or stand twice \(\d+ bytes, of which \d+ are understood\)/,
    });
  });

  it("is refused with a field that this program does not know", () => {
    const unknownField = Buffer.from([0x9a, 0x06, 0x01, 0x41]);
    assert.throws(() => readConfigUpdate(Buffer.concat([update, unknownField])), /fields that are unknown/);
  });

  it("is refused when header and update name two channels", () => {
    assert.throws(() => readProposalEnvelope(proposalEnvelope("other", update)), {
      message: /^not an envelope with a config update \(\d+ bytes\): its header and its update name two channels$/,
    });
  });

  it("is refused when the bytes are something else", () => {
    assert.throws(
      () => readProposalEnvelope(Buffer.from("no envelope")),
      /^Error: not an envelope with a config update/,
    );
    assert.throws(() => readConfigUpdate(new Uint8Array()), /no read set or no write set/);
    assert.throws(() => readConfigUpdate(new Uint8Array(5 * 1024 * 1024)), /4194304 are the most/);
  });
});
