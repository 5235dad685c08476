/** Genesis blocks. test/nodes/fabric/genesis.test.ts compares them with configtxgen's. */
import assert from "node:assert/strict";
import { buildGenesisBlock } from "../../../../ledger/fabric/genesis";
import { bftQuorum } from "../../../../ledger/fabric/consenters";
import type { ChannelConfig } from "../../../../ledger/fabric/channel-config";
import { InputError } from "../../../../lib/problem";
import { fixtureNetwork, raftChannel, type Network } from "./fixtures";

describe("genesis block", () => {
  let network: Network;

  before(async () => {
    network = await fixtureNetwork();
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
            'config.channelId given "Trade"; must be a channel id: a small letter, then small letters, digits, . and -',
            "config.ordererOrganizations[0].endpoints given []; must have one entry or more, because clients find the orderers by them",
            'config.peerOrganizations[2] given "org1"; must have a name of its own, because config.peerOrganizations[0] has it already',
            'config.peerOrganizations[2] given "Org1MSP"; must have an MSP id of its own, because config.peerOrganizations[0] has it already',
            'config.consenters[3] given "orderer0.orderer.example:7050"; must have an address of its own, because config.consenters[0] has it already',
            "config.consenters[3] must have a client TLS certificate of its own, because config.consenters[0] has it already",
            'config.consenters[3].mspId given "NobodyMSP"; must be an orderer organisation\'s: OrdererMSP',
            "config.consenters[3].identity must be one certificate, PEM, because no PEM certificate: found an empty text, expected -----BEGIN CERTIFICATE-----",
            'config.batch.timeout given "2"; must be a duration with its unit, for example "2s" or "200ms"',
            "config.batch.preferredMaxBytes given 4294967296; must be a whole number from 1 to 4294967295",
            "config.batch.preferredMaxBytes given 4294967296; must be 10485760 (absoluteMaxBytes) or less",
            'config.capabilities.channel given "V2_0"; must be "V3_0", because consensus is BFT',
          ],
        );
        return true;
      },
    );
  });
});
