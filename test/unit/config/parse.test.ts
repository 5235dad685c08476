/** Meaning of stack files. Golden files show the resources. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { resolveExistingChain } from "../../../config/ethereum/existing-genesis";
import { generatedFiles } from "../../../config/generate";
import { presetPeerSettings, presetVariables } from "../../../config/fabric/preset";
import { formatProblems } from "../../../config/kit/problem";
import type { Genesis } from "../../../ledger/ethereum/genesis-file";
import { deriveAccount } from "../../../ledger/ethereum/key";
import { root, stacks } from "../../support/program/run";
import { corpus, ethereumCorpus, partnerCorpus, settingCorpus, transformCorpus } from "./corpus";
import { ethereumOf, fabricOf, problemsOf, read } from "./read";

const smallest = `
cluster: { vendor: local }
network:
  type: fabric
  fabric:
    peerOrganizations: [{ name: org1 }]
    channels: [{ name: trade }]
`;

describe("bad configurations", () => {
  for (const { because, yaml, problems } of [...corpus, ...partnerCorpus, ...settingCorpus, ...transformCorpus]) {
    it(`are refused with all their problems: ${because}`, () => {
      assert.deepEqual(problemsOf(yaml), problems);
    });
  }

  for (const { because, yaml, problems } of ethereumCorpus) {
    it(`are refused as an Ethereum network: ${because}`, () => {
      const found = problemsOf(yaml);
      assert.equal(found.length, problems.length, found.join("\n"));
      problems.forEach((problem, at) => assert.ok(found[at]?.startsWith(problem), found[at]));
    });
  }

  it("never show a key", () => {
    const yaml = `
cluster: { vendor: local }
network: { type: ethereum, ethereum: { validators: [{ name: a, privateKey: "0xabc123abc123" }] } }
`;
    assert.ok(problemsOf(yaml).length > 0);
    assert.ok(!problemsOf(yaml).join().includes("abc123"));
  });

  it("give a policy's own syntax error, which has the position", () => {
    const problems = problemsOf(`
cluster: { vendor: local }
network:
  type: fabric
  fabric:
    peerOrganizations: [{ name: org1 }]
    channels: [{ name: trade, chaincodes: [{ name: cc, version: "1", image: "x:1", endorsementPolicy: "AND('Org1MSP.peer'" }] }]
`);
    assert.equal(problems.length, 1);
    assert.match(
      problems[0] ?? "",
      /^network\.fabric\.channels\[0\]\.chaincodes\[0\]\.endorsementPolicy: given "AND\('Org1MSP\.peer'"; must be a signature policy, because .*character [0-9]+/,
    );
  });

  it("are shown as one list under one heading", () => {
    const { problems } = read(
      "cluster: { vendor: local, nam: x }\nnetwork: { type: fabric, fabric: { peerOrganizations: [] } }",
    );
    assert.equal(
      formatProblems("Stack dev", problems),
      [
        "Stack dev has 2 problems; nothing was changed.",
        '  cluster.nam: must be left out, or one of the keys here: vendor, name, kubeconfigFile, snapshots, dnsDomain, generation. Did you mean "name"?',
        "  network.fabric.peerOrganizations: given []; must have an organisation with peers, because there are no partners",
      ].join("\n"),
    );
  });
});

describe("defaults", () => {
  it("make a whole network of six lines", () => {
    const { config } = read(smallest);
    const fabric = fabricOf(config);
    assert.deepEqual(fabric.ordererOrganizations, [{ name: "orderer", mspId: "OrdererMSP", orderers: 3 }]);
    assert.deepEqual(fabric.peerOrganizations, [
      { name: "org1", mspId: "Org1MSP", peers: 2, stateDatabase: "goleveldb" },
    ]);
    assert.deepEqual(fabric.channels[0]?.organizations, ["org1"]);
    assert.equal(fabric.images.peer, "ghcr.io/hyperledger/fabric-peer:3.1.5");
    assert.deepEqual(fabric.gateway, {
      type: "ClusterIP",
      port: 7051,
      externalTrafficPolicy: "Local",
      annotations: {},
      clientCidrs: [],
      clientNamespaces: [],
    });
  });

  it("protect everything outside of this machine, which may be the only copy", () => {
    const local = read(smallest).config;
    assert.deepEqual([fabricOf(local).protect, local?.storage.reclaimPolicy], [false, "Delete"]);
    const elsewhere = read(
      `${smallest.replace("{ vendor: local }", "{ vendor: existing, name: prod, networkPolicyEnforced: true }")}
storage: { block: { className: fast } }`,
    ).config;
    assert.deepEqual([fabricOf(elsewhere).protect, elsewhere?.storage.reclaimPolicy], [true, "Retain"]);
  });

  it("give way to what the file says", () => {
    const { config } = read(`${smallest}    protect: true\nstorage: { reclaimPolicy: Retain }`);
    assert.deepEqual([fabricOf(config).protect, config?.storage.reclaimPolicy], [true, "Retain"]);
  });
});

describe("the preset for throughput", () => {
  const network = (lines: string[]) =>
    fabricOf(
      read(
        [
          `${smallest.trimEnd().replace("[{ name: trade }]", "[{ name: trade, batch: { timeout: 3s } }]")}`,
          ...lines.map((line) => `    ${line}`),
        ].join("\n"),
      ).config,
    );
  const preset = "preset: throughput";

  it("stands in for values that the file leaves out, and gives way to the others", () => {
    const { peer, logging, channels } = network([preset]);
    assert.deepEqual([peer.gatewayConcurrency, logging], [20_000, "comm.grpc.server,endorser=warn:info"]);
    assert.deepEqual(channels[0]?.batch, {
      timeout: "3s",
      maxMessageCount: 1000,
      absoluteMaxBytes: "10Mi",
      preferredMaxBytes: "4Mi",
    });
    const own = network([
      preset,
      "logging: debug",
      "peer: { gatewayConcurrency: 7 }",
      "settings: { peer: { peer.validatorPoolSize: 5 } }",
    ]);
    assert.deepEqual([own.peer.gatewayConcurrency, own.logging], [7, "debug"]);
    assert.deepEqual(own.settings.peer, {
      "peer.limits.concurrency.endorserService": 20_000,
      "peer.validatorPoolSize": 5,
    });
  });

  it("follows the limits of a peer: validators and processors those of its processor time, the cache of CouchDB its memory", () => {
    const sized = (cpu: string, memory: string) =>
      network([
        preset,
        `resources: { peer: { requests: { cpu: 100m, memory: 64Mi }, limits: { cpu: ${cpu}, memory: ${memory} } } }`,
      ]);
    for (const [cpu, memory, processors] of [
      ["2500m", "4Gi", 3],
      ["8", "1Gi", 8],
      ["200m", "4Gi", 1],
    ] as const) {
      const { settings, preset: chosen, resources } = sized(cpu, memory);
      assert.equal(settings.peer["peer.validatorPoolSize"], processors);
      assert.equal(settings.peer["ledger.state.couchDBConfig.cacheSize"], undefined);
      assert.deepEqual(presetVariables(chosen, resources.peer.limits), [
        { name: "GOGC", value: "400" },
        { name: "GOMAXPROCS", value: String(processors) },
      ]);
    }
    const caches = ["64Mi", "1Gi", "3Gi", "4Gi"].map(
      (memory) =>
        presetPeerSettings({
          preset: "throughput",
          resources: { peer: { limits: { memory } } },
          peerOrganizations: [{ stateDatabase: "couchdb" }],
        })["ledger.state.couchDBConfig.cacheSize"],
    );
    assert.deepEqual(caches, [64, 64, 192, 256]);
  });

  it("changes nothing of a network without it", () => {
    const { peer, logging, channels, settings } = network([]);
    assert.deepEqual([peer.gatewayConcurrency, logging, settings.peer], [500, "info", {}]);
    assert.deepEqual(channels[0]?.batch, {
      timeout: "3s",
      maxMessageCount: 500,
      absoluteMaxBytes: "10Mi",
      preferredMaxBytes: "2Mi",
    });
    assert.deepEqual(presetVariables(undefined, { cpu: "4" }), []);
  });

  it("is refused by another name", () => {
    assert.deepEqual(problemsOf(`${smallest}    preset: fast`), [
      'network.fabric.preset: given "fast"; must be one of throughput',
    ]);
  });
});

describe("warnings", () => {
  const warningsOf = (orderers: number, consensus: string) => {
    const result = read(`
cluster: { vendor: local }
network:
  type: fabric
  fabric:
    ordererOrganizations: [{ name: orderer, orderers: ${orderers} }]
    peerOrganizations: [{ name: org1 }, { name: org2 }]
    channels: [{ name: trade, consensus: ${consensus}, organizations: [org1] }]
`);
    assert.ok(result.config, JSON.stringify(result.problems));
    return result.warnings.map(({ message }) => message);
  };
  const idle = 'given "org2"; should be a member of a channel, because its peers have nothing to do';

  it("come for numbers of orderers that gain nothing", () => {
    assert.deepEqual(warningsOf(1, "etcdraft"), [
      "given 1; should be 3 or more, because with 1 the channel stops when one of them does",
      idle,
    ]);
    assert.deepEqual(warningsOf(4, "etcdraft"), [
      "given 4; should be an odd number, because 4 tolerate 1 failure, as 3 do",
      idle,
    ]);
    assert.deepEqual(warningsOf(6, "BFT"), [
      "given 6; should be 3f+1, which is 4, 7, 10, because 6 tolerate 1 failure, as 4 do",
      idle,
    ]);
  });

  it("come for orderer organisations whose disruption budgets together let the quorum go", () => {
    const warned = (counts: number[], consensus = "etcdraft") => {
      const organizations = counts.map((orderers, index) => `{ name: ordering${index}, orderers: ${orderers} }`);
      const result = read(`
cluster: { vendor: local }
network:
  type: fabric
  fabric:
    ordererOrganizations: [${organizations.join(", ")}]
    peerOrganizations: [{ name: org1 }]
    channels: [{ name: trade, consensus: ${consensus} }]
`);
      assert.ok(result.config, JSON.stringify(result.problems));
      return result.warnings.map(({ message }) => message);
    };
    assert.deepEqual(warned([1, 1, 1]), [
      "given 3; should be 7 or more of 3 organisations, because each organisation's disruption budget lets one orderer go, and 3 tolerate 1 failure. With fewer drain one machine at a time",
    ]);
    assert.deepEqual(warned([2, 2, 3]), []);
    assert.deepEqual(warned([3]), []);
    assert.deepEqual(warned([3, 4], "etcdraft"), []);
    assert.deepEqual(warned([3, 4], "BFT"), []);
    assert.deepEqual(warned([2, 2], "BFT"), [
      "given 4; should be 7 or more of 2 organisations, because each organisation's disruption budget lets one orderer go, and 4 tolerate 1 failure. With fewer drain one machine at a time",
    ]);
  });

  it("come for chaincode that too few organisations run to approve it", () => {
    const warned = (organizations: string) => {
      const chaincode = `{ name: cc, version: "1", image: "x/y:1", organizations: ${organizations} }`;
      const result = read(`
cluster: { vendor: local }
network:
  type: fabric
  fabric:
    peerOrganizations: [{ name: org1 }, { name: org2 }, { name: org3 }]
    channels: [{ name: trade, chaincodes: [${chaincode}] }]
`);
      assert.ok(result.config, JSON.stringify(result.problems));
      return result.warnings.map(({ message }) => message);
    };
    assert.deepEqual(warned("[org1]"), [
      'given ["org1"]; should be more than half of the channel\'s 3 organisations, because only those approve the definition, and a majority has to',
    ]);
    assert.deepEqual(warned("[org1, org3]"), []);
  });

  it("come for peers with a backup of their own in a network that goes back as a whole", () => {
    const result = read(`
cluster: { vendor: local, snapshots: true }
network:
  type: fabric
  fabric:
    peerOrganizations: [{ name: org1, restore: [{ moment: 20260102t030405z }] }, { name: org2 }]
    channels: [{ name: trade }]
    backup: { schedule: "0 3 * * *", apiServerCidrs: [10.0.0.1/32] }
    restore: { moment: 20260101t030405z }
`);
    assert.ok(result.config, JSON.stringify(result.problems));
    const path = "network.fabric.peerOrganizations[0].restore[0].moment";
    assert.deepEqual(
      result.warnings.filter((warning) => warning.path === path).map(({ message }) => message),
      [
        'given "20260102t030405z"; should be the moment of a backup that was taken after the whole network went back, because these peers run on it, and with blocks that the orderers gave up they follow them no more',
      ],
    );
  });

  it("come for a policy that those with the chaincode cannot satisfy, since no transaction would be valid", () => {
    const warned = (policy: string) => {
      const chaincode = `{ name: cc, version: "1", image: "x/y:1", organizations: [org1, org2], endorsementPolicy: "${policy}" }`;
      const result = read(`
cluster: { vendor: local }
network:
  type: fabric
  fabric:
    peerOrganizations: [{ name: org1 }, { name: org2 }, { name: org3 }]
    channels: [{ name: trade, chaincodes: [${chaincode}] }]
`);
      assert.ok(result.config, JSON.stringify(result.problems));
      return result.warnings.map(({ path, given, because }) => ({ path, given, because }));
    };
    const unsatisfied = "AND('Org1MSP.peer','Org3MSP.peer')";
    assert.deepEqual(warned(unsatisfied), [
      {
        path: "network.fabric.channels[0].chaincodes[0].endorsementPolicy",
        given: unsatisfied,
        because: "only Org1MSP, Org2MSP can endorse, and no transaction would be valid",
      },
    ]);
    assert.deepEqual(warned("OutOf(2,'Org1MSP.peer','Org2MSP.peer','Org3MSP.peer')"), []);
  });

  it("come for indexes and settings of CouchDB that no peer reads", () => {
    const warned = (stateDatabase: string) => {
      const index =
        '{ "statedb/couchdb/indexes/owner.json": \'{ "index": { "fields": ["owner"] }, "type": "json" }\' }';
      const chaincode = `{ name: cc, version: "1", image: "x/y:1", indexes: ${index} }`;
      const result = read(`
cluster: { vendor: local }
network:
  type: fabric
  fabric:
    peerOrganizations: [{ name: org1, stateDatabase: ${stateDatabase} }]
    channels: [{ name: trade, chaincodes: [${chaincode}] }]
    settings: { peer: { ledger.state.couchDBConfig.cacheSize: 128 } }
`);
      assert.ok(result.config, JSON.stringify(result.problems));
      return result.warnings.map(({ path, message }) => `${path}: ${message}`);
    };
    assert.deepEqual(warned("goleveldb").toSorted(), [
      "network.fabric.channels[0].chaincodes[0].indexes: should be left out, because the organisations with the chaincode keep their state in goleveldb, which has no indexes. Rich queries need `stateDatabase: couchdb`",
      'network.fabric.settings.peer["ledger.state.couchDBConfig.cacheSize"]: given 128; should be left out, because no organisation has `stateDatabase: couchdb`',
    ]);
    assert.deepEqual(warned("couchdb"), []);
  });

  it("come for a founder whose orderers no policy lets peers reach", () => {
    const warned = (cidrs: string, channel: string) => {
      const fingerprint = `SHA256:${Array.from({ length: 32 }, () => "ab").join(":")}`;
      const result = read(`
cluster: { vendor: local }
network:
  type: fabric
  fabric:
    ordererOrganizations: []
    peerOrganizations: [{ name: org1 }]
    partners: [{ name: acme, from: { file: acme.json }, fingerprint: "${fingerprint}"${cidrs} }]
    channels: [${channel}]
`);
      assert.ok(result.config, JSON.stringify(result.problems));
      return result.warnings.flatMap(({ path, message }) => (path.endsWith("cidrs") ? [`${path}: ${message}`] : []));
    };
    const joined = "{ name: trade, founder: acme, organizations: [org1] }";
    assert.deepEqual(warned("", joined), [
      'network.fabric.partners[0].cidrs: given []; should list the networks of its nodes and load balancers, for example ["198.51.100.0/24"], because acme orders trade, and the network\'s policies let its nodes connect to no others',
    ]);
    assert.deepEqual(warned(", cidrs: [198.51.100.0/24]", joined), []);
    assert.deepEqual(warned("", ""), []);
  });

  it("come for load balancers that are open to so much of the internet that a few networks are all of it", () => {
    const result = read(`
cluster: { vendor: local }
network:
  type: fabric
  fabric:
    gateway: { type: LoadBalancer, clientCidrs: [0.0.0.0/1, 10.0.0.0/8] }
    peerOrganizations: [{ name: org1 }]
`);
    assert.ok(result.config, JSON.stringify(result));
    const paths = result.warnings.map(({ path }) => path);
    assert.ok(
      paths.some((path) => path.endsWith("gateway.clientCidrs[0]")),
      JSON.stringify(result),
    );
    assert.ok(!paths.some((path) => path.endsWith("clientCidrs[1]")));
  });

  it("come for the whole internet wherever a file opens a way", () => {
    const everybody = "[0.0.0.0/0]";
    const backup = `backup: { schedule: "0 3 * * *", apiServerCidrs: ${everybody} }`;
    const opened = (network: string) => {
      const result = read(`cluster: { vendor: local, snapshots: true }\nnetwork: ${network}`);
      assert.ok(result.config, JSON.stringify(result.problems));
      return result.warnings.flatMap(({ path, given }) => (given === "0.0.0.0/0" ? [path] : []));
    };
    const fabric = `peerOrganizations: [{ name: org1 }], ${backup}`;
    assert.deepEqual(opened(`{ type: fabric, dns: [{ cidrs: ${everybody} }], fabric: { ${fabric} } }`), [
      "network.dns[0].cidrs[0]",
      "network.fabric.backup.apiServerCidrs[0]",
    ]);
    assert.deepEqual(opened(`{ type: ethereum, ethereum: { p2p: { cidrs: ${everybody} }, ${backup} } }`), [
      "network.ethereum.p2p.cidrs[0]",
      "network.ethereum.backup.apiServerCidrs[0]",
    ]);
  });

  it("stay away where numbers are sound", () => {
    for (const [orderers, consensus] of [
      [3, "etcdraft"],
      [5, "etcdraft"],
      [4, "BFT"],
      [7, "BFT"],
    ] as const) {
      assert.deepEqual(warningsOf(orderers, consensus), [idle]);
    }
  });
});

describe("time zones of backups", () => {
  it("may be any of those that Kubernetes knows, also by a further name", () => {
    for (const timeZone of ["Etc/UTC", "UTC", "Europe/Vienna", "Asia/Kolkata", "America/Argentina/Buenos_Aires"]) {
      const backup = `backup: { schedule: "0 3 * * *", apiServerCidrs: [10.0.0.1/32], timeZone: ${timeZone} }`;
      const { problems } = read(`cluster: { vendor: local }\nnetwork: { type: ethereum, ethereum: { ${backup} } }`);
      assert.deepEqual(problems, [], timeZone);
    }
  });
});

describe("an existing chain", () => {
  const network = (...lines: string[]) =>
    [
      "cluster: { vendor: local }",
      "network:",
      "  type: ethereum",
      "  ethereum:",
      "    client: goquorum",
      "    genesisFile: genesis.json",
      ...lines.map((line) => `    ${line}`),
    ].join("\n");
  const peer = `enode://${deriveAccount("5".repeat(64)).enodeId}@10.0.0.5:30303`;

  it("is taken over with the keys that seal it, and with the settings of its first block", () => {
    const keys = ["1", "2", "3"].map((digit) => `{ name: v${digit}, privateKey: "${digit.repeat(64)}" }`);
    const { genesis, genesisText, validators } = ethereumOf(read(network(`validators: [${keys.join()}]`)).config);
    const { chainId, gasLimit, freeGas, consensus } = genesis;
    assert.deepEqual(
      { chainId, gasLimit, freeGas, consensus },
      { chainId: 4711, gasLimit: "0x1c9c380", freeGas: true, consensus: "qbft" },
    );
    assert.ok(genesisText?.includes('"chainId": 4711'));
    assert.equal(validators.length, 3);
  });

  it("is refused where no validator has a key, since all of them are then new to the chain", () => {
    const { problems } = read(network("validators: [{ name: a }, { name: b }, { name: c }, { name: d }]"));
    assert.deepEqual(
      problems.map(({ path, message }) => `${path}: ${message}`),
      [
        "network.ethereum.validators: must have the keys of 3 of the 4 validators that the chain starts with, because block 1 needs as many, and there are 0. Give each its privateKey, or name under `peers` the nodes that seal it elsewhere",
      ],
    );
  });

  it("is warned of where the keys seal no block 1: votes may have changed its validators since, or a key is missing", () => {
    const keys = ["1", "2"].map((digit) => `{ name: v${digit}, privateKey: "${digit.repeat(64)}" }`);
    const warned = (validators: string, ...lines: string[]) => {
      const result = read(network(`validators: [${validators}]`, ...lines));
      assert.ok(result.config, JSON.stringify(result.problems));
      return result.warnings.flatMap(({ message }) => (message.includes("block 1") ? [message] : []));
    };
    assert.deepEqual(warned(`${keys.join()}, { name: c }`), [
      "should have the keys of 3 of the 4 validators that the chain starts with, because block 1 needs as many, and there are 2. This is in order if votes have changed the validators and volumes have the chain; else name under `peers` the nodes that seal it elsewhere",
    ]);
    assert.deepEqual(warned(keys.join(), `peers: ["${peer}"]`, "p2p: { cidrs: [10.0.0.0/16] }"), []);
  });

  it("is followed without any key where others seal it", () => {
    const { validators, peers } = ethereumOf(
      read(network("validators: []", `peers: ["${peer}"]`, "p2p: { cidrs: [10.0.0.0/16] }")).config,
    );
    assert.deepEqual([validators, peers], [[], [peer]]);
  });
});

describe("the gas price of an existing chain of Besu", () => {
  const freeGas = (rules: object) => {
    const text = JSON.stringify({ config: { chainId: 1, ...rules }, extraData: "0x", gasLimit: "0x1c9c380" });
    const genesis = JSON.parse(text) as Genesis;
    return resolveExistingChain({ text, genesis }, "besu", {}).genesis.freeGas;
  };

  it("begins with London, unless its base fee is zero, and a London that is yet to come changes nothing", () => {
    assert.equal(freeGas({ berlinBlock: 0 }), true);
    assert.equal(freeGas({ berlinBlock: 0, londonBlock: 9_000_000 }), true);
    assert.equal(freeGas({ londonBlock: 0 }), false);
    assert.equal(freeGas({ londonBlock: "0x0" }), false);
    assert.equal(freeGas({ londonBlock: 0, zeroBaseFee: true }), true);
  });
});

describe("options of Besu", () => {
  const wrong = (...lines: string[]) =>
    problemsOf(
      [
        "cluster: { vendor: local }",
        "network:",
        "  type: ethereum",
        "  ethereum:",
        ...lines.map((line) => `    ${line}`),
      ].join("\n"),
    );
  const bump = 'options: { tx-pool-price-bump: "20" }';

  it("fit a chain where gas has a price and not one where it is free, and of another stack's chain nothing is known", () => {
    assert.equal(wrong(bump).length, 1);
    assert.deepEqual(wrong(bump, "genesis: { fork: berlin }"), []);
    assert.deepEqual(wrong(bump, "genesis: { freeGas: false }"), []);
    assert.deepEqual(wrong(bump, "join: { stack: organization/chains/prod }", "p2p: { namespaces: [other] }"), []);
  });

  it("may limit what clients of JSON-RPC cost, which the program does not set", () => {
    const names = [
      "http-max-active-connections",
      "ws-max-active-connections",
      "ws-max-active-subscriptions",
      "ws-max-frame-size",
    ];
    for (const name of names) assert.deepEqual(wrong(`options: { rpc-${name}: "1000" }`), [], name);
  });
});

describe("a network that is joined", () => {
  it("brings its validators, so the file needs none", () => {
    const yaml =
      "cluster: { vendor: local }\nnetwork: { type: ethereum, ethereum: { join: { stack: organization/chains/prod }, p2p: { namespaces: [other] } } }";
    const result = read(yaml);
    assert.deepEqual(ethereumOf(result.config).validators, []);
    assert.deepEqual("warnings" in result ? result.warnings : undefined, []);
  });
});

describe("warnings of an Ethereum network", () => {
  const warned = (section: string) => {
    const result = read(`cluster: { vendor: local }\nnetwork: { type: ethereum, ethereum: { ${section} } }`);
    assert.ok(result.config, JSON.stringify(result.problems));
    return result.warnings.map(({ path, message }) => `${path}: ${message}`);
  };

  it("come for a way in that leads to no node", () => {
    const door = "clientCidrs: [10.0.0.0/8], type: LoadBalancer";
    assert.deepEqual(warned(`rpc: { replicas: 0, ${door} }`), [
      "network.ethereum.rpc.replicas: given 0; should be 1 or more, because there is `type: LoadBalancer`, which leads to no node",
    ]);
    assert.deepEqual(warned(`rpc: { replicas: 1, ${door} }`), []);
    assert.deepEqual(warned("rpc: { replicas: 0 }"), []);
  });

  it("come for peers that policies keep away, where the cluster may not enforce them", () => {
    const joined = "join: { stack: organization/chains/prod }, networkPolicy: { required: false }";
    assert.deepEqual(warned(joined), [
      "network.ethereum.p2p: should have `namespaces` or `cidrs` with the nodes of `join`, because the network's policies let its nodes connect to no others",
    ]);
    assert.deepEqual(warned(`${joined}, p2p: { cidrs: [10.0.0.0/16] }`), []);
  });
});

describe("files that follow from the schemas", () => {
  it("are up to date; write them with config/generate.ts", async () => {
    for (const [path, text] of await generatedFiles()) {
      assert.equal(readFileSync(path, "utf8"), text, path);
    }
  });

  it("know every key that stack files use", async () => {
    const [schemaText = ""] = [...(await generatedFiles()).values()];
    const schema = JSON.parse(schemaText) as { properties: { config: { properties: object } } };
    const known = Object.keys(schema.properties.config.properties);
    for (const stack of stacks) {
      const file = parse(readFileSync(`${root}/stacks/Pulumi.${stack}.yaml`, "utf8")) as { config: object };
      assert.deepEqual(
        Object.keys(file.config).filter((key) => !known.includes(key)),
        [],
        stack,
      );
    }
  });
});
