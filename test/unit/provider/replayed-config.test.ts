/** Peers that joined a channel a moment ago have the configs that were in force before. */
import assert from "node:assert/strict";
import type { LiveConfig } from "../../../provider/fabric/work/channel-reader";
import { replayedConfig } from "../../../provider/fabric/work/replayed-config";
import { waitOptions } from "../../../provider/framework/wait";
import { testOperation } from "../../support/operation";
import { genesisConfig } from "../ledger/fabric/config-edits";
import { fixtureNetwork, raftChannel, type Network } from "../ledger/fabric/fixtures";

describe("the config at peers that replay a channel", () => {
  let network: Network;

  before(async () => {
    network = await fixtureNetwork();
  });

  /** Asks peers that are one config farther at each look. @returns sequence of what came out, and of each status message */
  async function ask(founderView: { sequence: number; members: string[] } | undefined, signal?: AbortSignal) {
    const config = genesisConfig(raftChannel(network));
    const { context, messages } = testOperation({ signal });
    let sequence = -1;
    const way = {
      liveConfig: (): Promise<LiveConfig> => {
        sequence += 1;
        return Promise.resolve({
          channelId: "trade",
          sequence,
          config,
          block: new Uint8Array(),
          blockNumber: sequence,
        });
      },
      waitOptions: (waitingFor: string) => waitOptions(context, waitingFor),
    };
    const administrators = [{ mspId: "Org2MSP", ...network.org2.admin.identity }];
    const live = await replayedConfig(way, { config: { channelId: "trade" }, founderView, administrators });
    return { sequence: live.sequence, status: messages.status };
  }

  it("is waited for until it is the one that the founder published, and the wait says which", async () => {
    const { sequence, status } = await ask({ sequence: 3, members: ["Org1MSP", "Org2MSP"] });
    assert.equal(sequence, 3);
    assert.match(status[0]!, /waiting for a peer of this stack to have config 3 of channel trade.*\(config 0\)/);
  });

  it("is taken as it is where the founder said nothing, or counts this stack among the members no more", async () => {
    assert.equal((await ask(undefined)).sequence, 0);
    assert.equal((await ask({ sequence: 3, members: ["Org1MSP"] })).sequence, 0);
  });

  it("is waited for no longer than the operation has time", async () => {
    const stopped = AbortSignal.abort(new Error("no time"));
    await assert.rejects(ask({ sequence: 1000, members: ["Org2MSP"] }, stopped), /no time/);
  });
});
