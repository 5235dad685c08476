/**
 * Genesis blocks against configtxgen. Proves equal content for both kinds of consensus; that a BFT channel runs is
 * not shown here (the orderers of the reference build have no BFT).
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { buildGenesisBlock } from "../../../../ledger/fabric/genesis";
import { bftQuorum } from "../../../../ledger/fabric/consenters";
import { decodeConfigBlock } from "../../../../ledger/fabric/config-decode";
import type { ChannelConfig } from "../../../../ledger/fabric/channel-config";
import { InputError } from "../../../../ledger/problem";
import {
  bftChannel,
  createAuthority,
  fixtureNetwork,
  ordererOrganization,
  raftChannel,
  type Network,
} from "./fixtures";
import { inspectBlock, referenceGenesisBlock } from "./reference-tools";

/** The only parts in which two blocks of one channel may differ: replaced, so that everything else is compared. */
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

describe("genesis block", function () {
  this.timeout(60_000);
  let network: Network;

  before(async () => {
    network = await fixtureNetwork();
  });

  it("equals configtxgen's for raft, byte for byte, so that every orderer accepts it", () => {
    assertEqualsReference(raftChannel(network));
  });

  it("prints the same through configtxgen as its own, headers and metadata included", () => {
    const config = raftChannel(network);
    const ours = withoutChance(inspectBlock(buildGenesisBlock(config)));
    assert.deepEqual(ours, withoutChance(inspectBlock(referenceGenesisBlock(config))));
  });

  it("equals configtxgen's for BFT, with the Orderers mapping and the BlockValidation policy that mirrors it", () => {
    assertEqualsReference(bftChannel(network));
  });

  it("equals configtxgen's when a duration is spelled in another way, since Go rewrites it", () => {
    const config = raftChannel(network);
    for (const timeout of ["90s", "1500ms", "200ms", "0.25s", "3600s", "1h0.5s", "1µs", "1234567us"]) {
      assertEqualsReference({ ...config, batch: { ...config.batch, timeout } });
    }
  });

  it("equals configtxgen's for two orderer organisations, several authorities and no anchor peers", async () => {
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

  it("asks a BFT quorum for signatures: more than any two halves with a faulty third in them", () => {
    const quorums = [1, 2, 3, 4, 5, 6, 7, 10, 13].map(bftQuorum);
    assert.deepEqual(quorums, [1, 2, 2, 3, 4, 4, 5, 7, 9]);
  });

  it("is the same bytes every time, so that a second run changes nothing", () => {
    assert.deepEqual(buildGenesisBlock(raftChannel(network)), buildGenesisBlock(raftChannel(network)));
  });

  it("is the same bytes for a certificate with other white space, which means the same", () => {
    const config = raftChannel(network);
    const spaced = config.consenters.map((consenter) => ({
      ...consenter,
      clientTlsCertificate: `\n${consenter.clientTlsCertificate.replaceAll("\n", "\r\n")}\n`,
    }));
    assert.deepEqual(buildGenesisBlock({ ...config, consenters: spaced }), buildGenesisBlock(config));
  });

  it("equals configtxgen's for any batch settings", () => {
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

  it("names everything that is wrong with a config at once, so that one correction is enough", () => {
    const config = raftChannel(network);
    const broken: ChannelConfig = {
      ...config,
      channelId: "Trade",
      consensus: "BFT",
      batch: { ...config.batch, timeout: "2", preferredMaxBytes: 2 ** 32 },
      consenters: [...config.consenters, { ...config.consenters[0]!, mspId: "NobodyMSP", identity: "" }],
      peerOrganizations: [...config.peerOrganizations, config.peerOrganizations[0]!],
      ordererOrganizations: [{ ...config.ordererOrganizations[0]!, endpoints: [] }],
    };
    assert.throws(
      () => buildGenesisBlock(broken),
      (error: unknown) => {
        assert.ok(error instanceof InputError);
        assert.deepEqual(
          error.problems.map(({ path, message }) => `${path} ${message}`),
          [
            'config.channelId "Trade" is not a channel id: a small letter, then small letters, digits, . and -',
            "config.ordererOrganizations[0].endpoints is empty; clients find the orderers by them",
            'config.peerOrganizations[2] has the name "org1" of [0]',
            'config.peerOrganizations[2] has the MSP id "Org1MSP" of [0]',
            "config.consenters[3] has the address orderer0.orderer.example:7050 of [0]",
            "config.consenters[3] has the client TLS certificate of [0]; Fabric tells consenters apart by it",
            'config.consenters[3].mspId "NobodyMSP" is no orderer organisation\'s; expected one of OrdererMSP',
            "config.consenters[3].identity no PEM certificate: found an empty text, expected -----BEGIN CERTIFICATE-----",
            'config.batch.timeout "2" is not a positive duration; write for example "2s", "200ms" or "1m30s"',
            "config.batch.preferredMaxBytes 4294967296 is not a whole number from 1 to 4294967295",
            "config.batch.preferredMaxBytes 4294967296 is more than absoluteMaxBytes 10485760",
            'config.capabilities.channel is "V2_0"; consensus BFT needs "V3_0"',
          ],
        );
        return true;
      },
    );
  });
});
