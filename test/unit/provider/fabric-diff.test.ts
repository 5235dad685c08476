/** Changes of inputs that mean work on the ledger, that replace, and that only the state stores. */
import assert from "node:assert/strict";
import { blockDataHash, buildGenesisBlock } from "../../../ledger/fabric/genesis";
import { problem } from "../../../lib/problem";
import type { PropertyChange } from "../../../provider/framework/property-changes";
import { unknownValue } from "../../../provider/framework/property-value";
import { approval } from "../../../provider/fabric/resources/approval";
import { chaincode } from "../../../provider/fabric/resources/chaincode";
import { channel } from "../../../provider/fabric/resources/channel";
import { channelMembership } from "../../../provider/fabric/resources/channel-membership";
import { createNodeAccess } from "../../../provider/kubernetes/create-node-access";
import { testOperation } from "../../support/operation";
import { FabricInputs } from "./fabric-inputs";

const now = new Date();
let fabric: FabricInputs;
before(async () => {
  fabric = await FabricInputs.create();
});

function inWords(changes: PropertyChange[]): string[] {
  return changes.map(({ path, kind, replaces }) => `${kind} ${path}${replaces === true ? " (replaces)" : ""}`);
}

describe("changes of a channel", () => {
  const state = { channelId: "trade", genesisBlock: "AAAA", configSequence: 3, changedElsewhere: [] };
  type Inputs = ReturnType<FabricInputs["channel"]>;

  function changes(edit: (inputs: Inputs) => unknown): string[] {
    const newInputs = edit(fabric.channel()) as Inputs;
    return inWords(channel.diff({ oldInputs: fabric.channel(), oldState: state, newInputs, now }));
  }

  const ignored: [string, (inputs: Inputs) => unknown][] = [
    ["nothing", (inputs) => inputs],
    [
      "another way to an orderer",
      (inputs) => ({ ...inputs, orderers: inputs.orderers.map((o) => ({ ...o, pod: "x-0", port: 1 })) }),
    ],
    [
      "other admin certificates of orderers",
      (inputs) => ({
        ...inputs,
        orderers: inputs.orderers.map((o) => ({ ...o, adminCertificate: unknownValue, adminPrivateKey: "new" })),
      }),
    ],
    ["other administrators", (inputs) => ({ ...inputs, administrators: inputs.administrators.slice(1) })],
    ["unknown administrators", (inputs) => ({ ...inputs, administrators: unknownValue })],
    ["leave to delete", (inputs) => ({ ...inputs, allowDelete: true })],
    [
      "another order of organisations and orderers",
      (inputs) => ({
        ...inputs,
        orderers: inputs.orderers.toReversed(),
        config: { ...inputs.config, peerOrganizations: inputs.config.peerOrganizations.toReversed() },
      }),
    ],
    [
      "another spelling of a duration",
      (inputs) => ({ ...inputs, config: { ...inputs.config, batch: { ...inputs.config.batch, timeout: "2000ms" } } }),
    ],
  ];
  for (const [what, edit] of ignored) {
    it(`are none for ${what}, since the ledger stays as it is`, () => assert.deepEqual(changes(edit), []));
  }

  it("are none for a consenter's certificate renewed with its key, since Fabric compares keys", async () => {
    const renewed = await fabric.issue(fabric.tls.privateKey);
    assert.notEqual(renewed.certificate, fabric.tls.certificate);
    assert.deepEqual(
      changes((inputs) => ({ ...inputs, config: fabric.config([renewed.certificate]) })),
      [],
    );
  });

  it("are updates for a consenter's certificate with another key", async () => {
    const other = await fabric.issue();
    assert.deepEqual(
      changes((inputs) => ({ ...inputs, config: fabric.config([other.certificate]) })),
      ["update config.consenters[0].clientTlsCertificate", "update config.consenters[0].serverTlsCertificate"],
    );
  });

  const updates: [string, (inputs: Inputs) => unknown, string[]][] = [
    [
      "another batch time",
      (inputs) => ({ ...inputs, config: { ...inputs.config, batch: { ...inputs.config.batch, timeout: "1s" } } }),
      ["update config.batch.timeout"],
    ],
    [
      "an organisation less",
      (inputs) => ({
        ...inputs,
        config: { ...inputs.config, peerOrganizations: inputs.config.peerOrganizations.slice(0, 1) },
      }),
      ["delete config.peerOrganizations[1]"],
    ],
    [
      "an orderer more",
      (inputs) => ({ ...inputs, orderers: [...inputs.orderers, fabric.orderer(2)] }),
      ["add orderers[2]"],
    ],
    ["an orderer less", (inputs) => ({ ...inputs, orderers: inputs.orderers.slice(1) }), ["delete orderers[0]"]],
    ["unknown orderers", (inputs) => ({ ...inputs, orderers: unknownValue }), ["update orderers"]],
    [
      "an unknown certificate",
      (inputs) => ({ ...inputs, config: fabric.config([unknownValue as never]) }),
      ["update config.consenters[0].clientTlsCertificate", "update config.consenters[0].serverTlsCertificate"],
    ],
    [
      "another name",
      (inputs) => ({ ...inputs, config: { ...inputs.config, channelId: "other" } }),
      ["update config.channelId (replaces)"],
    ],
  ];
  for (const [what, edit, expected] of updates) {
    it(`are [${expected.join(", ")}] for ${what}`, () => assert.deepEqual(changes(edit), expected));
  }

  it("keep the genesis block known in previews, so that no membership looks like one of another chain", () => {
    const inputs = fabric.channel();
    assert.deepEqual(channel.preview(inputs, { inputs, state }), {
      ...state,
      configSequence: unknownValue,
      changedElsewhere: unknownValue,
      proposal: unknownValue,
      inForce: unknownValue,
      maintenance: unknownValue,
      members: unknownValue,
      left: unknownValue,
      joined: unknownValue,
      released: unknownValue,
    });
    assert.deepEqual(channel.preview({ ...inputs, config: unknownValue }, undefined), {
      channelId: unknownValue,
      genesisBlock: unknownValue,
      configSequence: unknownValue,
      changedElsewhere: unknownValue,
      proposal: unknownValue,
      inForce: unknownValue,
      maintenance: unknownValue,
      members: unknownValue,
      left: unknownValue,
      joined: unknownValue,
      released: unknownValue,
    });
  });

  it("that no config update can make are refused before anything is sent", () => {
    const inputs = fabric.channel();
    const problems = channel.validate?.({ ...inputs, config: { ...inputs.config, consensus: "BFT" } }, inputs) ?? [];
    assert.ok(problems.some(({ path }) => path === "config.consensus"));
  });

  it("are previewed without the cluster, too, with a word that its steps are not known", async () => {
    const inputs = fabric.channel();
    const { context, messages } = testOperation({ dialer: createNodeAccess(undefined).dialer });
    await channel.inspect?.({ ...inputs, config: { ...inputs.config, consensus: "BFT" } }, context);
    assert.match(messages.warn.join(), /^channel trade, without which no preview can tell .* no kubeconfig/);
    assert.equal(messages.warn.length, 1);
  });

  it("do not raise a capability in the update that changes the release, since nodes may still run the former one", () => {
    const inputs = fabric.channel();
    const capabilities = { ...inputs.config.capabilities, channel: "V3_0" };
    const raised = { ...inputs, config: { ...inputs.config, capabilities } };
    assert.deepEqual(channel.validate?.(raised, inputs), []);
    assert.deepEqual(
      channel.validate?.(raised, { ...inputs, release: "2.5.16" }).map(({ message }) => message),
      [
        'given "V3_0"; must stay V2_0 in this update, because nodes of release 2.5.16 may still run, and their release must be ' +
          "3.0.0 or later. First change the release, in an update of its own",
      ],
    );
  });

  it("take back a level that was only proposed, and none that this stack reached by itself", () => {
    const inputs = fabric.channel();
    const raise = (given: Inputs): Inputs => ({
      ...given,
      config: { ...given.config, capabilities: { ...given.config.capabilities, channel: "V3_0" } },
    });
    const members = [...inputs.config.ordererOrganizations, ...inputs.config.peerOrganizations];
    const [administrator] = inputs.administrators;
    assert.ok(administrator);
    const alone = {
      ...inputs,
      administrators: [...new Set(members.map(({ msp }) => msp.mspId))].map((mspId) => ({ ...administrator, mspId })),
    };
    const shared = { ...alone, administrators: alone.administrators.slice(1) };
    assert.deepEqual(
      channel.validate?.(alone, raise(alone)).map(({ path }) => path),
      ["config.capabilities.channel"],
    );
    assert.deepEqual(channel.validate?.(shared, raise(shared)), []);
  });

  it("are updates until each orderer of this stack has joined a channel of others, and for each more or less", () => {
    const given = fabric.channel();
    const [one, two] = [fabric.orderer(0), fabric.orderer(1)];
    const joining = (joiningOrderers: Inputs["joiningOrderers"]) => ({ ...given, orderers: [], joiningOrderers });
    const changesOf = (joined: string[], before: Inputs["joiningOrderers"], after: Inputs["joiningOrderers"]) =>
      inWords(
        channel.diff({
          oldInputs: joining(before),
          oldState: { ...state, joined },
          newInputs: joining(after),
          now,
        }),
      );
    assert.deepEqual(changesOf([one.name, two.name], [one, two], [two, one]), []);
    assert.deepEqual(changesOf([one.name], [one, two], [one, two]), ["update joined"]);
    assert.deepEqual(changesOf([one.name], [one], [one, two]), ["add joiningOrderers[1]"]);
    assert.deepEqual(changesOf([one.name, two.name], [one, two], [one]), ["delete joiningOrderers[1]"]);
  });

  it("are updates until a founder's orderers are back in a channel in which others alone vote", () => {
    const given = fabric.channel();
    const changesOf = (joined: string[] | undefined): string[] =>
      inWords(channel.diff({ oldInputs: given, oldState: { ...state, joined }, newInputs: given, now }));
    assert.deepEqual([changesOf(undefined), changesOf(given.orderers.map(({ name }) => name))], [[], []]);
    assert.deepEqual(changesOf([]), ["update joined"]);
  });

  it("are a look at the channel where an approval goes, which may have changed it, and none where one comes", () => {
    const changesOf = (before: string[] | undefined, after: string[] | undefined): string[] => {
      const [oldInputs, newInputs] = [before, after].map((approved) => ({ ...fabric.channel(), approved }));
      return inWords(channel.diff({ oldInputs: oldInputs!, oldState: state, newInputs: newInputs!, now }));
    };
    assert.deepEqual(changesOf(["sha256:1", "sha256:2"], ["sha256:2", "sha256:3"]), ["delete approved[0]"]);
    assert.deepEqual(changesOf(["sha256:1"], undefined), ["delete approved[0]"]);
    assert.deepEqual(changesOf(undefined, ["sha256:1"]), []);
  });

  it("are an update where the founder published another chain, also for a stack that had left the former one", () => {
    const given = { ...fabric.channel(), orderers: [], peers: [fabric.peer("org1/peer0")] };
    const genesisBlock = Buffer.from(buildGenesisBlock(given.config)).toString("base64");
    const left = { ...state, genesisBlock, left: 7 };
    const changesOf = (genesisHash: string | undefined): string[] => {
      const newInputs = { ...given, founderView: { sequence: 0, members: ["Org1MSP"], genesisHash } };
      return inWords(channel.diff({ oldInputs: given, oldState: left, newInputs, now }));
    };
    assert.deepEqual(changesOf("b".repeat(64)), ["update genesisBlock"]);
    assert.deepEqual([changesOf(blockDataHash(genesisBlock)), changesOf(undefined)], [[], []]);
  });

  it("are none any more once this stack left the channel, with its proposal", async () => {
    const founderView = { sequence: 9, members: ["Org2MSP"] };
    const inputs = { ...fabric.channel(), orderers: [], peers: [fabric.peer("org1/peer0")] };
    const proposal = {
      digest: `sha256:${"0".repeat(64)}`,
      envelope: "AAAA",
      sequence: 3,
      description: [],
      missing: [],
      signatures: [],
    };
    const open = { ...state, proposal, inForce: inputs.config, maintenance: true };
    const newInputs = { ...inputs, founderView };
    const { context, messages } = testOperation();
    const after = await channel.update({ id: "trade", inputs, state: open, newInputs }, context);
    assert.match(messages.warn.join(), /^channel trade: Org1MSP left it, by config 9 at the latest/);
    assert.deepEqual(JSON.parse(JSON.stringify(after)), { ...state, left: 9 });
    assert.deepEqual(channel.diff({ oldInputs: newInputs, oldState: after, newInputs, now }), []);
  });

  it("are refused for orderers that would both order and join a channel, and that move", () => {
    const inputs = fabric.channel();
    const orderer = fabric.orderer(0);
    assert.deepEqual(channel.validate?.({ ...inputs, joiningOrderers: [orderer] }, undefined), [
      problem({
        path: "joiningOrderers",
        must: "be left out",
        because: "`orderers` has those by which this stack reaches the channel",
      }),
    ]);
    const joining = (host: string) => ({
      ...inputs,
      orderers: [],
      peers: [fabric.peer("org1/peer0")],
      joiningOrderers: [{ ...orderer, host }],
    });
    assert.match(
      channel.validate?.(joining("moved"), joining("orderer0")).map(({ path, message }) => `${path}: ${message}`)[0] ??
        "",
      /^joiningOrderers\[0\]\.host: given "moved:7050"; must stay orderer0:7050/,
    );
  });

  it("refuse another consensus where other stacks run orderers, which would have to restart, too", () => {
    const inputs = fabric.channel();
    const [consenter] = inputs.config.consenters;
    const shared = (consensus: "etcdraft" | "BFT") => ({
      ...inputs,
      config: {
        ...inputs.config,
        consensus,
        consenters: [...inputs.config.consenters, { ...consenter!, host: "elsewhere", mspId: "BellMSP" }],
      },
    });
    assert.ok(
      channel
        .validate?.(shared("BFT"), shared("etcdraft"))
        .some(({ message }) => message.includes("all orderers restart for it, and other stacks have those of BellMSP")),
    );
  });

  it("are checked for repeated orderers and administrators", () => {
    const inputs = fabric.channel();
    const twice = {
      ...inputs,
      orderers: [fabric.orderer(0), fabric.orderer(0)],
      administrators: [inputs.administrators[0]!, inputs.administrators[0]!],
    };
    assert.deepEqual(channel.validate?.(twice, undefined), [
      problem({ path: "orderers[1]", given: "orderer/orderer0", must: "differ from that of [0]" }),
      problem({ path: "administrators[1]", given: "OrdererMSP", must: "differ from that of [0]" }),
    ]);
  });
});

