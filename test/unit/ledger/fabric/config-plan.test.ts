/**
 * Plans of config updates: their steps, the signers, and the resulting config. test/nodes/fabric has configtxlator's
 * updates, and orderers that accept them.
 */
import assert from "node:assert/strict";
import {
  ConfigUpdate,
  ConfigValue,
  type Config,
  type ConfigGroup,
} from "@hyperledger/fabric-protos/lib/common/configtx_pb";
import { ConsensusType } from "@hyperledger/fabric-protos/lib/orderer/configuration_pb";
import { ConfigMetadata } from "@hyperledger/fabric-protos/lib/orderer/etcdraft/configuration_pb";
import { Orderers } from "@hyperledger/fabric-protos/lib/common/configuration_pb";
import { issueCertificate } from "../../../../ledger/fabric/certificate";
import type { ChannelConfig, Consenter } from "../../../../ledger/fabric/channel-config";
import {
  describeChannelConfig,
  keepEquivalentCertificates,
  normalizeChannelConfig,
  readFabricMspConfig,
} from "../../../../ledger/fabric/config-decode";
import {
  applyConfigUpdate,
  describeSignerRule,
  isSatisfiedBy,
  planConfigUpdates,
} from "../../../../ledger/fabric/config-update";
import { buildBlockValidationPolicy } from "../../../../ledger/fabric/consenters";
import { wrapMspConfig } from "../../../../ledger/fabric/msp";
import { canonicalRevocationList } from "../../../../lib/x509/pem";
import {
  bftChannel,
  consenter,
  createAuthority,
  fixtureNetwork,
  testTime,
  ordererOrganization,
  peerOrganization,
  raftChannel,
  type Network,
} from "./fixtures";
import { edits, genesisConfig, walk } from "./config-edits";

function assertReaches(config: Config | undefined, desired: ChannelConfig): void {
  assert.ok(config);
  const described = describeChannelConfig(desired.channelId, config);
  assert.deepEqual(normalizeChannelConfig(described), normalizeChannelConfig(desired));
}

