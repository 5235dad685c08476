/** Signatures of those whose orderers an update makes consenters. */
import assert from "node:assert/strict";
import type { ChannelConfig } from "../../../../ledger/fabric/channel-config";
import { describeSignerRule } from "../../../../ledger/fabric/config-signers";
import { planConfigUpdates } from "../../../../ledger/fabric/config-plan";
import { genesisConfig } from "./config-edits";
import {
  bftChannel,
  consenter,
  createAuthority,
  fixtureNetwork,
  ordererOrganization,
  raftChannel,
  type Network,
} from "./fixtures";

describe("an orderer that becomes a consenter", function () {
  this.timeout(60_000);
  let network: Network;
  /** A second ordering organisation of the founder's, without orderers that vote. */
  let second: ChannelConfig["ordererOrganizations"][number];

  before(async () => {
    network = await fixtureNetwork();
    const [ca, tlsCa] = await Promise.all(["ca.second", "tlsca.second"].map((name) => createAuthority(name, "second")));
    second = {
      name: "second",
      msp: { mspId: "SecondMSP", caCertificates: [ca!.certificate], tlsCaCertificates: [tlsCa!.certificate] },
      endpoints: [{ host: "orderer0.second.example", port: 7050 }],
    };
  });

  /** What the steps from one config to the other need. */
  function needs(from: ChannelConfig, to: ChannelConfig): string[] {
    return planConfigUpdates(from.channelId, genesisConfig(from), to).flatMap(({ requiredSigners }) =>
      requiredSigners.map(({ policy, rule }) => `${policy} ${describeSignerRule(rule)}`),
    );
  }

  const withTheirs = (config: ChannelConfig, further: ChannelConfig["ordererOrganizations"]): ChannelConfig => ({
    ...config,
    ordererOrganizations: [...config.ordererOrganizations, ordererOrganization(network.orderer2, [0]), ...further],
  });
  const voting = (config: ChannelConfig): ChannelConfig => ({
    ...config,
    consenters: [...config.consenters, consenter(network.orderer2, 0)],
  });

  it("needs its owner's signature where two other organisations are a majority, in raft and BFT", () => {
    for (const founded of [raftChannel(network), bftChannel(network)]) {
      const channel = withTheirs(founded, [second]);
      assert.deepEqual(needs(channel, voting(channel)), [
        "/Channel/Orderer/Admins 2 of (OrdererMSP, Orderer2MSP, SecondMSP)",
        "the owner of consenter orderer0.orderer2.example:7050 Orderer2MSP",
      ]);
    }
  });

  it("needs nothing beside the policies where these need its owner anyway", () => {
    const channel = withTheirs(raftChannel(network), []);
    assert.deepEqual(needs(channel, voting(channel)), ["/Channel/Orderer/Admins 2 of (OrdererMSP, Orderer2MSP)"]);
  });

  it("is taken out by the majority alone", () => {
    const channel = voting(withTheirs(raftChannel(network), [second]));
    const without = { ...channel, consenters: channel.consenters.slice(0, 3) };
    assert.deepEqual(needs(channel, without), ["/Channel/Orderer/Admins 2 of (OrdererMSP, Orderer2MSP, SecondMSP)"]);
  });
});