describe("changes of an approval", () => {
  const state = { standing: "inForce" as const, description: [], missing: [], signatures: [], configSequence: 9 };
  const [hash, other] = ["a".repeat(64), "b".repeat(64)];

  function changes(before: { genesisHash?: string; restart?: boolean }, after: object): string[] {
    const peers = [fabric.peer("org1/peer0")];
    const given = { channelId: "trade", digest: `sha256:${hash}`, administrators: [], peers, orderers: [] };
    return inWords(
      approval.diff({ oldInputs: { ...given, ...before }, oldState: state, newInputs: { ...given, ...after }, now }),
    );
  }

  it("are a look at a new chain, since what it saw of the former one is published as the newest word", () => {
    assert.deepEqual(changes({ genesisHash: hash }, { genesisHash: other }), ["update genesisHash"]);
    assert.deepEqual(changes({ genesisHash: hash }, { genesisHash: unknownValue }), ["update genesisHash"]);
  });

  it("are one where this stack begins a chain anew that may have the same first block, once", () => {
    const same = { genesisHash: hash };
    assert.deepEqual(changes(same, { ...same, restart: true }), ["add restart"]);
    assert.deepEqual(changes({ ...same, restart: true }, { ...same, restart: true }), []);
    assert.deepEqual(changes({ ...same, restart: true }, same), []);
  });

  it("are none on the chain that it knows, or where a former release did not note it", () => {
    assert.deepEqual(changes({ genesisHash: hash }, { genesisHash: hash }), []);
    assert.deepEqual(changes({}, { genesisHash: hash }), []);
  });
});

