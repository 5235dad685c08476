import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Envelope, Payload } from "@hyperledger/fabric-protos/lib/common/common_pb";
import { SerializedIdentity } from "@hyperledger/fabric-protos/lib/msp/identities_pb";
import { Endorsement } from "@hyperledger/fabric-protos/lib/peer/proposal_response_pb";
import {
  ChaincodeActionPayload,
  ChaincodeEndorsedAction,
  ProcessedTransaction,
  Transaction,
  TransactionAction,
} from "@hyperledger/fabric-protos/lib/peer/transaction_pb";
import { parse } from "yaml";
import { buildGenesisBlock } from "../../../ledger/fabric/genesis";
import { votingHosts } from "../../../tools/consortium/channel-view";
import { Progress } from "../../../tools/consortium/progress";
import { publicNames, serverBlock } from "../../../tools/consortium/public-names";
import { channelIn, handOver, proposalsIn } from "../../../tools/consortium/public-part";
import { StackCopy } from "../../../tools/consortium/stack-copy";
import { takeSteps } from "../../../tools/consortium/steps";
import { endorsersOf } from "../../../tools/consortium/transaction";
import { fixtureNetwork, raftChannel } from "../ledger/fabric/fixtures";
import { temporaryFolder } from "./temporary";

describe("the consortium on this machine", () => {
  const folder = temporaryFolder();

  it("edits a copy of each stack file, keeps its comments, and leaves the project's file and the copy of an earlier run", () => {
    const source = join(folder.path, "stacks");
    mkdirSync(source);
    const original = [
      "# The beginning.",
      "encryptionsalt: v1:of-another-passphrase",
      "config:",
      "  blockchain-clusters:network:",
      "    fabric:",
      "      # The others.",
      "      partners: []",
      "      peerOrganizations: [{ name: bell }]",
      "",
    ].join("\n");
    writeFileSync(join(source, "Pulumi.member.yaml"), original);
    const copy = new StackCopy("member", join(folder.path, "bell"));
    copy.create(source);
    copy.edit({ partners: [{ name: "acme" }], channels: [{ name: "trade" }] });
    copy.create(source);
    copy.set(["peerOrganizations", 0, "peers"], 2);
    const text = readFileSync(copy.path, "utf8");
    assert.match(text, /^# The beginning\.\n/);
    assert.match(text, /# The others\.\n/);
    assert.deepEqual(parse(text), {
      config: {
        "blockchain-clusters:network": {
          fabric: {
            partners: [{ name: "acme" }],
            peerOrganizations: [{ name: "bell", peers: 2 }],
            channels: [{ name: "trade" }],
          },
        },
      },
    });
    assert.equal(readFileSync(join(source, "Pulumi.member.yaml"), "utf8"), original);
    // Pulumi finds the copy by a project file beside it, which has the project's name.
    const project = parse(readFileSync(join(folder.path, "bell", "Pulumi.yaml"), "utf8")) as { name: string };
    assert.equal(project.name, "blockchain-clusters");
  });

  it("hands a public part over as a file, and pins its fingerprint", () => {
    const path = join(folder.path, "acme", "partners", "bell.json");
    const trade = { name: "trade", sequence: 3, members: ["AcmeMSP"] };
    const exchange = JSON.stringify({
      channels: [{ name: "other" }, trade],
      proposals: [{ digest: "sha256:1" }, { digest: "sha256:2" }],
    });
    const outputs = { exchange, exchangeFingerprint: "SHA256:aa" };
    assert.deepEqual(handOver(outputs, { name: "bell", path, cidrs: ["10.242.1.0/24"] }), {
      name: "bell",
      from: { file: path },
      fingerprint: "SHA256:aa",
      cidrs: ["10.242.1.0/24"],
    });
    assert.equal(readFileSync(path, "utf8"), exchange);
    assert.deepEqual(proposalsIn(outputs), ["sha256:1", "sha256:2"]);
    assert.deepEqual(channelIn(outputs, "trade"), trade);
    assert.throws(() => channelIn(outputs, "third"), /the public part has no channel third/);
  });

  it("names the public nodes of each company in the DNS of the others, zone by zone", () => {
    const ordererOrganizations = {
      ordering: { publicEndpoints: [{ host: "orderer0.orderer.acme.example.com", address: "10.241.1.1" }] },
    };
    const organizations = {
      acme: {
        publicEndpoints: [
          { host: "peer0.acme.example.com", address: "10.241.1.2" },
          { host: "gateway.acme.example.com", address: "10.241.1.3" },
        ],
      },
      inside: {},
    };
    const records = publicNames({ fabric: { organizations, ordererOrganizations } });
    assert.equal(
      serverBlock(records),
      `acme.example.com orderer.acme.example.com {
  errors
  hosts {
    10.241.1.1 orderer0.orderer.acme.example.com
    10.241.1.2 peer0.acme.example.com
    10.241.1.3 gateway.acme.example.com
  }
}
`,
    );
  });

  it("goes on after the last finished step, and checks everything when all were taken", async () => {
    const file = join(folder.path, "progress.json");
    const taken: string[] = [];
    let isBroken = true;
    const steps = ["found", "join", "propose"].map((name) => ({
      name,
      title: name,
      words: "",
      take: async () => {
        taken.push(name);
        if (name === "join" && isBroken) throw new Error("interrupted");
        return Promise.resolve();
      },
    }));
    const run = () => takeSteps(steps, new Progress(file), async () => Promise.resolve(void taken.push("check")));
    await assert.rejects(run(), /interrupted/);
    isBroken = false;
    await run();
    assert.deepEqual(taken, ["found", "join", "join", "propose"]);
    await run();
    assert.deepEqual(taken.slice(4), ["check"]);
  });

  it("remembers the clusters of a run, and none before its beginning", () => {
    const file = join(folder.path, "consortium", "progress.json");
    const progress = new Progress(file);
    assert.equal(progress.hasBegun, false);
    progress.begin();
    progress.rememberCluster("acme", "ab12");
    assert.ok(existsSync(file));
    const next = new Progress(file);
    assert.deepEqual([next.hasBegun, next.cluster("acme"), next.cluster("bell")], [true, "ab12", undefined]);
  });

  it("reads from a config block which orderers vote", async () => {
    const channel = raftChannel(await fixtureNetwork());
    const hosts = channel.consenters.map(({ host }) => host);
    assert.equal(hosts.length, 3);
    assert.deepEqual(votingHosts(buildGenesisBlock(channel)), hosts.sort());
  });

  it("reads from a peer's ledger whose peers endorsed a transaction", () => {
    const endorsed = new ChaincodeEndorsedAction();
    endorsed.setEndorsementsList(
      ["BellMSP", "AcmeMSP", "AcmeMSP"].map((mspId) => {
        const identity = new SerializedIdentity();
        identity.setMspid(mspId);
        const endorsement = new Endorsement();
        endorsement.setEndorser(identity.serializeBinary());
        return endorsement;
      }),
    );
    const payload = new ChaincodeActionPayload();
    payload.setAction(endorsed);
    const action = new TransactionAction();
    action.setPayload(payload.serializeBinary());
    const transaction = new Transaction();
    transaction.setActionsList([action]);
    const signed = new Payload();
    signed.setData(transaction.serializeBinary());
    const envelope = new Envelope();
    envelope.setPayload(signed.serializeBinary());
    const processed = new ProcessedTransaction();
    processed.setTransactionenvelope(envelope);
    assert.deepEqual(endorsersOf(processed.serializeBinary()), ["AcmeMSP", "BellMSP"]);
  });
});
