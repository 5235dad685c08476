/** Changes of a channel for tests of the planner, here and against Fabric's own tool. */
import { ConfigUpdate, type Config } from "@hyperledger/fabric-protos/lib/common/configtx_pb";
import type { ChannelConfig } from "../../../../ledger/fabric/channel-config";
import { decodeConfigBlock } from "../../../../ledger/fabric/config-decode";
import { applyConfigUpdate, type ConfigUpdateStep } from "../../../../ledger/fabric/config-update";
import { buildGenesisBlock } from "../../../../ledger/fabric/genesis";
import { bftChannel, consenter, ordererOrganization, peerOrganization, raftChannel, type Network } from "./fixtures";

export interface Edit {
  name: string;
  from: (network: Network) => ChannelConfig;
  to: (config: ChannelConfig, network: Network) => ChannelConfig;
  /** Descriptions of the steps. */
  steps: string[];
  /** `policy: signers` of each step. */
  signers: string[][];
}

const ordererAdmins = "/Channel/Orderer/Admins: OrdererMSP";
const applicationAdmins = "/Channel/Application/Admins: 2 of (Org1MSP, Org2MSP)";

/** A raft channel that can become BFT: four consenters, and the capability. */
export function growableRaftChannel(network: Network): ChannelConfig {
  const { consenters, ordererOrganizations, capabilities } = bftChannel(network);
  return { ...raftChannel(network), consenters, ordererOrganizations, capabilities };
}

export const edits: Edit[] = [
  {
    name: "goes from raft to BFT in maintenance mode, after every other change",
    from: growableRaftChannel,
    to: (config) => ({ ...config, consensus: "BFT", batch: { ...config.batch, timeout: "1s" } }),
    steps: [
      "batch timeout 2s -> 1s",
      "begin maintenance mode, in which orderers refuse transactions",
      "consensus etcdraft -> BFT",
      "end maintenance mode",
    ],
    signers: [[ordererAdmins], [ordererAdmins], [ordererAdmins], [ordererAdmins]],
  },
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
    signers: [[applicationAdmins]],
  },
  {
    name: "removes a peer organisation in one step signed by a majority, itself included",
    from: raftChannel,
    to: (config) => ({ ...config, peerOrganizations: config.peerOrganizations.slice(0, 1) }),
    steps: ["remove peer organisation org2"],
    signers: [[applicationAdmins]],
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
    signers: [["/Channel/Admins: 2 of (2 of (Org1MSP, Org2MSP), OrdererMSP)", applicationAdmins, ordererAdmins]],
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
    signers: [[ordererAdmins], [ordererAdmins], ["/Channel/Orderer/orderer/Admins: OrdererMSP"]],
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
    signers: [["/Channel/Orderer/orderer/Admins: OrdererMSP"], [ordererAdmins], [ordererAdmins]],
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
      [ordererAdmins],
      ["/Channel/Orderer/Admins: 2 of (OrdererMSP, Orderer2MSP)"],
      ["/Channel/Orderer/Admins: 2 of (OrdererMSP, Orderer2MSP)"],
      ["/Channel/Orderer/Admins: 2 of (OrdererMSP, Orderer2MSP)"],
    ],
  },
  {
    name: "adds an organisation without endpoints, which its orderers get when they vote: clients would be refused before",
    from: raftChannel,
    to: (config, { orderer2 }) => ({
      ...config,
      ordererOrganizations: [...config.ordererOrganizations, ordererOrganization(orderer2, [0])],
      consenters: [...config.consenters, consenter(orderer2, 0)],
    }),
    steps: [
      "add orderer organisation orderer2",
      "add consenter orderer0.orderer2.example:7050",
      "orderer organisation orderer2: endpoints +orderer0.orderer2.example:7050",
    ],
    signers: [
      [ordererAdmins],
      ["/Channel/Orderer/Admins: 2 of (OrdererMSP, Orderer2MSP)"],
      ["/Channel/Orderer/orderer2/Admins: Orderer2MSP"],
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
    signers: [[ordererAdmins]],
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
      [ordererAdmins],
      [ordererAdmins],
      ["/Channel/Orderer/orderer/Admins: OrdererMSP"],
    ],
  },
];

export function genesisConfig(config: ChannelConfig): Config {
  return decodeConfigBlock(buildGenesisBlock(config)).config;
}

/** Applies a plan and returns every config on the way, including the first. */
export function walk(config: Config, steps: ConfigUpdateStep[]): Config[] {
  const configs = [config];
  for (const { update } of steps) {
    configs.push(applyConfigUpdate(configs.at(-1)!, ConfigUpdate.deserializeBinary(update)));
  }
  return configs;
}
