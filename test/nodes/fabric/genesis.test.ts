/**
 * Genesis blocks against configtxgen. Proves equal content for both kinds of consensus, not that a BFT channel runs
 * (the orderers of the reference build have no BFT).
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { Block } from "@hyperledger/fabric-protos/lib/common/common_pb";
import type { ChannelConfig } from "../../../ledger/fabric/channel-config";
import { decodeConfigBlock, describeChannelConfig } from "../../../ledger/fabric/config-decode";
import { blockDataHash, buildGenesisBlock } from "../../../ledger/fabric/genesis";
import {
  bftChannel,
  createAuthority,
  fixtureNetwork,
  ordererOrganization,
  raftChannel,
  type Network,
} from "../../unit/ledger/fabric/fixtures";
import { inspectBlock, referenceGenesisBlock } from "./reference-tools";

/** Replaces the only parts in which two blocks of one channel may differ, so that all others are compared. */
function withoutChance(block: unknown): unknown {
  const replacer = (key: string, value: unknown): unknown =>
    ["timestamp", "nonce", "tx_id", "data_hash"].includes(key) ? key : value;
  return JSON.parse(JSON.stringify(block, replacer));
}

/** Config bytes with maps in sorted order: the reference writes them in the random order of Go maps. */
function configBytes(block: Uint8Array): Uint8Array {
  return decodeConfigBlock(block).config.serializeBinary();
}

function assertEqualsReference(config: ChannelConfig): void {
  assert.deepEqual(configBytes(buildGenesisBlock(config)), configBytes(referenceGenesisBlock(config)));
}

function describeBlock(block: Uint8Array): ChannelConfig {
  const { channelId, config } = decodeConfigBlock(block);
  return describeChannelConfig(channelId, config);
}

describe("genesis block beside configtxgen's", function () {
  this.timeout(60_000);
  let network: Network;

  before(async () => {
    network = await fixtureNetwork();
  });

  it("equals it for raft, byte for byte, so that every orderer accepts it", () => {
    assertEqualsReference(raftChannel(network));
  });

  it("has data with the hash that Fabric writes into the header", () => {
    const reference = referenceGenesisBlock(raftChannel(network));
    const header = Block.deserializeBinary(reference).getHeader();
    assert.equal(blockDataHash(reference), Buffer.from(header?.getDataHash_asU8() ?? []).toString("hex"));
    assert.equal(blockDataHash(Buffer.from(reference).toString("base64")), blockDataHash(reference));
  });

  it("prints the same through configtxgen as its own, headers and metadata included", () => {
    const config = raftChannel(network);
    const ours = withoutChance(inspectBlock(buildGenesisBlock(config)));
    assert.deepEqual(ours, withoutChance(inspectBlock(referenceGenesisBlock(config))));
  });

  it("equals it for BFT, with the Orderers mapping and the BlockValidation policy that mirrors it", () => {
    assertEqualsReference(bftChannel(network));
  });

  it("equals it when a duration is spelled in another way, since Go rewrites it", () => {
    const config = raftChannel(network);
    for (const timeout of ["90s", "1500ms", "200ms", "0.25s", "3600s", "1h0.5s", "1µs", "1234567us"]) {
      assertEqualsReference({ ...config, batch: { ...config.batch, timeout } });
    }
  });

  it("equals it for two orderer organisations, several authorities and no anchor peers", async () => {
    const config = raftChannel(network);
    const [second, intermediate] = await Promise.all([
      createAuthority("ca2.org1", "org1"),
      createAuthority("ica.org1", "org1"),
    ]);
    const [org1, org2] = config.peerOrganizations;
    assert.ok(org1 && org2);
    assertEqualsReference({
      ...config,
      ordererOrganizations: [...config.ordererOrganizations, ordererOrganization(network.orderer2, [0])],
      peerOrganizations: [
        {
          ...org1,
          anchorPeers: [],
          msp: {
            ...org1.msp,
            caCertificates: [...org1.msp.caCertificates, second.certificate],
            intermediateCaCertificates: [intermediate.certificate],
          },
        },
        org2,
      ],
    });
  });

  it("equals it for any batch settings", () => {
    const config = raftChannel(network);
    const bytes = fc.integer({ min: 1, max: 0xffffffff });
    const batches = fc.record({
      timeout: fc.integer({ min: 1, max: 7_200_000 }).map((milliseconds) => `${milliseconds}ms`),
      maxMessageCount: bytes,
      absoluteMaxBytes: fc.constant(0xffffffff),
      preferredMaxBytes: bytes,
    });
    fc.assert(
      fc.property(batches, (batch) => assertEqualsReference({ ...config, batch })),
      { numRuns: 10 },
    );
  });

  it("is read from blocks of configtxgen as from our own", () => {
    for (const config of [raftChannel(network), bftChannel(network)]) {
      assert.deepEqual(describeBlock(referenceGenesisBlock(config)), describeBlock(buildGenesisBlock(config)));
    }
  });
});