describe("config update plan", () => {
  let network: Network;

  before(async () => {
    network = await fixtureNetwork();
  });

  for (const { name, from, to, steps, signers } of edits) {
    it(name, () => {
      const config = from(network);
      const desired = to(config, network);
      const current = genesisConfig(config);
      const plan = planConfigUpdates(config.channelId, current, desired);
      assert.deepEqual(
        plan.map(({ description }) => description),
        steps,
      );
      assert.deepEqual(
        plan.map((step) => step.requiredSigners.map(({ policy, rule }) => `${policy}: ${describeSignerRule(rule)}`)),
        signers,
      );
      assertReaches(walk(current, plan).at(-1), desired);
    });
  }

  it("gives the same steps when it is made anew after each one, as a run that was interrupted does", () => {
    const config = raftChannel(network);
    const desired: ChannelConfig = {
      ...config,
      peerOrganizations: [peerOrganization(network.org3)],
      ordererOrganizations: [ordererOrganization(network.orderer, [1, 2, 3, 4])],
      consenters: [1, 2, 3, 4].map((index) => consenter(network.orderer, index)),
    };
    let current = genesisConfig(config);
    const whole = planConfigUpdates(config.channelId, current, desired);
    assert.equal(whole.length, 5);
    for (const step of whole) {
      const [next] = planConfigUpdates(config.channelId, current, desired);
      assert.deepEqual(next?.update, step.update);
      current = applyConfigUpdate(current, ConfigUpdate.deserializeBinary(step.update));
    }
    assert.deepEqual(planConfigUpdates(config.channelId, current, desired), []);
  });

  it("renews one consenter per step, in its place, since raft takes two at once for a loss of quorum", async () => {
    const config = raftChannel(network);
    const renewed = await Promise.all(config.consenters.slice(0, 2).map((item) => renewTls(item)));
    const desired = { ...config, consenters: [...renewed, config.consenters[2]!] };
    const current = genesisConfig(config);
    const plan = planConfigUpdates(config.channelId, current, desired);
    assert.deepEqual(
      plan.map(({ description }) => description),
      [
        "renew certificates of consenter orderer0.orderer.example:7050",
        "renew certificates of consenter orderer1.orderer.example:7050",
      ],
    );
    assertReaches(walk(current, plan).at(-1), desired);
  });

  it("needs no update for consenters renewed with their keys, since orderers compare keys", async () => {
    const config = raftChannel(network);
    const renewed = await Promise.all(config.consenters.map((item) => renewTls(item, keyOf(item))));
    const desired = { ...config, consenters: renewed };
    const kept = keepEquivalentCertificates(desired, config);
    assert.deepEqual(planConfigUpdates(config.channelId, genesisConfig(config), kept), []);
    assert.equal(planConfigUpdates(config.channelId, genesisConfig(config), desired).length, 3);
    const rekeyed = { ...config, consenters: [await renewTls(config.consenters[0]!), ...config.consenters.slice(1)] };
    assert.deepEqual(keepEquivalentCertificates(rekeyed, config), rekeyed);
  });

  it("keeps the old authority until the last consenter has left it, and drops it then", async () => {
    const config = raftChannel(network);
    const newCa = await createAuthority("tlsca2.orderer", "orderer");
    const [organization] = config.ordererOrganizations;
    assert.ok(organization);
    const consenters = await Promise.all(config.consenters.map((item) => renewTls(item, undefined, newCa)));
    const desired: ChannelConfig = {
      ...config,
      ordererOrganizations: [{ ...organization, msp: { ...organization.msp, tlsCaCertificates: [newCa.certificate] } }],
      consenters,
    };
    const current = genesisConfig(config);
    const plan = planConfigUpdates(config.channelId, current, desired);
    const authorities = walk(current, plan).map(
      (step) => describeChannelConfig(config.channelId, step).ordererOrganizations[0]?.msp.tlsCaCertificates.length,
    );
    assert.deepEqual(authorities, [1, 2, 2, 2, 2, 1]);
    assertReaches(walk(current, plan).at(-1), desired);
  });

  it("keeps ids of BFT consenters for life and mirrors every set in the validation policy", () => {
    const config = bftChannel(network);
    const desired: ChannelConfig = {
      ...config,
      consenters: [4, 3, 2, 1].map((index) => consenter(network.orderer, index)),
    };
    const current = genesisConfig(config);
    const configs = walk(current, planConfigUpdates(config.channelId, current, desired));
    const ids = configs.map((step) => {
      const orderer = ordererGroup(step);
      const mapping = Orderers.deserializeBinary(valueOf(orderer, "Orderers")).getConsenterMappingList();
      const policy = orderer.getPoliciesMap().get("BlockValidation")?.getPolicy()?.getValue_asU8();
      assert.deepEqual(policy, buildBlockValidationPolicy(mapping).serializeBinary());
      return mapping.map((item) => item.getId());
    });
    assert.deepEqual(ids, [
      [1, 2, 3, 4],
      [1, 2, 3, 4, 5],
      [2, 3, 4, 5],
    ]);
  });

  it("leaves alone what ChannelConfig does not name: access lists, policies, raft options, revocation lists", () => {
    const config = raftChannel(network);
    const current = genesisConfig(config);
    const untouched = decorate(current);
    const desired: ChannelConfig = {
      ...config,
      batch: { ...config.batch, timeout: "200ms" },
      consenters: [...config.consenters, consenter(network.orderer, 3)],
      peerOrganizations: config.peerOrganizations.map((organization) => ({
        ...organization,
        msp: { ...organization.msp, tlsCaCertificates: [network.org3.tlsCa.certificate] },
      })),
    };
    const final = walk(current, planConfigUpdates(config.channelId, current, desired)).at(-1)!;
    const lists = [canonicalRevocationList(Buffer.from("revoked"))];
    assertReaches(final, {
      ...desired,
      peerOrganizations: desired.peerOrganizations.map((organization) =>
        organization.name === "org1"
          ? { ...organization, msp: { ...organization.msp, revocationLists: lists } }
          : organization,
      ),
    });
    assert.deepEqual(untouched(final), untouched(current));
  });

  it("names everything that cannot change by updates at once", () => {
    const config = raftChannel(network);
    const [org1, org2] = config.peerOrganizations;
    assert.ok(org1 && org2);
    const desired: ChannelConfig = {
      ...bftChannel(network),
      channelId: "other",
      peerOrganizations: [{ ...org1, msp: network.org3.msp }, org2],
    };
    assert.throws(() => planConfigUpdates(config.channelId, genesisConfig(config), desired), {
      name: "InputError",
      message:
        'channel trade:\n  config.channelId: given "other"; must stay "trade", because a channel keeps its name for life\n' +
        '  config.consensus: given "BFT"; must stay "etcdraft", because the channel has the capability V2_0, and BFT needs V3_0. First ' +
        "raise the channel's capability to V3_0, in an update of its own\n" +
        '  config.peerOrganizations[0].msp.mspId: given "Org3MSP"; must stay "Org1MSP", because ' +
        "Fabric fixes it; add the organisation under another name",
    });
  });

  it("finds the administrators that satisfy a nested majority", () => {
    const config = raftChannel(network);
    const desired = { ...config, capabilities: { ...config.capabilities, channel: "V3_0" } };
    const [step] = planConfigUpdates(config.channelId, genesisConfig(config), desired);
    const rule = step?.requiredSigners[0]?.rule;
    assert.ok(rule);
    assert.equal(isSatisfiedBy(rule, ["Org1MSP", "Org2MSP", "OrdererMSP"]), true);
    assert.equal(isSatisfiedBy(rule, ["Org1MSP", "Org2MSP"]), false);
    assert.equal(isSatisfiedBy(rule, ["Org1MSP", "OrdererMSP", "Org3MSP"]), false);
  });

  function keyOf({ host }: Consenter): string {
    const node = network.orderer.nodes.find((member) => member.host === host);
    assert.ok(node);
    return node.tls.privateKey;
  }

  async function renewTls(item: Consenter, privateKey?: string, ca = network.orderer.tlsCa): Promise<Consenter> {
    const { certificate } = await issueCertificate({
      ca,
      privateKey,
      commonName: item.host,
      organization: "orderer",
      usage: "tls",
      dnsNames: [item.host],
      ipAddresses: [],
      validityDays: 20,
      now: testTime,
    });
    return { ...item, clientTlsCertificate: certificate, serverTlsCertificate: certificate };
  }
});

