/** What partners publish: members of shared channels, and channels that a partner founded. */
import assert from "node:assert/strict";
import { buildJoinedConfig, type OwnMembers } from "../../../../components/fabric/specs/channel-config";
import {
  approvedDefinitions,
  foundedBlock,
  foundersView,
  hasChannelOf,
  partnerMembers,
  partnerOrderers,
  proposedEnvelope,
  readPublicPart,
  type PublicPart,
} from "../../../../components/fabric/specs/public-part";
import { decodeConfigBlock, describeChannelConfig } from "../../../../ledger/fabric/config-decode";
import { compressBlock } from "../../../../ledger/fabric/consortium/compressed-block";
import { exchangeText } from "../../../../ledger/fabric/consortium/exchange";
import { partnerFingerprint } from "../../../../ledger/fabric/consortium/fingerprint";
import type { MemberOrganization } from "../../../../ledger/fabric/consortium/organization-json";
import { blockDataHash, buildGenesisBlock } from "../../../../ledger/fabric/genesis";
import { InputError, type Problem } from "../../../../lib/problem";
import { channelConfig } from "../../../../provider/fabric/channel-config-fields";
import {
  consenter,
  fixtureNetwork,
  ordererOrganization,
  peerOrganization,
  raftChannel,
  testTime,
  type Network,
} from "../../ledger/fabric/fixtures";

