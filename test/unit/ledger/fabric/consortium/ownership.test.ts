/** Companies change their own parts of a channel, and leave those of others as they are. */
import assert from "node:assert/strict";
import type { ChannelConfig } from "../../../../../ledger/fabric/channel-config";
import { mergeChannelConfig } from "../../../../../ledger/fabric/config-update";
import { withPartsOfOthers } from "../../../../../ledger/fabric/consortium/ownership";
import { fixtureNetwork, peerOrganization, raftChannel, type Network } from "../fixtures";

describe("parts of others", () => {
  let network: Network;
  let founded: ChannelConfig;

  before(async () => {
    network = await fixtureNetwork();
    founded = raftChannel(network);
  });

  const anchored = (config: ChannelConfig, name: string, host: string): ChannelConfig => ({
    ...config,
    peerOrganizations: config.peerOrganizations.map((organization) =>
      organization.name === name ? { ...organization, anchorPeers: [{ host, port: 7051 }] } : organization,
    ),
  });

  const anchorsOf = ({ peerOrganizations }: ChannelConfig): string[] =>
    peerOrganizations.map(({ name, anchorPeers }) => `${name} ${anchorPeers.map(({ host }) => host).join(" ")}`);

  it("are as in the channel, whatever a newer document of theirs says, while its own part changes", () => {
    const wished = anchored(anchored(founded, "org1", "own.example"), "org2", "new.example");
    const live = anchored(founded, "org2", "live.example");
    const ours = (config: ChannelConfig) => withPartsOfOthers(config, live, ["OrdererMSP", "Org1MSP"]);
    assert.deepEqual(anchorsOf(ours(wished)), ["org1 own.example", "org2 live.example"]);
    const { config, conflicts } = mergeChannelConfig({ base: ours(founded), live, wished: ours(wished) }, "config");
    assert.deepEqual(conflicts, []);
    assert.deepEqual(anchorsOf(config), ["org1 own.example", "org2 live.example"]);
  });

  it("stay as wished for organisations that are no members yet, and for another owner of the same name", () => {
    const org3 = peerOrganization(network.org3);
    const wished = { ...founded, peerOrganizations: [...founded.peerOrganizations, org3] };
    assert.deepEqual(withPartsOfOthers(wished, founded, []).peerOrganizations.at(-1), org3);
    const impostor = { ...peerOrganization(network.org3), name: "org2" };
    const changed = { ...founded, peerOrganizations: [impostor] };
    assert.deepEqual(withPartsOfOthers(changed, founded, []).peerOrganizations, [impostor]);
  });
});