/** Adds parts to a live config that other tools may add. Returns a function that reads them back. */
function decorate(config: Config): (config: Config) => unknown {
  const application = config.getChannelGroup()!.getGroupsMap().get("Application")!;
  const acls = new ConfigValue();
  acls.setModPolicy("/Channel/Admins");
  acls.setVersion(4);
  acls.setValue(Buffer.from("lists"));
  application.getValuesMap().set("ACLs", acls);
  application.getPoliciesMap().set("Special", application.getPoliciesMap().get("Endorsement")!.clone());
  const orderer = ordererGroup(config);
  const consensus = ConsensusType.deserializeBinary(valueOf(orderer, "ConsensusType"));
  const metadata = ConfigMetadata.deserializeBinary(consensus.getMetadata_asU8());
  metadata.getOptions()?.setElectionTick(23);
  consensus.setMetadata(metadata.serializeBinary());
  orderer.getValuesMap().get("ConsensusType")!.setValue(consensus.serializeBinary());
  orderer.getValuesMap().get("BatchTimeout")!.setModPolicy("Writers");
  const org1 = application.getGroupsMap().get("org1")!;
  const msp = readFabricMspConfig(org1);
  msp.setRevocationListList([Buffer.from("revoked")]);
  org1.getValuesMap().get("MSP")!.setValue(wrapMspConfig(msp).serializeBinary());
  return readDecoration;
}

function readDecoration(config: Config): unknown {
  const application = config.getChannelGroup()!.getGroupsMap().get("Application")!;
  const orderer = ordererGroup(config);
  const consensus = ConsensusType.deserializeBinary(valueOf(orderer, "ConsensusType"));
  return {
    acls: application.getValuesMap().get("ACLs")?.toObject(),
    policy: application.getPoliciesMap().get("Special")?.toObject(),
    options: ConfigMetadata.deserializeBinary(consensus.getMetadata_asU8()).getOptions()?.toObject(),
    modPolicy: orderer.getValuesMap().get("BatchTimeout")?.getModPolicy(),
    revoked: readFabricMspConfig(application.getGroupsMap().get("org1")!).getRevocationListList_asB64(),
  };
}

function ordererGroup(config: Config): ConfigGroup {
  return config.getChannelGroup()!.getGroupsMap().get("Orderer")!;
}

function valueOf(group: ConfigGroup, name: string): Uint8Array {
  return group.getValuesMap().get(name)?.getValue_asU8() ?? new Uint8Array();
}
