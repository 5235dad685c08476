/** Config updates that an orderer took and lost, as it does when the leader changes. */
import assert from "node:assert/strict";
import { planConfigUpdates } from "../../../ledger/fabric/config-update";
import { identityOf } from "../../../provider/fabric/clients/identity";
import { NodeError } from "../../../provider/fabric/clients/node-error";
import type { ChannelWay } from "../../../provider/fabric/work/channel-way";
import type { LiveConfig } from "../../../provider/fabric/work/channel-reader";
import { submitUpdate, type SignedUpdate } from "../../../provider/fabric/work/signed-update";
import { NotYet, waitOptions } from "../../../provider/framework/wait";
import { testOperation } from "../../support/operation";
import { genesisConfig } from "../ledger/fabric/config-edits";
import { fixtureNetwork, raftChannel, type Network } from "../ledger/fabric/fixtures";

/** Each look at this clock is ten seconds later. */
function fastClock(start: number): () => Date {
  let now = start;
  return () => new Date((now += 10_000));
}

describe("a config update by which a company leaves", () => {
  let network: Network;
  let live: LiveConfig;
  let signed: SignedUpdate;

  before(async () => {
    network = await fixtureNetwork();
    const founded = raftChannel(network);
    const config = genesisConfig(founded);
    const [step] = planConfigUpdates("trade", config, {
      ...founded,
      peerOrganizations: founded.peerOrganizations.filter(({ name }) => name !== "org2"),
    });
    assert.ok(step);
    live = { channelId: "trade", sequence: 0, config, block: new Uint8Array(), blockNumber: 0 };
    const { identity } = network.org2.admin;
    const submitter = identityOf({ mspId: "Org2MSP", ...identity });
    signed = { doing: "leaving", update: step.update, signatures: [], submitter };
  });

  const peer = { name: "org2/peer0", mspId: "Org2MSP" };
  const forbidden = new NodeError(peer, "leaving", "status=FORBIDDEN, info=permission denied");

  /** Sends it with these answers, the last of which stays. */
  async function leave(
    answers: (NotYet | Error | undefined)[],
    newer?: LiveConfig,
    submitter = signed.submitter,
    start = Date.now(),
  ) {
    const { context } = testOperation();
    let sent = 0;
    const way: ChannelWay = {
      liveConfig: () => Promise.resolve(sent > 0 && newer !== undefined ? newer : live),
      waitUntilHealthy: () => Promise.resolve(),
      untilAllRunBft: () => Promise.resolve(),
      broadcast: () => {
        const answer = answers[Math.min(sent, answers.length - 1)];
        sent += 1;
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
      },
      waitUntilSettled: () => Promise.resolve(),
      remainsUnder: ({ peerOrganizations }) => peerOrganizations.some(({ name }) => name === "org2"),
      waitOptions: (waitingFor) => waitOptions(context, waitingFor),
    };
    const outcome = await submitUpdate(way, live, { ...signed, submitter }, { ...context, now: fastClock(start) });
    return { outcome, sent };
  }

  it("is done when the ordering service refuses the company, and not when it took the update, which it may lose", async () => {
    assert.deepEqual(await leave([undefined, undefined, forbidden]), { outcome: undefined, sent: 3 });
  });

  it("is done where the answer to the update was lost, or another company sent it before", async () => {
    assert.deepEqual(await leave([new NotYet("no answer"), forbidden]), { outcome: undefined, sent: 2 });
    assert.deepEqual(await leave([forbidden]), { outcome: undefined, sent: 1 });
  });

  it("is planned anew where another update came first, which the company still got", async () => {
    const newer = { ...live, sequence: 1 };
    assert.deepEqual(await leave([undefined], newer), { outcome: newer, sent: 1 });
  });

  it("fails for a refusal of something else, and for an administrator whose certificate is over anyway", async () => {
    const stale = new NodeError(peer, "leaving", "status=BAD_REQUEST, info=version 0");
    await assert.rejects(leave([stale]), stale);
    const { identity } = network.org1.admin;
    const stranger = identityOf({ mspId: "Org2MSP", ...identity });
    await assert.rejects(leave([forbidden], undefined, stranger), forbidden);
    await assert.rejects(leave([forbidden], undefined, signed.submitter, Date.UTC(2200, 0, 1)), forbidden);
  });
});

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
    const now = fastClock(Date.UTC(2030, 0, 1));
    const { identity } = network.orderer.admin;
    const submitter = identityOf({ mspId: "OrdererMSP", ...identity });
    const signed = { doing: "a change", update: step.update, signatures: [], submitter };
    const newer = await submitUpdate(way, live, signed, { ...context, now });
    assert.equal(newer?.sequence, 1);
    assert.equal(sent, 2);
  });
});
