/** Real orderers, as processes, whose certificates are all over, and a rollout that brings them new ones. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { channel } from "../../../provider/fabric/resources/channel";
import { fabricRollout } from "../../../provider/fabric/resources/rollout";
import { createNodeAccess } from "../../../provider/kubernetes/create-node-access";
import { servedCertificateEnd } from "../../../provider/kubernetes/served-certificate";
import { NotYet, waitOptions, waitUntil } from "../../../provider/framework/wait";
import type { Restarter } from "../../../provider/kubernetes/restarter";
import { paths } from "../../../tools/paths";
import {
  daysAgo,
  expiredDays,
  LoopbackFabric,
  ordererOperationsPort,
  rolloutNodes,
} from "../../support/loopback-fabric";
import { testOperation } from "../../support/operation";

const channelId = "trade";

describe("orderers whose certificates are all over", function () {
  this.timeout(180_000);
  this.bail(true);

  let directory: string;
  let fabric: LoopbackFabric;
  let made: Awaited<ReturnType<typeof channel.create>>["state"];

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "expired-orderers-"));
    fabric = await LoopbackFabric.create({
      directory,
      binaries: paths.bin,
      orderers: 3,
      organizations: [{ name: "org1", mspId: "Org1MSP", peers: 0 }],
    });
    fabric.start();
    made = (await channel.create(inputs("1s"), testOperation().context)).state;
  });
  after(async () => {
    await fabric.stop();
    rmSync(directory, { recursive: true });
  });

  function inputs(batchTimeout: string) {
    return {
      config: fabric.channelConfig(channelId, { batchTimeout }),
      orderers: fabric.orderers.map(({ address }) => address),
      administrators: fabric.administrators,
      allowDelete: false,
      peers: [],
      restart: false,
    };
  }

  it("restart with new ones, all at once, and order again", async () => {
    // The kubelet calls those Ready that started before the end. One that starts after it ends at once.
    const ended = fabric.orderers[2]!;
    await fabric.stop();
    const [now, over] = [new Date(), daysAgo(expiredDays)];
    for (const orderer of fabric.orderers) {
      await fabric.reissue(orderer, { identity: orderer === ended ? over : now, tls: over });
    }
    fabric.start();

    const addresses = fabric.orderers.map(({ address }) => address);
    const restarts: string[] = [];
    const restarter: Restarter = {
      ...createNodeAccess(undefined).restarter,
      condition: async ({ name }) => ({ isCurrent: false, isReady: name !== ended.address.name }),
      untilAvailable: async () => undefined,
      restart: async ({ name }) => {
        restarts.push(name);
        const orderer = fabric.orderers.find(({ address }) => address.name === name)!;
        await orderer.process.stop();
        await fabric.reissue(orderer, { identity: now, tls: now });
        orderer.process.start();
      },
    };
    const { context, messages } = testOperation({ restarter, dialer: fabric.operationsDialer });
    for (const { address } of fabric.orderers.filter((orderer) => orderer !== ended)) {
      const serves = async () =>
        (await servedCertificateEnd(address, ordererOperationsPort, context)) ?? new NotYet("it does not serve");
      const end = await waitUntil(serves, waitOptions(context, address.name));
      assert.ok(end < now);
    }
    const rollout = {
      nodes: rolloutNodes(addresses),
      channels: [channelId],
      orderers: addresses,
      operationsPort: ordererOperationsPort,
      administrators: fabric.administrators,
      peers: [],
    };
    await fabricRollout.create(rollout, context);
    assert.deepEqual(restarts.toSorted(), addresses.map(({ name }) => name).toSorted());
    assert.match(messages.info[0] ?? "", /^restarting .*orderer0.*orderer1.*orderer2, which did not serve/);

    const request = { id: channelId, inputs: inputs("1s"), state: made, newInputs: inputs("2s") };
    const state = await channel.update(request, testOperation().context);
    assert.equal(state.configSequence, made.configSequence + 1);
  });

  it("take renewed CAs into a channel whose CAs are over, from identities that begin in the life of those", async () => {
    const config = fabric.channelConfig("old");
    const ordererOrganizations = config.ordererOrganizations.slice();
    ordererOrganizations[0] = { ...ordererOrganizations[0]!, msp: await fabric.expiredOrdererMsp() };
    const [, ...members] = fabric.administrators;
    const administrators = [await fabric.renewedOrdererAdministrator(), ...members];
    const before = { ...inputs("1s"), administrators, config: { ...config, ordererOrganizations } };
    const { state } = await channel.create(before, testOperation().context);
    const request = { id: "old", inputs: before, state, newInputs: { ...before, config } };
    const next = await channel.update(request, testOperation().context);
    assert.equal(next.configSequence, state.configSequence + 1);
  });
});
