/** Config updates of several companies in the same moment: the ordering service takes one, and refuses the others. */
import assert from "node:assert/strict";
import { ConfigUpdate } from "@hyperledger/fabric-protos/lib/common/configtx_pb";
import type { ChannelConfig } from "../../../ledger/fabric/channel-config";
import { describeChannelConfig } from "../../../ledger/fabric/config-decode";
import { applyConfigUpdate, planConfigUpdates } from "../../../ledger/fabric/config-update";
import { identityOf } from "../../../provider/fabric/clients/identity";
import { Session } from "../../../provider/fabric/clients/session";
import type { ChannelWay } from "../../../provider/fabric/work/channel-way";
import type { LiveConfig } from "../../../provider/fabric/work/channel-reader";
import { applyConfigUpdates } from "../../../provider/fabric/work/config-updates";
import { waitOptions } from "../../../provider/framework/wait";
import { testOperation } from "../../support/operation";
import { genesisConfig } from "../ledger/fabric/config-edits";
import { fixtureNetwork, raftChannel } from "../ledger/fabric/fixtures";

const channelId = "trade";

/** The live config after a change of the batch. */
function changed(live: LiveConfig, batch: Partial<ChannelConfig["batch"]>): LiveConfig {
  const config = describeChannelConfig(channelId, live.config);
  const [step] = planConfigUpdates(channelId, live.config, { ...config, batch: { ...config.batch, ...batch } });
  assert.ok(step);
  const update = ConfigUpdate.deserializeBinary(step.update);
  return { ...live, sequence: live.sequence + 1, config: applyConfigUpdate(live.config, update) };
}

describe("a config update in the moment of another company's", () => {
  it("counts as this stack's own only when it is what came into force", async () => {
    const network = await fixtureNetwork();
    const config = genesisConfig(raftChannel(network));
    const first: LiveConfig = { channelId, sequence: 0, config, block: new Uint8Array(), blockNumber: 0 };
    const theirs = changed(first, { maxMessageCount: 99 });
    const { context } = testOperation();
    let live = first;
    let looks = 0;
    const way: ChannelWay = {
      liveConfig: () => {
        looks += 1;
        // Theirs is in force after the steps were planned, and before the first is sent.
        if (looks === 2) live = theirs;
        return Promise.resolve(live);
      },
      waitUntilHealthy: () => Promise.resolve(),
      untilAllRunBft: () => Promise.resolve(),
      broadcast: () => {
        live = changed(live, { timeout: "1s" });
        return Promise.resolve(undefined);
      },
      waitUntilSettled: () => Promise.resolve(),
      remainsUnder: () => true,
      waitOptions: (waitingFor) => waitOptions(context, waitingFor),
    };
    const applied: [before: ChannelConfig, after: ChannelConfig][] = [];
    const { identity } = network.orderer.admin;
    const outcome = await Session.run(context, (session) =>
      applyConfigUpdates({
        session,
        way,
        goal: (current) => ({ ...current, batch: { ...current.batch, timeout: "1s" } }),
        administrators: [identityOf({ mspId: "OrdererMSP", ...identity })],
        onApplied: (before, after) => applied.push([before, after]),
      }),
    );
    assert.equal(outcome.live.sequence, 2);
    const batches = applied.map((pair) =>
      pair.map(({ batch: { timeout, maxMessageCount } }) => [timeout, maxMessageCount]),
    );
    assert.deepEqual(batches, [
      [
        ["2s", 99],
        ["1s", 99],
      ],
    ]);
  });
});
