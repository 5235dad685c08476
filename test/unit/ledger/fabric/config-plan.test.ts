/**
 * Plans of config updates: which steps, signed by whom, and where they end. Every step is also compared with
 * configtxlator's update between the same two configs. That orderers take such updates is shown in node.test.ts.
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
  decodeConfigBlock,
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
  type ConfigUpdateStep,
} from "../../../../ledger/fabric/config-update";
import { buildBlockValidationPolicy } from "../../../../ledger/fabric/consenters";
import { buildGenesisBlock } from "../../../../ledger/fabric/genesis";
import { wrapMspConfig } from "../../../../ledger/fabric/msp";
import {
  bftChannel,
  consenter,
  createAuthority,
  fixtureNetwork,
  NOW,
  ordererOrganization,
  peerOrganization,
  raftChannel,
  type Network,
} from "./fixtures";
import { referenceConfigUpdate } from "./reference-tools";

interface Edit {
  name: string;
  from: (network: Network) => ChannelConfig;
  to: (config: ChannelConfig, network: Network) => ChannelConfig;
  /** Description of each step. */
  steps: string[];
  /** `policy: signers` of each step. */
  signers: string[][];
}

const ORDERER_ADMINS = "/Channel/Orderer/Admins: OrdererMSP";
const APPLICATION_ADMINS = "/Channel/Application/Admins: 2 of (Org1MSP, Org2MSP)";

const EDITS: Edit[] = [
  {
    name: "nothing to do for a config that means the same",
    from: raftChannel,
    to: (config) => ({
      ...config,
      peerOrganizations: [...config.peerOrganizations].reverse(),
      consenters: [...config.consenters].reverse(),
      batch: { ...config.batch, timeout: "2000ms" },
    }),
    steps: [],
    signers: [],
  },
  {
    name: "adds a peer organisation in one step signed by a majority of the peer organisations",
    from: raftChannel,
    to: (config, { org3 }) => ({ ...config, peerOrganizations: [...config.peerOrganizations, peerOrganization(org3)] }),
    steps: ["add peer organisation org3"],
    signers: [[APPLICATION_ADMINS]],
  },
  {
    name: "removes a peer organisation in one step signed by a majority, itself included",
    from: raftChannel,
    to: (config) => ({ ...config, peerOrganizations: config.peerOrganizations.slice(0, 1) }),
    steps: ["remove peer organisation org2"],
    signers: [[APPLICATION_ADMINS]],
  },
  {
    name: "changes an organisation's anchor peers with that organisation's signature alone",
    from: raftChannel,
    to: (config) => ({
      ...config,
      peerOrganizations: config.peerOrganizations.map((organization) =>
        organization.name === "org1"
          ? { ...organization, anchorPeers: [{ host: "peer1.org1.example", port: 7051 }] }
          : organization,
      ),
    }),
    steps: ["peer organisation org1: anchor peers +peer1.org1.example:7051 -peer0.org1.example:7051"],
    signers: [["/Channel/Application/org1/Admins: Org1MSP"]],
  },
  {
    name: "removes the last anchor peer, and with it the value, as configtxgen would",
    from: raftChannel,
    to: (config) => ({
      ...config,
      peerOrganizations: config.peerOrganizations.map((organization) => ({ ...organization, anchorPeers: [] })),
    }),
    steps: [
      "peer organisation org1: anchor peers -peer0.org1.example:7051; " +
        "peer organisation org2: anchor peers -peer0.org2.example:7051",
    ],
    signers: [["/Channel/Application/org1/Admins: Org1MSP", "/Channel/Application/org2/Admins: Org2MSP"]],
  },
  {
    name: "changes batch settings, capabilities and organisations together, since Fabric allows it",
    from: raftChannel,
    to: (config, { org3 }) => ({
      ...config,
      batch: { ...config.batch, timeout: "200ms", maxMessageCount: 10 },
      capabilities: { ...config.capabilities, channel: "V3_0" },
      peerOrganizations: [...config.peerOrganizations, peerOrganization(org3)],
    }),
    steps: [
      "add peer organisation org3; batch timeout 2s -> 200ms; batch maxMessageCount 500 -> 10; " +
        "capability channel V2_0 -> V3_0",
    ],
    signers: [["/Channel/Admins: 2 of (2 of (Org1MSP, Org2MSP), OrdererMSP)", APPLICATION_ADMINS, ORDERER_ADMINS]],
  },
  {
    name: "adds consenters one by one and publishes their endpoints last, since until then they take no transactions",
    from: raftChannel,
    to: (config, { orderer }) => ({
      ...config,
      ordererOrganizations: [ordererOrganization(orderer, [0, 1, 2, 3, 4])],
      consenters: [...config.consenters, consenter(orderer, 3), consenter(orderer, 4)],
    }),
    steps: [
      "add consenter orderer3.orderer.example:7050",
      "add consenter orderer4.orderer.example:7050",
      "orderer organisation orderer: endpoints +orderer3.orderer.example:7050 +orderer4.orderer.example:7050",
    ],
    signers: [[ORDERER_ADMINS], [ORDERER_ADMINS], ["/Channel/Orderer/orderer/Admins: OrdererMSP"]],
  },
  {
    name: "hides endpoints before it removes their consenters, so that clients have moved on",
    from: (network) => ({
      ...raftChannel(network),
      ordererOrganizations: [ordererOrganization(network.orderer, [0, 1, 2, 3, 4])],
      consenters: [0, 1, 2, 3, 4].map((index) => consenter(network.orderer, index)),
    }),
    to: (config, { orderer }) => ({
      ...config,
      ordererOrganizations: [ordererOrganization(orderer, [2, 1, 0])],
      consenters: config.consenters.slice(0, 3),
    }),
    steps: [
      "orderer organisation orderer: endpoints -orderer3.orderer.example:7050 -orderer4.orderer.example:7050",
      "remove consenter orderer3.orderer.example:7050",
      "remove consenter orderer4.orderer.example:7050",
    ],
    signers: [["/Channel/Orderer/orderer/Admins: OrdererMSP"], [ORDERER_ADMINS], [ORDERER_ADMINS]],
  },
  {
    name: "moves the ordering service to another organisation: its authorities first, the old ones last",
    from: (network) => ({ ...raftChannel(network), consenters: [consenter(network.orderer, 0)] }),
    to: (config, { orderer2 }) => ({
      ...config,
      ordererOrganizations: [ordererOrganization(orderer2, [0])],
      consenters: [consenter(orderer2, 0)],
    }),
    steps: [
      "add orderer organisation orderer2",
      "add consenter orderer0.orderer2.example:7050",
      "remove consenter orderer0.orderer.example:7050",
      "remove orderer organisation orderer",
    ],
    signers: [
      [ORDERER_ADMINS],
      ["/Channel/Orderer/Admins: 2 of (OrdererMSP, Orderer2MSP)"],
      ["/Channel/Orderer/Admins: 2 of (OrdererMSP, Orderer2MSP)"],
      ["/Channel/Orderer/Admins: 2 of (OrdererMSP, Orderer2MSP)"],
    ],
  },
  {
    name: "moves a consenter that only gets another address in one step, since its certificate tells who it is",
    from: raftChannel,
    to: (config) => ({
      ...config,
      consenters: config.consenters.map((item, index) => (index === 1 ? { ...item, host: "elsewhere.example" } : item)),
    }),
    steps: ["move consenter orderer1.orderer.example:7050 to elsewhere.example:7050"],
    signers: [[ORDERER_ADMINS]],
  },
  {
    name: "adds and removes BFT consenters one by one, with the validation policy that mirrors each set",
    from: bftChannel,
    to: (config, { orderer }) => ({
      ...config,
      ordererOrganizations: [ordererOrganization(orderer, [1, 2, 3, 4])],
      consenters: [1, 2, 3, 4].map((index) => consenter(orderer, index)),
    }),
    steps: [
      "orderer organisation orderer: endpoints -orderer0.orderer.example:7050",
      "add consenter orderer4.orderer.example:7050",
      "remove consenter orderer0.orderer.example:7050",
      "orderer organisation orderer: endpoints +orderer4.orderer.example:7050",
    ],
    signers: [
      ["/Channel/Orderer/orderer/Admins: OrdererMSP"],
      [ORDERER_ADMINS],
      [ORDERER_ADMINS],
      ["/Channel/Orderer/orderer/Admins: OrdererMSP"],
    ],
  },
];

