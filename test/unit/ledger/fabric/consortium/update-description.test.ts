/** Updates in words, from their bytes: complete, also where the author hid something. */
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { ConfigUpdate, type Config, type ConfigGroup } from "@hyperledger/fabric-protos/lib/common/configtx_pb";
import type { ChannelConfig } from "../../../../../ledger/fabric/channel-config";
import { computeConfigUpdate, planConfigUpdates } from "../../../../../ledger/fabric/config-update";
import { setPolicy } from "../../../../../ledger/fabric/channel-group";
import { describeConfigUpdate } from "../../../../../ledger/fabric/consortium/update-description";
import { parseImplicitMetaPolicy, parseSignaturePolicy } from "../../../../../ledger/fabric/policy";
import { edits, genesisConfig, walk } from "../config-edits";
import { consenter, fixtureNetwork, peerOrganization, raftChannel, type Network } from "../fixtures";

const signatureType = 1;
const implicitMetaType = 3;

describe("a config update in words", () => {
  let network: Network;
  let channel: ChannelConfig;
  let live: Config;

  before(async () => {
    network = await fixtureNetwork();
    channel = raftChannel(network);
    live = genesisConfig(channel);
  });

  /** Channel group after the wish, with further changes by hand. */
  function updateOf(
    wished: ChannelConfig,
    tamper: (channelGroup: ConfigGroup) => void = () => undefined,
  ): ConfigUpdate {
    const target = genesisConfig(wished).getChannelGroup()!;
    tamper(target);
    return computeConfigUpdate("trade", live, target)!;
  }

  const fingerprint = (pem: string): string => new X509Certificate(pem).fingerprint256;

  for (const { name, from, to } of edits.filter(({ steps }) => steps.length > 0)) {
    it(`is complete for each step that ${name}`, () => {
      const config = from(network);
      const current = genesisConfig(config);
      const plan = planConfigUpdates(config.channelId, current, to(config, network));
      const configs = walk(current, plan);
      plan.forEach(({ update, description }, index) => {
        const { changes, problems } = describeConfigUpdate(
          config.channelId,
          configs[index]!,
          ConfigUpdate.deserializeBinary(update),
        );
        const trust = changes.filter((change) => change.startsWith("trust "));
        assert.equal(changes.filter((change) => !trust.includes(change)).join("; "), description);
        assert.deepEqual(problems, []);
      });
    });
  }

  it("names the authorities that come with an organisation, and who decides from then on", () => {
    const { org3 } = network;
    const update = updateOf({ ...channel, peerOrganizations: [...channel.peerOrganizations, peerOrganization(org3)] });
    assert.deepEqual(describeConfigUpdate("trade", live, update), {
      changes: [
        "add peer organisation org3",
        `trust identity CA of Org3MSP with SHA-256 ${fingerprint(org3.ca.certificate)}`,
        `trust TLS CA of Org3MSP with SHA-256 ${fingerprint(org3.tlsCa.certificate)}`,
      ],
      consequences: [
        "changes of the channel then need 2 of (2 of (Org1MSP, Org2MSP, Org3MSP), OrdererMSP), no longer " +
          "2 of (2 of (Org1MSP, Org2MSP), OrdererMSP)",
        "changes of its members then need 2 of (Org1MSP, Org2MSP, Org3MSP), no longer 2 of (Org1MSP, Org2MSP)",
      ],
      problems: [],
    });
  });

  it("names a policy that is changed beside a harmless setting", () => {
    const update = updateOf({ ...channel, batch: { ...channel.batch, timeout: "1s" } }, (group) => {
      const application = group.getGroupsMap().get("Application")!;
      setPolicy(application, "Admins", implicitMetaType, parseImplicitMetaPolicy("ANY Admins"));
    });
    const { changes, consequences } = describeConfigUpdate("trade", live, update);
    assert.deepEqual(changes, [
      "batch timeout 2s -> 1s",
      "policy /Channel/Application/Admins: MAJORITY Admins -> ANY Admins",
    ]);
    assert.ok(
      consequences.includes(
        "changes of its members then need 1 of (Org1MSP, Org2MSP), no longer 2 of (Org1MSP, Org2MSP)",
      ),
    );
  });

  it("names a policy by which a new organisation would let another one decide for it", () => {
    const { org3 } = network;
    const wished = { ...channel, peerOrganizations: [...channel.peerOrganizations, peerOrganization(org3)] };
    const update = updateOf(wished, (group) => {
      const added = group.getGroupsMap().get("Application")!.getGroupsMap().get("org3")!;
      setPolicy(added, "Admins", signatureType, parseSignaturePolicy("OR('Org1MSP.admin')"));
    });
    assert.ok(
      describeConfigUpdate("trade", live, update).changes.includes(
        "policy /Channel/Application/org3/Admins: AND('Org3MSP.admin') -> AND('Org1MSP.admin')",
      ),
    );
  });

  it("names who may change an element from then on, and an element without words of its own", () => {
    const update = updateOf(channel, (group) => {
      const orderer = group.getGroupsMap().get("Orderer")!;
      orderer.getValuesMap().get("BatchSize")!.setModPolicy("Readers");
      group.getValuesMap().set("ACLs", orderer.getValuesMap().get("ChannelRestrictions")!);
    });
    assert.deepEqual(describeConfigUpdate("trade", live, update).changes, [
      "add value /Channel/ACLs: content with SHA-256 e3b0c44298fc1c14",
      "value /Channel/Orderer/BatchSize is changed by Readers instead of Admins",
    ]);
  });

  it("says how many orderers may fail from then on", () => {
    const consenters = channel.consenters.slice(0, 2);
    assert.deepEqual(describeConfigUpdate("trade", live, updateOf({ ...channel, consenters })).consequences, [
      "the ordering service then stops when one of its 2 orderers does: it has no quorum without it; " +
        "now it goes on without 1 of 3",
    ]);
  });

  it("has a problem where more than one consenter changes at once, which could cost the quorum", () => {
    const [first] = channel.consenters;
    const { problems } = describeConfigUpdate("trade", live, updateOf({ ...channel, consenters: [first!] }));
    assert.deepEqual(
      problems.map(({ path, message }) => `${path}: ${message}`),
      [
        'config.consenters: given "2 changes"; must change one at a time, because more could leave the ordering service ' +
          "without a quorum",
      ],
    );
  });

  it("has the problems of an outcome that no node could work with", () => {
    const twin = { ...consenter(network.orderer, 1), host: "elsewhere.example" };
    const update = updateOf(channel, (group) => {
      const orderer = group.getGroupsMap().get("Orderer")!;
      const broken = genesisConfig({
        ...channel,
        consenters: [twin, channel.consenters[2]!, consenter(network.orderer, 3)],
      });
      const values = broken.getChannelGroup()!.getGroupsMap().get("Orderer")!.getValuesMap();
      orderer.getValuesMap().set("ConsensusType", values.get("ConsensusType")!);
      group.getGroupsMap().get("Application")!.getGroupsMap().get("org1")!.getValuesMap().del("MSP");
    });
    const { problems } = describeConfigUpdate("trade", live, update);
    assert.ok(problems.some(({ path }) => path.startsWith("config.peerOrganizations[0].msp")));
  });
});