describe("changes of a membership", () => {
  type Inputs = ReturnType<FabricInputs["membership"]>;
  const table: [string, (inputs: Inputs) => unknown, string[]][] = [
    ["nothing", (inputs) => inputs, []],
    [
      "another way to the peer",
      (inputs) => ({ ...inputs, peer: { ...inputs.peer, pod: "x-0", host: "x", tlsCaCertificates: unknownValue } }),
      [],
    ],
    ["another administrator", (inputs) => ({ ...inputs, administrator: unknownValue }), []],
    ["a peer not known yet", (inputs) => ({ ...inputs, peer: unknownValue }), []],
    [
      "another peer",
      (inputs) => ({ ...inputs, peer: { ...inputs.peer, name: "org1/peer1" } }),
      ["update peer.name (replaces)"],
    ],
    ["another channel", (inputs) => ({ ...inputs, channelId: "other" }), ["update channelId (replaces)"]],
    [
      "another chain of the same name",
      (inputs) => ({ ...inputs, genesisHash: "b".repeat(64) }),
      ["update genesisHash (replaces)"],
    ],
    [
      "a channel not known yet",
      (inputs) => ({ ...inputs, genesisHash: unknownValue }),
      ["update genesisHash (replaces)"],
    ],
    ["other orderers to ask", (inputs) => ({ ...inputs, orderers: unknownValue }), []],
  ];
  for (const [what, edit, expected] of table) {
    it(`are [${expected.join(", ")}] for ${what}`, () => {
      const newInputs = edit(fabric.membership()) as Inputs;
      const oldState = { channelId: "trade" };
      assert.deepEqual(
        inWords(channelMembership.diff({ oldInputs: fabric.membership(), oldState, newInputs, now })),
        expected,
      );
    });
  }
});

