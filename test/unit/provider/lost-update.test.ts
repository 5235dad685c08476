/** Config updates that an orderer took and lost, as it does when the leader changes. */
import assert from "node:assert/strict";
import { planConfigUpdates } from "../../../ledger/fabric/config-update";
import { identityOf } from "../../../provider/fabric/clients/identity";
import type { ChannelWay } from "../../../provider/fabric/work/channel-way";
import type { LiveConfig } from "../../../provider/fabric/work/channel-reader";
import { submitUpdate } from "../../../provider/fabric/work/signed-update";
import { waitOptions } from "../../../provider/framework/wait";
import { testOperation } from "../../support/operation";
import { genesisConfig } from "../ledger/fabric/config-edits";
import { fixtureNetwork, raftChannel } from "../ledger/fabric/fixtures";

describe("a config update that an orderer lost", () => {
  it("is sent again after its time, and no third time once it is in force", async () => {
    const network = await fixtureNetwork();
    const founded = raftChannel(network);
    const config = genesisConfig(founded);
    const [step] = planConfigUpdates("trade", config, { ...founded, batch: { ...founded.batch, timeout: "1s" } });
    assert.ok(step);
    const live: LiveConfig = { channelId: "trade", sequence: 0, config, block: new Uint8Array(), blockNumber: 0 };
    const { context } = testOperation();
    let sent = 0;
    const way: ChannelWay = {
      liveConfig: () => Promise.resolve(sent < 2 ? live : { ...live, sequence: 1 }),
      waitUntilHealthy: () => Promise.resolve(),
      untilAllRunBft: () => Promise.resolve(),
      broadcast: () => {
        sent += 1;
        return Promise.resolve(undefined);
      },
      waitUntilSettled: () => Promise.resolve(),
      remainsUnder: () => true,
      waitOptions: (waitingFor) => waitOptions(context, waitingFor),
    };
    // Each look at the clock is ten seconds later.
    let seconds = 0;
    const now = () => new Date(Date.UTC(2030, 0, 1, 0, 0, (seconds += 10)));
    const { identity } = network.orderer.admin;
    const submitter = identityOf({ mspId: "OrdererMSP", ...identity });
    const signed = { doing: "a change", update: step.update, signatures: [], submitter };
    const newer = await submitUpdate(way, live, signed, { ...context, now });
    assert.equal(newer?.sequence, 1);
    assert.equal(sent, 2);
  });
});
