/**
 * A peer that an operator let join a channel by a snapshot of another peer: it has no block from before. Such a peer is a member like
 * any other, and tells the config without its block.
 */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { blockDataHash, buildGenesisBlock } from "../../../ledger/fabric/genesis";
import { compressBlock } from "../../../ledger/fabric/consortium/compressed-block";
import { localMsp } from "../../../ledger/fabric/msp";
import { identityOf } from "../../../provider/fabric/clients/identity";
import { Session } from "../../../provider/fabric/clients/session";
import { channel } from "../../../provider/fabric/resources/channel";
import { channelMembership } from "../../../provider/fabric/resources/channel-membership";
import type { LiveConfig } from "../../../provider/fabric/work/channel-reader";
import { wayByPeers } from "../../../provider/fabric/work/peer-way";
import { joinedChannels } from "../../../provider/fabric/work/joined-channels";
import { NotYet, waitOptions, waitUntil } from "../../../provider/framework/wait";
import { poll } from "../../../lib/wait";
import { paths } from "../../../tools/paths";
import { writeFiles } from "../../support/files";
import { LoopbackFabric, type LoopbackPeer } from "../../support/loopback-fabric";
import { testOperation } from "../../support/operation";
import { runTool } from "./reference-tools";

const channelId = "trade";

describe("a peer that joined by a snapshot", function () {
  this.timeout(120_000);
  this.bail(true);
  let directory: string;
  let fabric: LoopbackFabric;
  let inputs: Parameters<typeof channel.create>[0];
  let state: Awaited<ReturnType<typeof channel.create>>["state"];

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "fabric-snapshot-"));
    fabric = await LoopbackFabric.create({
      directory,
      binaries: paths.bin,
      orderers: 1,
      organizations: [{ name: "org1", mspId: "Org1MSP", peers: 2 }],
    });
    fabric.start();
    inputs = {
      config: fabric.channelConfig(channelId),
      orderers: fabric.orderers.map(({ address }) => address),
      administrators: fabric.administrators,
      allowDelete: false,
      peers: [],
      restart: false,
    };
    state = (await channel.create(inputs, testOperation().context)).state;
    await channelMembership.create(membershipOf(first()), testOperation().context);
    await changeTimeout("100ms");
    await untilConfig(first(), 1);
    await joinBySnapshot();
    await untilJoined(second());
  });

  after(async () => {
    await fabric.stop();
    rmSync(directory, { recursive: true });
  });

  const first = (): LoopbackPeer => fabric.organization("org1").peers[0]!;
  const second = (): LoopbackPeer => fabric.organization("org1").peers[1]!;

  function membershipOf({ address }: LoopbackPeer): Parameters<typeof channelMembership.create>[0] {
    return {
      channelId,
      genesisHash: blockDataHash(state.genesisBlock),
      orderers: inputs.orderers,
      peer: address,
      administrator: fabric.organization("org1").administrator,
    };
  }

  async function changeTimeout(timeout: string): Promise<void> {
    const newInputs = { ...inputs, config: { ...inputs.config, batch: { ...inputs.config.batch, timeout } } };
    state = await channel.update({ id: channelId, inputs, state, newInputs }, testOperation().context);
    inputs = newInputs;
  }

  function wayBy<T>({ address }: LoopbackPeer, ask: (way: ReturnType<typeof wayByPeers>) => Promise<T>): Promise<T> {
    return Session.run(testOperation().context, (session) =>
      ask(wayByPeers(session, channelId, [address], fabric.administrators)),
    );
  }

  async function untilConfig(peer: LoopbackPeer, sequence: number): Promise<LiveConfig> {
    return waitUntil(
      async () => {
        const live = await wayBy(peer, (way) => way.liveConfig());
        return live.sequence >= sequence ? live : new NotYet(`config ${live.sequence}`);
      },
      waitOptions(testOperation().context, `${peer.address.name} to have config ${sequence}`),
    );
  }

  async function untilJoined({ address }: LoopbackPeer): Promise<void> {
    const { context } = testOperation();
    const identity = identityOf(fabric.organization("org1").administrator);
    await waitUntil<true>(
      async () =>
        Session.run(context, async (session) =>
          (await joinedChannels(await session.peer(address), identity)).includes(channelId)
            ? true
            : new NotYet("it has not joined"),
        ),
      waitOptions(context, `${address.name} to join by the snapshot`),
    );
  }

  /** As an operator does it with Fabric's own program: the first peer makes a snapshot, from which the second one joins. */
  async function joinBySnapshot(): Promise<void> {
    const { msp, administrator } = fabric.organization("org1");
    const home = join(directory, "operator");
    writeFiles(join(home, "msp"), localMsp({ msp, ...administrator }));
    writeFiles(home, {
      "tls.pem": msp.tlsCaCertificates[0]!,
      "core.yaml": stringify({ peer: { BCCSP: { Default: "SW", SW: { Hash: "SHA2", Security: 256 } } } }),
    });
    const command = ({ address }: LoopbackPeer, ...args: string[]): string => {
      const env = {
        FABRIC_CFG_PATH: home,
        CORE_PEER_LOCALMSPID: msp.mspId,
        CORE_PEER_MSPCONFIGPATH: join(home, "msp"),
        CORE_PEER_TLS_ENABLED: "true",
        CORE_PEER_TLS_ROOTCERT_FILE: join(home, "tls.pem"),
        CORE_PEER_ADDRESS: `${address.host}:${address.port}`,
      };
      return runTool("peer", args, { env }).toString();
    };
    const at = ["--peerAddress", `${first().address.host}:${first().address.port}`];
    command(
      first(),
      ...["snapshot", "submitrequest", "-c", channelId, "-b", "0"],
      ...[...at, "--tlsRootCertFile", join(home, "tls.pem")],
    );
    const snapshot = join(first().dataDirectory, "production", "snapshots", "completed", channelId, "1");
    await poll(() => Promise.resolve(existsSync(snapshot) || undefined), { what: snapshot, timeoutSeconds: 30 });
    command(second(), "channel", "joinbysnapshot", "--snapshotpath", snapshot);
  }

  it("is a member of the channel that the snapshot is of, and of no other one of that name", async () => {
    const { state: member } = await channelMembership.create(membershipOf(second()), testOperation().context);
    assert.deepEqual(member, { channelId });
    const { batch } = inputs.config;
    const other = buildGenesisBlock({ ...inputs.config, batch: { ...batch, timeout: "7s" } });
    const strange = {
      ...membershipOf(second()),
      genesisHash: blockDataHash(other),
      orderers: [],
      genesisBlock: compressBlock(other),
    };
    await assert.rejects(channelMembership.create(strange, testOperation().context), {
      message: /org1\/peer1: joining channel trade failed: it already holds another chain of the name trade/,
    });
  });

  it("tells the config that the snapshot had, without its block, and has no first block to give", async () => {
    const live = await untilConfig(second(), 1);
    assert.equal(live.sequence, 1);
    assert.equal(live.block.length, 0);
    await assert.rejects(
      wayBy(second(), (way) => way.firstBlock()),
      { message: /channel trade: org1\/peer1 joined it by a snapshot and cannot give its first block/ },
    );
  });

  it("tells a config that came after the snapshot with its block", async () => {
    await changeTimeout("300ms");
    const live = await untilConfig(second(), 2);
    assert.equal(live.blockNumber, 2);
    assert.notEqual(live.block.length, 0);
  });
});