describe("changes of a chaincode", () => {
  type Inputs = ReturnType<FabricInputs["chaincode"]>;
  const organization = (change: object) => (inputs: Inputs) => ({
    ...inputs,
    organizations: [{ ...inputs.organizations[0], ...change }, ...inputs.organizations.slice(1)],
  });
  const table: [string, (inputs: Inputs) => unknown, string[]][] = [
    ["nothing", (inputs) => inputs, []],
    [
      "another spelling of the policy",
      (inputs) => ({ ...inputs, endorsementPolicy: "AND( 'Org1MSP.peer' , 'Org2MSP.peer' )" }),
      [],
    ],
    ["another administrator", organization({ administrator: unknownValue }), []],
    ["no organisation but the first", (inputs) => ({ ...inputs, organizations: inputs.organizations.slice(0, 1) }), []],
    [
      "another order of organisations",
      (inputs) => ({ ...inputs, organizations: inputs.organizations.toReversed() }),
      [],
    ],
    ["another version", (inputs) => ({ ...inputs, version: "1.1" }), ["update version"]],
    [
      "another policy",
      (inputs) => ({ ...inputs, endorsementPolicy: "OR('Org1MSP.peer','Org2MSP.peer')" }),
      ["update endorsementPolicy"],
    ],
    ["the default policy", (inputs) => ({ ...inputs, endorsementPolicy: undefined }), ["delete endorsementPolicy"]],
    ["another package", organization({ packageId: "asset_1.0:1234" }), ["update organizations[0].packageId"]],
    [
      "a package not known yet",
      organization({ packageId: unknownValue, package: unknownValue }),
      ["update organizations[0].packageId"],
    ],
    ["another organisation in place of the first", organization({ mspId: "Org3MSP" }), ["add organizations[0]"]],
    [
      "a collection that is new",
      (inputs) => ({
        ...inputs,
        collections: [{ name: "deals", policy: "OR('Org1MSP.member')", requiredPeerCount: 0, maxPeerCount: 1 }],
      }),
      ["add collections"],
    ],
    ["another name", (inputs) => ({ ...inputs, name: "other" }), ["update name (replaces)"]],
    ["another channel", (inputs) => ({ ...inputs, channelId: "other" }), ["update channelId (replaces)"]],
    ["unknown organisations", (inputs) => ({ ...inputs, organizations: unknownValue }), ["update organizations"]],
  ];
  for (const [what, edit, expected] of table) {
    it(`are [${expected.join(", ")}] for ${what}`, () => {
      const newInputs = edit(fabric.chaincode()) as Inputs;
      const oldState = { channelId: "trade", name: "asset", sequence: 1 };
      assert.deepEqual(inWords(chaincode.diff({ oldInputs: fabric.chaincode(), oldState, newInputs, now })), expected);
    });
  }

  it("are one for a peer more", () => {
    const inputs = fabric.chaincode();
    const [first, ...others] = inputs.organizations;
    assert.ok(first);
    const grown = { ...first, peers: [...first.peers, fabric.peer("Org1MSP/peer1")] };
    const newInputs = { ...inputs, organizations: [grown, ...others] };
    const oldState = { channelId: "trade", name: "asset", sequence: 1 };
    assert.deepEqual(inWords(chaincode.diff({ oldInputs: inputs, oldState, newInputs, now })), [
      "add organizations[0].peers[1]",
    ]);
  });

  it("are refused when a package is not the one its id names", () => {
    const inputs = fabric.chaincode();
    const [first, second] = inputs.organizations;
    assert.ok(first && second);
    const { package: bytes, packageId } = fabric.package("asset_2.0");
    const mixed = { ...inputs, organizations: [{ ...first, package: bytes }, second] };
    const label = packageId.replace("asset_2.0", "asset_1.0");
    assert.deepEqual(chaincode.validate?.(mixed, undefined), [
      problem({ path: "organizations[0].packageId", given: first.packageId, must: `be ${label}, the package's` }),
    ]);
  });
});