describe("a partner's public part", () => {
  let network: Network;
  let organizations: MemberOrganization[];
  let genesisBlock: string;
  let acme: PublicPart;
  const definition = {
    mspId: "Org1MSP",
    version: "1.0",
    sequence: 2,
    endorsementPolicy: "OR('Org1MSP.peer')",
    initRequired: false,
    collections: [],
  };
  const approved = { channel: "trade", name: "asset", ...definition };

  before(async () => {
    network = await fixtureNetwork();
    const channel = raftChannel(network);
    const [orderer] = channel.ordererOrganizations;
    assert.ok(orderer);
    organizations = [
      { role: "orderer", ...orderer },
      { role: "peer", ...peerOrganization(network.org1) },
    ];
    const block = buildGenesisBlock(channel);
    genesisBlock = compressBlock(block);
    const document = {
      organizations,
      channels: [{ name: "trade", genesisBlock: block, sequence: 0, members: ["Org1MSP"] }],
      proposals: [],
      signatures: [],
      chaincodes: [approved],
    };
    const agreed = partnerFingerprint(organizations);
    acme = readPublicPart(exchangeText(document), { partner: "acme", agreed, path: "partners[0]" }, testTime);
  });

  const problemsOf = (work: () => unknown): string[] => {
    try {
      work();
    } catch (error) {
      assert.ok(error instanceof InputError, String(error));
      return error.problems.map(({ path, message }) => `${path}: ${message}`);
    }
    return [];
  };

  it("is refused with other authorities than agreed on, at the place of the fingerprint", () => {
    const text = exchangeText({ organizations, channels: [], proposals: [], signatures: [], chaincodes: [] });
    const agreed = partnerFingerprint(organizations.slice(1));
    const read = () => readPublicPart(text, { partner: "acme", agreed, path: "partners[0]" }, testTime);
    assert.match(
      problemsOf(read).join(),
      /^partners\[0\]\.fingerprint: given .*; must be the fingerprint of the partner's/,
    );
  });

  it("gives members by their names, and tells of every name that is not one partner's", () => {
    const [member] = partnerMembers([acme], ["org1"], [], "p");
    assert.deepEqual(member, acme.organizations.flatMap(({ role, ...rest }) => (role === "peer" ? [rest] : []))[0]);
    assert.deepEqual(
      problemsOf(() => partnerMembers([acme], ["org9", "orderer"], [], "p")),
      ["org9", "orderer"].map(
        (name) => `p: given "${name}"; must be a peer organisation of this stack, or one of its partners': org1`,
      ),
    );
    assert.deepEqual(
      problemsOf(() => partnerMembers([acme, { ...acme, partner: "bell" }], ["org1"], [], "p")),
      ['p: given "org1"; must be the name of one organisation, because acme and bell have one of this name'],
    );
    assert.deepEqual(
      problemsOf(() => partnerMembers([acme], ["org1"], [{ name: "own", mspId: "Org1MSP" }], "p")),
      ['p: given "org1"; must be an organisation with an MSP id of its own, because own has the MSP id Org1MSP, too'],
    );
  });

  it("gives the first block of its channels, and of no other", () => {
    assert.equal(foundedBlock(acme, "trade", "c"), genesisBlock);
    assert.deepEqual(
      problemsOf(() => foundedBlock(acme, "other", "c")),
      ['c.name: given "other"; must be a channel of acme: trade. A channel is in its document once it exists'],
    );
  });

  it("tells of a channel that this stack's orderers began, and not of another one of that name", () => {
    const member = { ...acme, organizations: acme.organizations.filter(({ role }) => role === "peer") };
    assert.ok(hasChannelOf(member, "trade", ["OrdererMSP"]));
    assert.ok(!hasChannelOf(member, "trade", ["Org1MSP", "BellOrdererMSP"]));
    assert.ok(!hasChannelOf(member, "other", ["OrdererMSP"]));
  });

  it("tells the partner's own channel of that name from this stack's, though both keep the default MSP id", () => {
    assert.ok(!hasChannelOf(acme, "trade", ["OrdererMSP"]));
    // An organisation of that MSP id with other authorities began nothing.
    const organizations = acme.organizations.map((each) =>
      each.role === "orderer"
        ? { ...each, msp: { ...each.msp, caCertificates: [network.orderer2.ca.certificate] } }
        : each,
    );
    assert.ok(hasChannelOf({ ...acme, organizations }, "trade", ["OrdererMSP"]));
  });

  it("has the proposal of a digest on its channel only", () => {
    const parts = [{ ...acme, proposals: [{ channel: "trade", digest: "d", envelope: "e" }] }];
    assert.equal(proposedEnvelope(parts, "trade", "d"), "e");
    assert.equal(proposedEnvelope(parts, "other", "d"), undefined);
    assert.equal(proposedEnvelope(parts, "trade", "x"), undefined);
  });

  it("is where wishes for its channel begin: other members, limits and consenters stay as founded", () => {
    const { channelId, config } = decodeConfigBlock(buildGenesisBlock(raftChannel(network)));
    const founded = describeChannelConfig(channelId, config);
    const own = { ...peerOrganization(network.org2), anchorPeers: [{ host: "new.example", port: 7051 }] };
    const third = peerOrganization(network.org3);
    assert.deepEqual(
      buildJoinedConfig(genesisBlock, { batch: {}, leave: false }, { peers: [], orderers: [] }, []),
      founded,
    );
    const problems: Problem[] = [];
    channelConfig.parse(founded, "config", problems);
    assert.deepEqual(problems, [], "the provider takes it, although raft does not record who its consenters are");
    assert.deepEqual(
      buildJoinedConfig(
        genesisBlock,
        { batch: { timeout: "1s", absoluteMaxBytes: "5Mi" }, leave: false },
        { peers: [own], orderers: [] },
        [third],
      ),
      {
        ...founded,
        peerOrganizations: [founded.peerOrganizations[0], own, third],
        batch: { ...founded.batch, timeout: "1s", absoluteMaxBytes: 5 * 1024 * 1024 },
      },
    );
  });

  it("gets this stack's orderers beside those that founded it, each once", () => {
    const { channelId, config } = decodeConfigBlock(buildGenesisBlock(raftChannel(network)));
    const founded = describeChannelConfig(channelId, config);
    const voting = consenter(network.orderer2, 0);
    const second = { ...ordererOrganization(network.orderer2, [0]), consenters: [voting] };
    const wish = (own: OwnMembers) => buildJoinedConfig(genesisBlock, { batch: {}, leave: false }, own, []);
    const wished = wish({ peers: [], orderers: [second] });
    const { consenters: _, ...organization } = second;
    assert.deepEqual(wished, {
      ...founded,
      ordererOrganizations: [...founded.ordererOrganizations, organization],
      consenters: [...founded.consenters, voting],
    });
    const [first] = raftChannel(network).ordererOrganizations;
    assert.ok(first);
    const known = { ...first, consenters: [consenter(network.orderer, 1)] };
    assert.deepEqual(wish({ peers: [], orderers: [known] }).ordererOrganizations, [first]);
    assert.deepEqual(
      wish({ peers: [], orderers: [known] }).consenters.map(({ host }) => host),
      ["orderer0", "orderer2", "orderer1"].map((name) => `${name}.orderer.example`),
    );
  });

  it("gives orderer organisations with their orderers, and tells of those whose orderers are unknown", () => {
    const consenters = [consenter(network.orderer, 0)];
    const [organization] = raftChannel(network).ordererOrganizations;
    assert.ok(organization);
    const knowing = { ...acme, organizations: [{ role: "orderer" as const, ...organization, consenters }] };
    assert.deepEqual(partnerOrderers([knowing], ["orderer"], [], "p"), [{ ...organization, consenters }]);
    assert.deepEqual(
      problemsOf(() => partnerOrderers([acme], ["orderer", "org1"], [], "p")),
      [
        'p: given "org1"; must be an orderer organisation of this stack, or one of its partners\': orderer',
        'p: given "orderer"; must be an organisation with known orderers, because its public part has no `consenters`, which a channel names one by one',
      ],
    );
    assert.deepEqual(
      problemsOf(() => partnerOrderers([knowing], ["orderer"], [{ name: "own", mspId: "OrdererMSP" }], "p")),
      [
        'p: given "orderer"; must be an organisation with an MSP id of its own, because own has the MSP id OrdererMSP, too',
      ],
    );
  });

  it("is wished without this stack's organisations where they leave, whether they founded the channel or came later", () => {
    const [org1, org2, third] = [network.org1, network.org2, network.org3].map((each) => peerOrganization(each));
    const names = (own: ReturnType<typeof peerOrganization>[]) =>
      buildJoinedConfig(genesisBlock, { batch: {}, leave: true }, { peers: own, orderers: [] }, [
        org1!,
        third!,
      ]).peerOrganizations.map(({ name }) => name);
    assert.deepEqual(names([org2!]), ["org1", "org3"]);
    assert.deepEqual(names([third!]), ["org1", "org2"]);
  });

  it("tells how the founder saw a channel last", () => {
    const genesisHash = blockDataHash(buildGenesisBlock(raftChannel(network)));
    assert.deepEqual(foundersView(acme, "trade"), { sequence: 0, members: ["Org1MSP"], genesisHash });
    assert.equal(foundersView(acme, "other"), undefined);
  });

  it("tells which definition of a chaincode the partner approved, on this channel alone", () => {
    assert.deepEqual(approvedDefinitions([acme], "trade", "asset"), [definition]);
    assert.deepEqual(approvedDefinitions([acme], "trade", "other"), []);
    assert.deepEqual(approvedDefinitions([acme], "other", "asset"), []);
  });
});