function genesisConfig(config: ChannelConfig): Config {
  return decodeConfigBlock(buildGenesisBlock(config)).config;
}

/** Applies a plan and returns every config on the way, the first one included. */
function walk(config: Config, steps: ConfigUpdateStep[]): Config[] {
  const configs = [config];
  for (const { update } of steps) {
    configs.push(applyConfigUpdate(configs.at(-1)!, ConfigUpdate.deserializeBinary(update)));
  }
  return configs;
}

function assertReaches(config: Config | undefined, desired: ChannelConfig): void {
  assert.ok(config);
  const described = describeChannelConfig(desired.channelId, config);
  assert.deepEqual(normalizeChannelConfig(described), normalizeChannelConfig(desired));
}

describe("config update plan", function () {
  this.timeout(60_000);
  let network: Network;

  before(async () => {
    network = await fixtureNetwork();
  });

  for (const { name, from, to, steps, signers } of EDITS) {
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
      const configs = walk(current, plan);
      assertReaches(configs.at(-1), desired);
      plan.forEach(({ update }, index) => {
        const [before, after] = [configs[index]!, configs[index + 1]!];
        const reference = referenceConfigUpdate(config.channelId, before.serializeBinary(), after.serializeBinary());
        assert.deepEqual(
          ConfigUpdate.deserializeBinary(update).toObject(),
          ConfigUpdate.deserializeBinary(reference).toObject(),
        );
      });
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
    assertReaches(final, desired);
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
        'channel trade:\n  config.channelId: cannot change from "trade" to "other": a channel keeps its name for life\n' +
        '  config.consensus: cannot change from "etcdraft" to "BFT": a change of consensus needs Fabric\'s migration procedure\n' +
        '  config.peerOrganizations[0].msp.mspId: cannot change from "Org1MSP" to "Org3MSP": ' +
        "Fabric fixes it; add the organisation under another name",
    });
  });

  it("tells which administrators satisfy a nested majority", () => {
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
      now: NOW,
    });
    return { ...item, clientTlsCertificate: certificate, serverTlsCertificate: certificate };
  }
});

/** Puts things into a live config that other tools may put there. Returns a function that reads them back. */
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
