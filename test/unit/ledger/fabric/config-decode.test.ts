/** Reading channel configs back: the inverse of building them, and the comparison with the inputs. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { ChannelConfig } from "../../../../ledger/fabric/channel-config";
import {
  decodeConfigBlock,
  describeChannelConfig,
  lastConfigBlockNumber,
  normalizeChannelConfig,
} from "../../../../ledger/fabric/config-decode";
import { buildCapabilities, setValue } from "../../../../ledger/fabric/channel-group";
import { Capability } from "@hyperledger/fabric-protos/lib/common/configuration_pb";
import { buildGenesisBlock } from "../../../../ledger/fabric/genesis";
import { bftChannel, consenter, fixtureNetwork, raftChannel, type Network } from "./fixtures";

function describeBlock(block: Uint8Array): ChannelConfig {
  const { channelId, config } = decodeConfigBlock(block);
  return describeChannelConfig(channelId, config);
}

describe("channel config read back", () => {
  let network: Network;
  let channels: fc.Arbitrary<ChannelConfig>;

  before(async () => {
    network = await fixtureNetwork();
    channels = anyChannel(network);
  });

  it("is what it was built from, in normal form, for any channel", () => {
    fc.assert(
      fc.property(channels, (config) => {
        const described = describeBlock(buildGenesisBlock(config));
        assert.deepEqual(normalizeChannelConfig(described), normalizeChannelConfig(config));
      }),
      { numRuns: 40 },
    );
  });

  it("keeps its normal form when normalised again, for any channel", () => {
    fc.assert(
      fc.property(channels, (config) => {
        const normal = normalizeChannelConfig(config);
        assert.deepEqual(normalizeChannelConfig(normal), normal);
      }),
      { numRuns: 40 },
    );
  });

  it("reads the highest capability, the effective one", () => {
    const { channelId, config } = decodeConfigBlock(buildGenesisBlock(raftChannel(network)));
    const levels = buildCapabilities("V1_4_3");
    for (const level of ["V2_0", "V10_0", "V3_0"]) {
      levels.getCapabilitiesMap().set(level, new Capability());
    }
    setValue(config.getChannelGroup()!, "Capabilities", levels);
    assert.equal(describeChannelConfig(channelId, config).capabilities.channel, "V10_0");
  });

  it("is refused in words when the bytes are no config block", () => {
    for (const bytes of [
      new Uint8Array(),
      Buffer.from("hello"),
      buildGenesisBlock(raftChannel(network)).subarray(0, 900),
    ]) {
      assert.throws(
        () => decodeConfigBlock(bytes),
        new RegExp(`^Error: not a config block \\(${bytes.length} bytes\\): `),
      );
    }
  });

  it("is refused in words when the channel has another consensus", () => {
    const { channelId, config } = decodeConfigBlock(buildGenesisBlock(raftChannel(network)));
    config.getChannelGroup()!.getGroupsMap().get("Orderer")!.getValuesMap().del("ConsensusType");
    assert.throws(() => describeChannelConfig(channelId, config), {
      message: 'consensus type "" of the channel is neither "etcdraft" nor "BFT"',
    });
  });

  it("says in which block the config in force is", () => {
    assert.equal(lastConfigBlockNumber(buildGenesisBlock(raftChannel(network))), 0);
    assert.throws(() => lastConfigBlockNumber(new Uint8Array()), {
      message: "not a block of an orderer (0 bytes): the metadata is missing",
    });
  });
});

/** Channels of either consensus, in any size that the fixtures allow, in any valid spelling. */
function anyChannel(network: Network): fc.Arbitrary<ChannelConfig> {
  const { orderer, org1, org2, org3 } = network;
  // Plain objects, as configs are: strict comparison also looks at prototypes.
  const plain = { noNullPrototype: true };
  const address = fc.record({ host: fc.domain(), port: fc.integer({ min: 1, max: 65535 }) }, plain);
  const addresses = (minLength: number): fc.Arbitrary<{ host: string; port: number }[]> =>
    fc.uniqueArray(address, { minLength, maxLength: 4, selector: ({ host, port }) => `${host}:${port}` });
  const spelled = (pem: string): fc.Arbitrary<string> =>
    fc.constantFrom(pem, pem.trim(), `\n${pem.replaceAll("\n", "\r\n")}`);
  const consenters = fc
    .subarray([0, 1, 2, 3, 4], { minLength: 1 })
    .chain((indexes) => fc.shuffledSubarray(indexes, { minLength: indexes.length }))
    .map((indexes) => indexes.map((index) => consenter(orderer, index)));
  const peers = fc.shuffledSubarray([org1, org2, org3]).chain((organizations) =>
    fc.tuple(
      ...organizations.map(({ name, msp }) =>
        fc.record(
          {
            name: fc.constant(name),
            msp: spelled(msp.caCertificates[0]!).map((pem) => ({ ...msp, caCertificates: [pem] })),
            anchorPeers: addresses(0),
          },
          plain,
        ),
      ),
    ),
  );
  const batch = fc.record(
    {
      timeout: fc.constantFrom("2s", "2000ms", "1m30s", "90s", "0.5s", "200ms"),
      maxMessageCount: fc.integer({ min: 1, max: 100_000 }),
      absoluteMaxBytes: fc.constant(10_000_000),
      preferredMaxBytes: fc.integer({ min: 1, max: 10_000_000 }),
    },
    plain,
  );
  return fc
    .record({ isBft: fc.boolean(), consenters, peers, endpoints: addresses(1), batch })
    .map(({ isBft, consenters, peers, endpoints, batch }) => ({
      ...(isBft ? bftChannel(network) : raftChannel(network)),
      ordererOrganizations: [{ name: orderer.name, msp: orderer.msp, endpoints }],
      peerOrganizations: peers,
      consenters,
      batch,
    }));
}
