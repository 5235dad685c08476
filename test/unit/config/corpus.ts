/** Bad configurations, each with all its messages. */
export interface BadConfig {
  because: string;
  yaml: string;
  problems: string[];
}

/** A Fabric network without mistakes, except for those in `lines`; `extra` is indented as part of `fabric`. */
function fabric(lines: string[], cluster = "{ vendor: local }"): string {
  const organizations = lines.some((line) => line.startsWith("peerOrganizations"));
  return [
    `cluster: ${cluster}`,
    "network:",
    "  type: fabric",
    "  fabric:",
    ...(organizations ? [] : ["    peerOrganizations: [{ name: org1 }, { name: org2 }]"]),
    ...lines.map((line) => `    ${line}`),
  ].join("\n");
}

function chaincode(fields: string): string {
  return `channels: [{ name: trade, chaincodes: [{ name: cc, version: "1.0", image: "x/y:1", ${fields} }] }]`;
}

const chaincodePath = "network.fabric.channels[0].chaincodes[0]";

/** An address with its checksum. */
const agreed = "0xFE3B557E8Fb62b89F4916B721be55cEb828dBd73";

/** An Ethereum network without mistakes, except for those in `lines`. */
function ethereum(...lines: string[]): string {
  return [
    "cluster: { vendor: local }",
    "network:",
    "  type: ethereum",
    "  ethereum:",
    ...lines.map((line) => `    ${line}`),
  ].join("\n");
}

const fingerprint = `SHA256:${Array.from({ length: 32 }, () => "ab").join(":")}`;

/** Bad partners, and channels shared with them. */
export const partnerCorpus: BadConfig[] = [
  {
    because: "a partner is one company, known by a fingerprint, at known networks",
    yaml: fabric([
      "partners:",
      `  - { name: acme, from: { file: acme.json }, cidrs: [198.51.100.7/24], fingerprint: "${fingerprint}" }`,
      `  - { name: acme, from: { file: acme.json }, fingerprint: "${fingerprint}" }`,
      `  - { name: bell, from: { file: bell.json, stack: bell/chains/prod }, fingerprint: "${fingerprint}" }`,
      `  - { name: corp, from: {}, fingerprint: "${fingerprint}" }`,
      "  - { name: dart, from: { stack: dart/chains/prod } }",
      '  - { name: east, from: { stack: prod }, fingerprint: "SHA256:ab", ports: [0] }',
    ]),
    problems: [
      'network.fabric.partners[0].cidrs[0]: given "198.51.100.7/24"; must be a network by its first address, 198.51.100.0/24, or one address with /32',
      'network.fabric.partners[1].from.file: given "acme.json"; must be a file of its own, because network.fabric.partners[0].from.file has it already',
      'network.fabric.partners[1].name: given "acme"; must be a name of its own, because network.fabric.partners[0].name has it already',
      "network.fabric.partners[2].from: must have `stack` or `file`, because it has both",
      "network.fabric.partners[3].from: must have `stack` or `file`, because it has neither",
      "network.fabric.partners[4].fingerprint: missing; must be the partner's fingerprint, SHA256: and 64 hexadecimal digits",
      'network.fabric.partners[5].fingerprint: given "SHA256:ab"; must be the partner\'s fingerprint, SHA256: and 64 hexadecimal digits',
      'network.fabric.partners[5].from.stack: given "prod"; must be a full stack name, for example "acme/blockchain-clusters/prod"',
      "network.fabric.partners[5].ports[0]: given 0; must be a whole number from 1 to 65535",
    ],
  },
  {
    because: "a channel has one founder, who settles what is settled once",
    yaml: fabric([
      `partners: [{ name: acme, from: { file: acme.json }, fingerprint: "${fingerprint}" }]`,
      "channels:",
      "  - { name: trade, founder: acme, consensus: etcdraft, restart: true }",
      "  - { name: other, founder: bell, organizations: [acme-org1] }",
      "  - { name: own, leave: true }",
      "  - { name: ordered, founder: acme, ordererOrganizations: [orderer], leave: true }",
    ]),
    problems: [
      'network.fabric.channels[0].consensus: given "etcdraft"; must be left out, because acme founded the channel',
      "network.fabric.channels[0].restart: given true; must be left out, because acme founded the channel",
      'network.fabric.channels[1].founder: given "bell"; must be one of the partners: acme',
      "network.fabric.channels[1].organizations: must have an organisation of this stack, because its peers are the way to the channel",
      "network.fabric.channels[2].leave: given true; must be left out, because this stack founded the channel. An organisation of its own goes from the channel by an edit of `organizations`",
      "network.fabric.channels[3].leave: given true; must be left out, because orderer orders the channel. First take its orderers out by an edit of `ordererOrganizations`",
    ],
  },
  {
    because: "a channel is ordered by organisations with orderers, the founder's among them",
    yaml: fabric([
      `partners: [{ name: acme, from: { file: acme.json }, fingerprint: "${fingerprint}" }]`,
      "channels:",
      "  - { name: trade, ordererOrganizations: [acme-orderer] }",
      "  - { name: other, founder: acme, ordererOrganizations: [orderer, acme-orderer] }",
      "  - { name: third, ordererOrganizations: [orderer, acme-orderer, acme-orderer] }",
    ]),
    problems: [
      'network.fabric.channels[0].ordererOrganizations: given ["acme-orderer"]; must have an orderer organisation of this stack, because this stack founds the channel',
      'network.fabric.channels[1].ordererOrganizations: given ["acme-orderer"]; must be orderer organisations of this stack, because acme names those of others',
      'network.fabric.channels[2].ordererOrganizations[1]: given "acme-orderer"; must be an organisation of its own, because network.fabric.channels[2].ordererOrganizations[0] has it already',
    ],
  },
  {
    because: "without partners, orderer organisations of a channel are this stack's",
    yaml: fabric(["channels: [{ name: trade, ordererOrganizations: [orderer, other] }]"]),
    problems: [
      'network.fabric.channels[0].ordererOrganizations[1]: given "other"; must be one of the orderer organisations: orderer',
    ],
  },
  {
    because: "an approval names one proposal of a partner",
    yaml: fabric([
      `channels: [{ name: trade, approve: ["sha256:${"a".repeat(64)}", "sha256:${"a".repeat(64)}", "sha256:AB"] }]`,
    ]),
    problems: [
      "network.fabric.channels[0].approve: must be left out, because there are no partners that could propose",
      `network.fabric.channels[0].approve[1]: given "sha256:${"a".repeat(64)}"; must be a digest of its own, because network.fabric.channels[0].approve[0] has it already`,
      'network.fabric.channels[0].approve[2]: given "sha256:AB"; must be the digest of a proposal, sha256: and 64 hexadecimal digits in small letters',
    ],
  },
  {
    because: "the former version of a chaincode is another one, at an image that stays the same",
    yaml: fabric([chaincode('previous: { version: "1_0", image: "x/y:latest" }')]),
    problems: [
      `${chaincodePath}.previous.image: given "x/y:latest"; must be pinned to a version (":1.0", not ":latest") or a digest`,
      `${chaincodePath}.previous.version: given "1_0"; must be another version than 1.0, because letters, digits and nothing else count in names of pods`,
    ],
  },
  {
    because: "a channel has orderers somewhere",
    yaml: fabric(["ordererOrganizations: []", "channels: [{ name: trade }]"]),
    problems: [
      "network.fabric.ordererOrganizations: given []; must have an organisation with orderers, because this stack founds the channel trade",
    ],
  },
  {
    because: "without partners a network needs orderers even before its first channel",
    yaml: fabric(["ordererOrganizations: []"]),
    problems: [
      "network.fabric.ordererOrganizations: given []; must have an organisation with orderers, because there are no partners",
    ],
  },
];

/** Bad settings of nodes. */
export const settingCorpus: BadConfig[] = [
  {
    because: "settings of nodes do not touch what the network rests on",
    yaml: fabric([
      "settings:",
      '  orderer: { General.ListenPort: 7051, General.TLS.Enabled: false, Admin.ListenAddress: "0.0.0.0:1" }',
      "  peer: { peer.tls: false, peer.fileSystemPath: /tmp, operations.tls.enabled: false }",
    ]),
    problems: [
      ...['orderer["Admin.ListenAddress"]', 'orderer["General.ListenPort"]', 'orderer["General.TLS.Enabled"]'],
      ...['peer["operations.tls.enabled"]', 'peer["peer.fileSystemPath"]', 'peer["peer.tls"]'],
    ].map(
      (key) =>
        `network.fabric.settings.${key}: must be left out, because the program fixes it: the network rests on it`,
    ),
  },
  {
    because: "there is one way to say a thing",
    yaml: fabric(["settings: { peer: { chaincode.executetimeout: 60s } }"]),
    problems: [
      'network.fabric.settings.peer["chaincode.executetimeout"]: must be left out, because network.fabric.peer.executeTimeout sets it',
    ],
  },
  {
    because: "an orderer does not start with a key that it does not know, and a peer ignores it",
    yaml: fabric(["settings: { orderer: { General.Throttle: 1 }, peer: { ledger.state.totalQueryLimits: 5 } }"]),
    problems: [
      'network.fabric.settings.orderer["General.Throttle"]: must be a key of orderer.yaml that every release of Fabric here knows',
      'network.fabric.settings.peer["ledger.state.totalQueryLimits"]: must be a key of core.yaml that every release of Fabric here knows. Did you mean "ledger.state.totalQueryLimit"?',
    ],
  },
  {
    because: "nodes end on values of another kind",
    yaml: fabric([
      "settings:",
      "  orderer: { General.Cluster.DialTimeout: 5, ChannelParticipation.MaxRequestBodySize: 16 }",
      "  peer: { ledger.state.totalQueryLimit: -1, ledger.history.enableHistoryDatabase: maybe }",
    ]),
    problems: [
      'network.fabric.settings.orderer["ChannelParticipation.MaxRequestBodySize"]: given 16; must be a size as Fabric writes it, for example "16 MB"',
      'network.fabric.settings.orderer["General.Cluster.DialTimeout"]: given 5; must be a duration in quotes, for example "10s"',
      'network.fabric.settings.peer["ledger.history.enableHistoryDatabase"]: given "maybe"; must be true or false',
      'network.fabric.settings.peer["ledger.state.totalQueryLimit"]: given -1; must be a whole number, 0 or more',
    ],
  },
];

/** A Fabric network without mistakes, and transforms. */
function transforms(...entries: string[]): string {
  const network = "network: { type: fabric, fabric: { peerOrganizations: [{ name: org1 }] } }";
  return ["cluster: { vendor: local }", network, "transforms:", ...entries.map((entry) => `  - ${entry}`)].join("\n");
}

const needsUnsafe =
  "must be left out, or stand in an entry with `unsafe: true`, because the isolation of nodes or the secrecy of keys may rest on it";

/** Bad changes of single resources. */
export const transformCorpus: BadConfig[] = [
  {
    because: "pods keep their rights",
    yaml: transforms(
      "{ kind: StatefulSet, patch: { spec: { template: { spec: { hostNetwork: true, securityContext: { runAsUser: 0 } } } } } }",
      "{ kind: Deployment, patch: { spec: { template: { spec: { automountServiceAccountToken: true } } } } }",
    ),
    problems: [
      `transforms[0].patch.spec.template.spec.hostNetwork: ${needsUnsafe}`,
      `transforms[0].patch.spec.template.spec.securityContext.runAsUser: ${needsUnsafe}`,
      `transforms[1].patch.spec.template.spec.automountServiceAccountToken: ${needsUnsafe}`,
    ],
  },
  {
    because: "containers keep theirs, and run what the program says",
    yaml: transforms(
      "{ kind: StatefulSet, patch: { spec: { template: { spec: { containers: [{ name: peer, securityContext: { privileged: true }, command: [sh], resources: {} }] } } } } }",
      "{ kind: StatefulSet, patch: { spec: { template: { spec: { containers: [] } } } } }",
    ),
    problems: [
      `transforms[0].patch.spec.template.spec.containers[0].command: ${needsUnsafe}`,
      `transforms[0].patch.spec.template.spec.containers[0].securityContext.privileged: ${needsUnsafe}`,
      `transforms[1].patch.spec.template.spec.containers: ${needsUnsafe}`,
    ],
  },
  {
    because: "nothing else may open a connection or show a key",
    yaml: transforms(
      "{ kind: NetworkPolicy, patch: { spec: { ingress: [] } } }",
      "{ kind: Secret, patch: { stringData: null } }",
      "{ kind: Service, patch: { spec: { type: NodePort } } }",
      "{ kind: Cluster, patch: { enableAutopilot: true } }",
    ),
    problems: [
      `transforms[0].patch.spec.ingress: ${needsUnsafe}`,
      `transforms[1].patch.stringData: ${needsUnsafe}`,
      `transforms[2].patch.spec.type: ${needsUnsafe}`,
      `transforms[3].patch.enableAutopilot: ${needsUnsafe}`,
    ],
  },
  {
    because: "policies go by labels",
    yaml: transforms(
      '{ kind: Namespace, patch: { metadata: { labels: { "pod-security.kubernetes.io/enforce": privileged, mine: "1" } } } }',
      '{ kind: StatefulSet, patch: { spec: { template: { metadata: { labels: { "fabric.component": orderer } } } } } }',
      "{ kind: Namespace, patch: { metadata: { labels: null } } }",
    ),
    problems: [
      `transforms[0].patch.metadata.labels["pod-security.kubernetes.io/enforce"]: ${needsUnsafe}`,
      `transforms[1].patch.spec.template.metadata.labels["fabric.component"]: ${needsUnsafe}`,
      `transforms[2].patch.metadata.labels: ${needsUnsafe}`,
    ],
  },
  {
    because: "another name is another resource, also for who knows what they do",
    yaml: transforms("{ kind: Service, unsafe: true, patch: { metadata: { name: other }, kind: Pod } }"),
    problems: [
      "transforms[0].patch.kind: must be left out, because another name, kind or place is another resource",
      "transforms[0].patch.metadata.name: must be left out, because another name, kind or place is another resource",
    ],
  },
  {
    because: "an entry says which resources, and changes something",
    yaml: transforms("{ kind: stateful set, name: a b, patch: {} }"),
    problems: [
      'transforms[0].kind: given "stateful set"; must be the kind of a resource as previews print it, for example "StatefulSet"',
      'transforms[0].name: given "a b"; must be the name of a resource as previews print it, for example "fabric-org1-*"',
      "transforms[0].patch: given {}; must be a map that changes something",
    ],
  },
];

/** Bad Ethereum networks. Problems that the domain's own checks find have their texts in those tests. */
export const ethereumCorpus: BadConfig[] = [
  {
    because: "a chain has an id",
    yaml: ethereum("genesis: { chainId: 0 }"),
    problems: ["network.ethereum.genesis.chainId: given 0; must be a whole number from 1 to 4503599627370476"],
  },
  {
    because: "nodes are chosen by labels and taints, and Secrets by their names",
    yaml: ethereum(
      "imagePullSecrets: [Registry_1]",
      "placement: { validator: { tolerations: [{ key: a, effect: Never }] }, rpc: { tolerations: [{ value: x }] }, peer: {} }",
    ),
    problems: [
      'network.ethereum.imagePullSecrets[0]: given "Registry_1"; must be the name of a Secret',
      "network.ethereum.placement.peer: must be left out, or one of the keys here: validator, rpc, bootnode, ethstats",
      'network.ethereum.placement.rpc.tolerations[0].operator: given "Equal"; must be Exists, because there is no key',
      'network.ethereum.placement.validator.tolerations[0].effect: given "Never"; must be one of NoSchedule, PreferNoSchedule, NoExecute',
    ],
  },
  {
    because: "old Besu drops transactions and stalls",
    yaml: ethereum('version: "26.1.0"'),
    problems: ['network.ethereum.version: given "26.1.0"; must be 26.8.1 or newer'],
  },
  {
    because: "new geth does not seal Clique",
    yaml: ethereum("client: geth", 'version: "1.14.0"'),
    problems: ['network.ethereum.version: given "1.14.0"; must be 1.13.0 or newer, below 1.14.0'],
  },
  {
    because: "each client has its protocols",
    yaml: ethereum("client: goquorum", "genesis: { consensus: clique }"),
    problems: ['network.ethereum.genesis.consensus: given "clique"; must be qbft'],
  },
  {
    because: "a fork is known by its name, and to the client",
    yaml: ethereum("client: goquorum", "genesis: { fork: cancun }"),
    problems: ['network.ethereum.genesis.fork: given "cancun"; must be one of istanbul, berlin'],
  },
  {
    because: "a block holds at least one transfer",
    yaml: ethereum('genesis: { gasLimit: "100" }'),
    problems: ["network.ethereum.genesis.gasLimit: given "],
  },
  {
    because: "an amount is a number",
    yaml: ethereum("genesis: { gasLimit: much }"),
    problems: [
      'network.ethereum.genesis.gasLimit: given "much"; must be a whole number, in quotes where it is large, for example "100000000"',
    ],
  },
  {
    because: "a round lasts longer than a block",
    yaml: ethereum("genesis: { blockPeriodSeconds: 5, requestTimeoutSeconds: 2 }"),
    problems: ["network.ethereum.genesis.requestTimeoutSeconds: given 2; must be 5 or more"],
  },
  {
    because: "a setting that the chain has not would do nothing",
    yaml: ethereum("client: geth", "genesis: { requestTimeoutSeconds: 20, transactionSizeLimitKiB: 64 }"),
    problems: [
      "network.ethereum.genesis.requestTimeoutSeconds: given 20; must be left out, because Clique has no rounds",
      "network.ethereum.genesis.transactionSizeLimitKiB: given 64; must be left out, because geth reads no such limit from genesis",
    ],
  },
  {
    because: "geth's signers take no transaction without a gas price",
    yaml: ethereum("client: geth", "genesis: { freeGas: true }"),
    problems: [
      "network.ethereum.genesis.freeGas: given true; must be false, because signers of geth drop what pays less than 1 gwei. Fund",
    ],
  },
  {
    because: "ether comes from block 0, which an existing chain has",
    yaml: ethereum("p2p: { namespaces: [other] }", "faucet: {}", "join: { stack: organization/chains/prod }"),
    problems: [
      "network.ethereum.faucet: must be left out, because the first block of the chain of `join` exists already and cannot fund an account",
    ],
  },
  {
    because: "funded accounts have addresses",
    yaml: ethereum('genesis: { alloc: { "0x12": { balance: 1 } } }'),
    problems: ['network.ethereum.genesis.alloc["0x12"]: given "0x12"; must be an address'],
  },
  {
    because: "validators have names of their own, and none of the program's",
    yaml: ethereum("validators: [{ name: a }, { name: a }, { name: rpc }]"),
    problems: [
      'network.ethereum.validators[1].name: given "a"; must be a name of its own, because network.ethereum.validators[0].name has it already',
      'network.ethereum.validators[2].name: given "rpc"; must be another name: rpc, ethstats, faucet are taken',
    ],
  },
  {
    because: "a validator's Service for peers outside has a name that no other validator's Service has",
    yaml: ethereum(
      "validators: [{ name: a }, { name: b }, { name: c }, { name: a-public }]",
      "p2p: { cidrs: [10.0.0.0/16], exposure: { type: loadBalancer } }",
    ),
    problems: [
      'network.ethereum.validators[3].name: given "a-public"; must be another name, because with `p2p.exposure` it is the Service of another validator for peers outside',
    ],
  },
  {
    because: "validators that a file does not name have names, too",
    yaml: ethereum("client: geth", "bootnodes: [{ name: validator0 }]"),
    problems: [
      'network.ethereum.bootnodes[0].name: given "validator0"; must be a name of its own, because network.ethereum.validators[0].name has it already',
    ],
  },
  {
    because: "keys have 64 digits",
    yaml: ethereum('validators: [{ name: a, privateKey: "0x1234" }]'),
    problems: [
      "network.ethereum.validators[0].privateKey: must be a private key of 64 hexadecimal digits (32 bytes), with or without 0x, because it has 4",
    ],
  },
  {
    because: "a key has one owner",
    yaml: ethereum(
      `validators: [{ name: a, privateKey: "${"1".repeat(64)}" }, { name: b, privateKey: "0x${"1".repeat(64)}" }]`,
    ),
    problems: [
      "network.ethereum.validators[1].privateKey: must be a private key of its own, because network.ethereum.validators[0].privateKey has it already",
    ],
  },
  {
    because: "a chain has a validator",
    yaml: ethereum("validators: []"),
    problems: ["network.ethereum.validators: given []; must be a list of at least 1 validators"],
  },
  {
    because: "everything that is wrong is said at once",
    yaml: ethereum(
      "client: goquorum",
      "genesis: { chainId: 0, fork: cancun, gasLimit: '100' }",
      `validators: [{ name: a, privateKey: "${"1".repeat(63)}" }, { name: a, privateKey: "${"0".repeat(64)}" }]`,
      "bootnodes: [{ name: b }]",
    ),
    problems: [
      "network.ethereum.bootnodes: must be left out, because nodes of GoQuorum know the validators by name",
      "network.ethereum.genesis.chainId: given 0; must be a whole number from 1 to 4503599627370476",
      'network.ethereum.genesis.fork: given "cancun"; must be one of istanbul, berlin',
      "network.ethereum.genesis.gasLimit: given ",
      "network.ethereum.validators[0].privateKey: must be a private key of 64 hexadecimal digits (32 bytes), with or without 0x, because it has 63",
      'network.ethereum.validators[1].name: given "a"; must be a name of its own, because network.ethereum.validators[0].name has it already',
      "network.ethereum.validators[1].privateKey: must be a private key above 0 and below the order of secp256k1, because it is 0",
    ],
  },
  {
    because: "there is no such fork",
    yaml: ethereum("genesis: { fork: frontier }"),
    problems: [
      'network.ethereum.genesis.fork: given "frontier"; must be one of istanbul, berlin, london, shanghai, cancun, prague',
    ],
  },
  {
    because: "bootnodes and validators share their namespace, and no key",
    yaml: ethereum(
      "client: geth",
      `validators: [{ name: a, privateKey: "${"1".repeat(64)}" }]`,
      `bootnodes: [{ name: a, privateKey: "${"1".repeat(64)}" }]`,
    ),
    problems: [
      'network.ethereum.bootnodes[0].name: given "a"; must be a name of its own, because network.ethereum.validators[0].name has it already',
      "network.ethereum.bootnodes[0].privateKey: must be a private key of its own, because network.ethereum.validators[0].privateKey has it already",
    ],
  },
  {
    because: "a network has one chain",
    yaml: ethereum(
      "p2p: { namespaces: [other] }",
      "genesis: { chainId: 5 }",
      "join: { stack: organization/chains/prod }",
    ),
    problems: ["network.ethereum.join: must be left out, because there is genesis, and a network has one chain"],
  },
  {
    because: "a network is joined from one source",
    yaml: ethereum("p2p: { namespaces: [other] }", "join: {}", "validators: [{ name: a }]"),
    problems: ["network.ethereum.join: must have `stack` or `file`, because it has neither"],
  },
  {
    because: "a partner's validators are agreed on one by one, by addresses whose digits are checked",
    yaml: ethereum(
      "p2p: { namespaces: [other] }",
      "join: { stack: organization/chains/prod }",
      "validators: [{ name: a }]",
      "partners:",
      `  - { name: bell, from: {}, validators: ["${agreed}", "0x12"] }`,
      `  - { name: bell, from: { stack: organization/chains/prod }, validators: ["${agreed.toLowerCase()}"] }`,
      `  - { name: corp, validators: ["${agreed.replace("F", "f")}"] }`,
    ),
    problems: [
      "network.ethereum.partners[0].from: must have `stack` or `file`, because it has neither",
      'network.ethereum.partners[0].validators[1]: given "0x12"; must be an address in quotes',
      'network.ethereum.partners[1].from.stack: given "organization/chains/prod"; must be a stack of its own, because network.ethereum.join.stack has it already',
      'network.ethereum.partners[1].name: given "bell"; must be a name of its own, because network.ethereum.partners[0].name has it already',
      `network.ethereum.partners[1].validators[0]: given "${agreed.toLowerCase()}"; must be an address of its own, because network.ethereum.partners[0].validators[0] has it already`,
      "network.ethereum.partners[2].validators[0]: given ",
      "network.ethereum.partners[2].validators[0]: given ",
    ],
  },
  {
    because: "votes need validators, and a way to them that admits somebody",
    yaml: ethereum(
      "join: { stack: organization/chains/prod }",
      "partners: [{ name: bell }]",
      "p2p: { cidrs: [10.0.0.0/16], exposure: { type: loadBalancer } }",
    ),
    problems: [
      "network.ethereum.p2p.exposure: must be left out, because this stack has no validators",
      "network.ethereum.partners: must be left out, because this stack has no validators, which could vote",
    ],
  },
  {
    because: "a load balancer admits the networks that are named, and nobody without any",
    yaml: ethereum("p2p: { exposure: { type: loadBalancer } }"),
    problems: ["network.ethereum.p2p.cidrs: given []; must list the networks of the peers outside"],
  },
  {
    because: "nobody else has to agree on the end of a validator in a network of one stack",
    yaml: ethereum("validators: [{ name: a }, { name: b, leave: true }]"),
    problems: ["network.ethereum.validators[1].leave: given true; must be left out, because no other stack votes here"],
  },
  {
    because: "the other stack has a full name",
    yaml: ethereum("p2p: { namespaces: [other] }", "join: { stack: prod, file: chain.json }"),
    problems: [
      "network.ethereum.join: must have `stack` or `file`, because it has both",
      'network.ethereum.join.stack: given "prod"; must be a full stack name, for example "organization/blockchain-clusters/prod"',
    ],
  },
  {
    because: "nodes elsewhere are out of reach where the network's own policies let nobody connect to them",
    yaml: ethereum("join: { stack: organization/chains/prod }"),
    problems: [
      "network.ethereum.p2p: must have `namespaces` or `cidrs` with the nodes of `join`, because the network's policies let its nodes connect to no others",
    ],
  },
  {
    because: "peers elsewhere have addresses that policies admit",
    yaml: ethereum(`peers: ["enode://${"12".repeat(64)}@10.0.0.5:30303"]`, "client: goquorum"),
    problems: [
      "network.ethereum.p2p: must have `namespaces` or `cidrs` with the nodes of `peers`",
      "network.ethereum.peers[0]: given ",
    ],
  },
  {
    because: "an existing chain has a genesis.json",
    yaml: ethereum("client: goquorum", "genesisFile: nowhere.json"),
    problems: [
      'network.ethereum.genesisFile: given "nowhere.json"; must be the path of a genesis.json, relative to the project, because it cannot be read (no such file)',
    ],
  },
  {
    because: "an existing chain must be one that the client runs",
    yaml: ethereum("client: goquorum", "genesisFile: wrong-genesis.json"),
    problems: [
      "network.ethereum.genesisFile.config.chainId: ",
      "network.ethereum.genesisFile.config.londonBlock: given 0; must be left out, because GoQuorum 22.7 knows no fork after Berlin",
      "network.ethereum.genesisFile.gasLimit: given ",
    ],
  },
  {
    because: "a chain of QBFT is none of Clique's",
    yaml: ethereum("client: geth", "genesisFile: genesis.json"),
    problems: ["network.ethereum.genesisFile.config: given [", "network.ethereum.genesisFile.config.qbft: given {"],
  },
  {
    because: "a peer has a public key, a host and a port",
    yaml: ethereum("p2p: { namespaces: [other] }", 'peers: ["enode://12@10.0.0.1:30303", "10.0.0.1:30303"]'),
    problems: [
      'network.ethereum.peers[0]: given "12"; must be a public key',
      'network.ethereum.peers[1]: given "10.0.0.1:30303"; must be an enode URL',
    ],
  },
  {
    because: "an ingress has two names, and its controller may connect",
    yaml: ethereum("rpc: { ingress: { host: rpc.example.com, wsHost: rpc.example.com } }"),
    problems: [
      "network.ethereum.rpc.clientNamespaces: given []; must name the namespace of the ingress controller, because it connects to the RPC nodes",
      'network.ethereum.rpc.ingress.wsHost: given "rpc.example.com"; must be another name than host',
    ],
  },
  {
    because: "one door stands before the RPC nodes",
    yaml: ethereum(
      "rpc: { clientNamespaces: [doors], ingress: { host: rpc.example.com }, gateway: { name: main, namespace: doors, host: rpc.example.com } }",
    ),
    problems: ["network.ethereum.rpc.gateway: must be left out, because there is ingress, and the network has one URL"],
  },
  {
    because: "a gateway is somebody's, and its pods may connect",
    yaml: ethereum("rpc: { gateway: { host: rpc.example.com } }"),
    problems: [
      "network.ethereum.rpc.clientNamespaces: given []; must name the namespace of the gateway controller, because it connects to the RPC nodes",
      "network.ethereum.rpc.gateway.name: missing; must be the name of a Gateway",
      "network.ethereum.rpc.gateway.namespace: missing; must be",
    ],
  },
  {
    because: "groups of RPC nodes have APIs that the client has, names and ports of their own, and say who calls them",
    yaml: ethereum(
      "client: goquorum",
      "validators: [{ name: rpc-b }]",
      "rpcGroups: [{ name: a, apis: [trace, txpool, txpool] }, { name: a, apis: [debug], httpPort: 8546 }, { name: b, apis: [debug], type: LoadBalancer }, { name: c, apis: [] }]",
    ),
    problems: [
      'network.ethereum.rpcGroups[0].apis[0]: given "trace"; must be one of debug, txpool, because GoQuorum has no other',
      "network.ethereum.rpcGroups[0].apis[2]: ",
      'network.ethereum.rpcGroups[1].name: given "a"; must be a name of its own, because network.ethereum.rpcGroups[0].name has it already',
      "network.ethereum.rpcGroups[1].wsPort: given 8546; must be another port than httpPort",
      "network.ethereum.rpcGroups[2].clientCidrs: given []; must list the networks",
      'network.ethereum.rpcGroups[2].name: given "b"; must be a name of its own, because network.ethereum.validators[0].name has it already',
      "network.ethereum.rpcGroups[3].apis: ",
    ],
  },
  {
    because: "tokens are checked by Besu alone, with an RSA key",
    yaml: ethereum("client: goquorum", 'rpc: { jwtPublicKey: "-----BEGIN PUBLIC KEY-----" }'),
    problems: ["network.ethereum.rpc.jwtPublicKey: must be left out, because GoQuorum knows no tokens"],
  },
  {
    because: "a key that is none is seen before a node is",
    yaml: ethereum('rpc: { jwtPublicKey: "-----BEGIN PUBLIC KEY-----" }'),
    problems: [
      'network.ethereum.rpc.jwtPublicKey: given "-----BEGIN PUBLIC KEY-----"; must be an RSA public key of 2048 bits or more, PEM',
    ],
  },
  {
    because: "the namespace of a network is nobody else's",
    yaml: ethereum("monitoring: { namespace: kube-public }").replace(
      "type: ethereum",
      "type: ethereum\n  name: kube-public",
    ),
    problems: ['network.name: given "kube-public"; must be another name'],
  },
  {
    because: "OpenShift keeps all namespaces with its prefix",
    yaml: ethereum().replace("type: ethereum", "type: ethereum\n  name: openshift-chain").replace("  ethereum:", ""),
    problems: ['network.name: given "openshift-chain"; must be another name'],
  },
  {
    because: "the namespace of a network is not its clients'",
    yaml: ethereum("rpc: { clientNamespaces: [ethereum] }"),
    problems: ['network.name: given "ethereum"; must be another name'],
  },
  {
    because: "an open dashboard says to whom",
    yaml: ethereum("ethstats: { type: LoadBalancer, image: node:latest }"),
    problems: [
      "network.ethereum.ethstats.clientCidrs: given []; must list the networks whose clients may connect",
      'network.ethereum.ethstats.image: given "node:latest"; must be pinned to a version',
    ],
  },
  {
    because: "Besu ends at its start on values it does not read, and on options that do not go together",
    yaml: ethereum(
      'options: { tx-pool-price-bump: "1", tx-pool-max-prioritized: "5", tx-pool-max-size: lots, permissions-accounts-config-file-enabled: "true" }',
    ),
    problems: [
      "network.ethereum.options.permissions-accounts-config-file-enabled: ",
      "network.ethereum.options.tx-pool-max-prioritized: ",
      'network.ethereum.options.tx-pool-max-size: given "lots"; must be a whole number',
      'network.ethereum.options.tx-pool-price-bump: given "1"; must be left out, because Besu ends on it with a base fee of zero',
    ],
  },
  {
    because: "the program says that GoQuorum seals and at which price, not what blocks aim at, and limits are in bytes",
    yaml: ethereum(
      "client: goquorum",
      "options: { mine: '', miner.gaslimit: '5', miner.gasprice: '5' }",
      "genesis: { contractSizeLimitBytes: 24 }",
    ),
    problems: [
      "network.ethereum.genesis.contractSizeLimitBytes: given 24; must be a whole number from 1024 to 2147483647",
      'network.ethereum.options.mine: given "mine"; must be an option that the program does not set itself',
      'network.ethereum.options.miner.gasprice: given "miner.gasprice"; must be an option that the program does not set itself',
    ],
  },
  {
    because: "clients refuse options they do not know",
    yaml: ethereum('options: { "tx-poool": SEQUENCED }'),
    problems: [
      'network.ethereum.options.tx-poool: given "tx-poool"; must be an option of Besu 26.9.0. tx-pool is the nearest',
    ],
  },
  {
    because: "what the program sets itself stays closed",
    yaml: ethereum(
      'options: { "rpc-http-api": "ADMIN,DEBUG", node-private-key-file: /data/key, rpc-gas-cap: "5", rpc-max-logs-range: "9" }',
    ),
    problems: [
      'network.ethereum.options.node-private-key-file: given "node-private-key-file"; must be an option that the program does not set itself',
      'network.ethereum.options.rpc-http-api: given "rpc-http-api"; must be an option that the program does not set itself',
    ],
  },
  {
    because: "a load balancer says who may connect, and two doors have two ports",
    yaml: ethereum("rpc: { type: LoadBalancer, httpPort: 80, wsPort: 80 }"),
    problems: [
      'network.ethereum.rpc.clientCidrs: given []; must list the networks whose clients may connect, for example ["10.0.0.0/8"], because type is LoadBalancer',
      "network.ethereum.rpc.wsPort: given 80; must be another port than httpPort",
    ],
  },
  {
    because: "an autoscaler has room",
    yaml: ethereum("rpc: { replicas: 4, autoscaling: { maxReplicas: 2 } }"),
    problems: ["network.ethereum.rpc.autoscaling.maxReplicas: given 2; must be 4 (replicas) or more"],
  },
  {
    because: "chains lie on disks, and images are pinned",
    yaml: ethereum("storage: { rpc: { class: file } }", "image: hyperledger/besu:latest"),
    problems: [
      'network.ethereum.image: given "hyperledger/besu:latest"; must be pinned to a version (":1.0", not ":latest") or a digest',
      'network.ethereum.storage.rpc.class: given "file"; must be block, because over network file systems the lock on a database can be lost or outlive its node',
    ],
  },
  {
    because: "a key without quotes is a number to YAML, whose digits are not shown either",
    yaml: ethereum(`validators: [{ name: a, privateKey: 0x${"1".repeat(64)} }, { name: b, privateKey: 4660 }]`),
    problems: ["network.ethereum.validators[0].privateKey", "network.ethereum.validators[1].privateKey"].map(
      (path) => `${path}: must be a private key of 64 hexadecimal digits, in quotes`,
    ),
  },
  {
    because: "one mistake is said once, at one path",
    yaml: ethereum(
      'genesis: { chainId: 99999999999999999999, alloc: { "0xfe3b557e8fb62b89f4916b721be55ceb828dbd73": { balance: 1.5 } } }',
    ),
    problems: [
      'network.ethereum.genesis.alloc["0xfe3b557e8fb62b89f4916b721be55ceb828dbd73"].balance: given 1.5; must be a whole number',
      "network.ethereum.genesis.chainId: given 100000000000000000000; must be a whole number from 1 to 4503599627370476",
    ],
  },
];

export const corpus: BadConfig[] = [
  {
    because:
      "an exception for the preview report names a kind and what it is called, and no entry is for everything, or for all of a kind",
    yaml: fabric([]) + '\nallowReplacement: [StatefulSet/trade-*, "*/x", trade-org1-peer0, 5, Cluster/*, Cluster/**]',
    problems: ['"*/x"', '"trade-org1-peer0"', "5", '"Cluster/*"', '"Cluster/**"'].map(
      (given, index) =>
        `allowReplacement[${index + 1}]: given ${given}; must be kind and name of a resource as the preview report prints ` +
        'them, for example "StatefulSet/trade-org1-peer0"; `*` in the name stands for any characters, but not for the whole of it',
    ),
  },
  {
    because: "an empty file misses everything that has no default",
    yaml: "{}",
    problems: [
      "cluster: missing; must be a map of keys, with the key vendor: one of existing, local, ack, aks, eks, gke",
      "network: missing; must be a map of keys, with the key type: one of fabric, ethereum",
    ],
  },
  {
    because: "a section must be a map",
    yaml: "cluster: local\nnetwork: [fabric]\nstorage: 5",
    problems: [
      'cluster: given "local"; must be a map of keys, with the key vendor: one of existing, local, ack, aks, eks, gke',
      'network: given ["fabric"]; must be a map of keys, with the key type: one of fabric, ethereum',
      "storage: given 5; must be a map of keys",
    ],
  },
  {
    because: "an unknown vendor or network type gets the known ones",
    yaml: "cluster: { vendor: asure }\nnetwork: { type: corda }",
    problems: [
      'cluster.vendor: given "asure"; must be one of existing, local, ack, aks, eks, gke',
      'network.type: given "corda"; must be one of fabric, ethereum',
    ],
  },
  {
    because: "unknown keys get the nearest known one, at any depth",
    yaml: [
      "cluster: { vendor: local, nam: x }",
      "storage: { blok: {} }",
      "network:",
      "  type: fabric",
      "  fabric:",
      "    peerOrganisations: []",
      "    peerOrganizations: [{ name: org1, Peers: 2, colour: red }]",
      "    channels: [{ name: trade, chaincode: [] }]",
    ].join("\n"),
    problems: [
      'cluster.nam: must be left out, or one of the keys here: vendor, name, kubeconfigFile, snapshots, dnsDomain, generation. Did you mean "name"?',
      'network.fabric.channels[0].chaincode: must be left out, or one of the keys here: name, founder, approve, leave, consensus, capability, organizations, ordererOrganizations, batch, restart, chaincodes. Did you mean "chaincodes"?',
      'network.fabric.peerOrganisations: must be left out, or one of the keys here: version, images, imagePullSecrets, ordererOrganizations, peerOrganizations, partners, channels, preset, gateway, peer, settings, resources, placement, storage, backup, restore, certificates, networkPolicy, podSecurity, monitoring, logging, logFormat, protect. Did you mean "peerOrganizations"?',
      "network.fabric.peerOrganizations[0].colour: must be left out, or one of the keys here: name, mspId, domain, exposure, peers, stateDatabase, restore, users, revoke",
      'network.fabric.peerOrganizations[0].Peers: must be left out, or one of the keys here: name, mspId, domain, exposure, peers, stateDatabase, restore, users, revoke. Did you mean "peers"?',
      'storage.blok: must be left out, or one of the keys here: reclaimPolicy, generation, block, file. Did you mean "block"?',
    ],
  },
  {
    because: "YAML reads bare versions as numbers, which lose their zero",
    yaml: fabric([
      "version: 3.1",
      'channels: [{ name: trade, chaincodes: [{ name: cc, version: 1.0, image: "x/y:1" }] }]',
    ]),
    problems: [
      `${chaincodePath}.version: given 1; must be a version in quotes, for example "1.0"`,
      'network.fabric.version: given 3.1; must be a Fabric release in quotes, for example "3.1.5"',
    ],
  },
  {
    because: "counts are whole numbers in a range",
    yaml: fabric([
      "ordererOrganizations: [{ name: orderer, orderers: 0 }]",
      "peerOrganizations: [{ name: org1, peers: two }, { name: org2, peers: 1.5 }, { name: org3, peers: 51 }]",
    ]),
    problems: [
      "network.fabric.ordererOrganizations[0].orderers: given 0; must be a whole number from 1 to 31",
      'network.fabric.peerOrganizations[0].peers: given "two"; must be a whole number from 1 to 50',
      "network.fabric.peerOrganizations[1].peers: given 1.5; must be a whole number from 1 to 50",
      "network.fabric.peerOrganizations[2].peers: given 51; must be a whole number from 1 to 50",
    ],
  },
  {
    because: "names become namespaces and Services, so they are DNS labels",
    yaml: fabric(["peerOrganizations: [{ name: Org_1 }, { name: 2org }, { name: org- }]"]),
    problems: ["Org_1", "2org", "org-"].map(
      (name, index) =>
        `network.fabric.peerOrganizations[${index}].name: given "${name}"; must be a name of lower case letters, digits and hyphens that starts with a letter, at most 30 characters`,
    ),
  },
  {
    because: "organisations differ in name and MSP id, also between orderers and peers",
    yaml: fabric([
      "ordererOrganizations: [{ name: org1 }]",
      "peerOrganizations: [{ name: org1 }, { name: org2, mspId: Org3MSP }, { name: org3 }]",
    ]),
    problems: [
      'network.fabric.peerOrganizations[0].name: given "org1"; must be a name of its own, because network.fabric.ordererOrganizations[0].name has it already',
      'network.fabric.peerOrganizations[2].mspId: given "Org3MSP"; must be an MSP id of its own, because network.fabric.peerOrganizations[1].mspId has it already',
    ],
  },
  {
    because: "a channel has members that exist, each once",
    yaml: fabric([
      "channels: [{ name: trade, organizations: [org1, org3, org1] }, { name: trade, organizations: [] }]",
    ]),
    problems: [
      'network.fabric.channels[0].organizations[1]: given "org3"; must be one of the peer organisations: org1, org2',
      'network.fabric.channels[0].organizations[2]: given "org1"; must be an organisation of its own, because network.fabric.channels[0].organizations[0] has it already',
      'network.fabric.channels[1].name: given "trade"; must be a channel name of its own, because network.fabric.channels[0].name has it already',
      "network.fabric.channels[1].organizations: given []; must be a list of at least 1 organisation names",
    ],
  },
  {
    because: "errors of form and errors between values come together",
    yaml: fabric([
      "peerOrganizations: [{ name: org1, peers: many }]",
      "channels: [{ name: trade, organizations: [org9] }]",
    ]),
    problems: [
      'network.fabric.channels[0].organizations[0]: given "org9"; must be one of the peer organisations: org1',
      'network.fabric.peerOrganizations[0].peers: given "many"; must be a whole number from 1 to 50',
    ],
  },
  {
    because: "a chaincode runs only where its channel is, and its name is free",
    yaml: fabric([
      "channels:",
      "  - name: trade",
      "    organizations: [org1]",
      "    chaincodes:",
      '      - { name: A_1, version: "1", image: "x/y:1", organizations: [org2] }',
      '      - { name: a-1, version: "1", image: "x/y:1" }',
      '      - { name: lscc, version: "1", image: "x/y:1" }',
    ]),
    problems: [
      `${chaincodePath}.organizations[0]: given "org2"; must be one of the channel's organisations: org1`,
      'network.fabric.channels[0].chaincodes[1].name: given "a-1"; must be a chaincode name (upper and lower case, "-" and "_" count as the same) of its own, because network.fabric.channels[0].chaincodes[0].name has it already',
      'network.fabric.channels[0].chaincodes[2].name: given "lscc"; must be another name, because a system chaincode has this one',
    ],
  },
  {
    because: "an endorsement policy must name members of the channel",
    yaml: fabric([chaincode(`endorsementPolicy: "AND('Org1MSP.peer','Org9MSP.peer')"`)]),
    problems: [
      `${chaincodePath}.endorsementPolicy: given "AND('Org1MSP.peer','Org9MSP.peer')"; must name MSP ids of the channel: Org1MSP, Org2MSP, because "Org9MSP" is none of them`,
    ],
  },
  {
    because: "BFT needs four orderers and Fabric 3",
    yaml: fabric(["version: 2.5.9", "channels: [{ name: trade, consensus: BFT }, { name: other, consensus: raft }]"]),
    problems: [
      'network.fabric.channels[0].consensus: given "BFT"; must be etcdraft, because 3 orderers with BFT tolerate no faulty one, and 4 tolerate one. For BFT raise `orderers`',
      'network.fabric.channels[0].consensus: given "BFT"; must be etcdraft, because Fabric 2.5.9 has no BFT (capability V3_0). For BFT set `version` to 3.1.2 or later',
      'network.fabric.channels[1].consensus: given "raft"; must be one of etcdraft, BFT',
    ],
  },
  {
    because: "a capability is for nodes that know it, and BFT needs the one that is for it",
    yaml: fabric([
      "version: 2.5.16",
      "channels: [{ name: trade, capability: V3_0 }, { name: other, consensus: BFT, capability: V2_0 }]",
    ]),
    problems: [
      'network.fabric.channels[0].capability: given "V3_0"; must be V2_0, because nodes of Fabric 2.5.16 end on a level that they do not know. For V3_0 set `version` to 3.0.0 or later',
      'network.fabric.channels[1].capability: given "V2_0"; must be V3_0, because consensus is BFT',
      'network.fabric.channels[1].consensus: given "BFT"; must be etcdraft, because 3 orderers with BFT tolerate no faulty one, and 4 tolerate one. For BFT raise `orderers`',
      'network.fabric.channels[1].consensus: given "BFT"; must be etcdraft, because Fabric 2.5.16 has no BFT (capability V3_0). For BFT set `version` to 3.1.2 or later',
    ],
  },
  {
    because: "releases before 2.5 lack what channels are made with here",
    yaml: fabric(["version: 2.2.15"]),
    problems: ['network.fabric.version: given "2.2.15"; must be 2.5.0 or later'],
  },
  {
    because: "a moving image tag makes tomorrow's network another one",
    yaml: fabric([
      "images: { peer: ghcr.io/hyperledger/fabric-peer, orderer: 'localhost:5000/orderer', couchdb: 'couchdb:latest' }",
      chaincode("replicas: 1").replace("x/y:1", "Not An Image"),
    ]),
    problems: [
      `${chaincodePath}.image: given "Not An Image"; must be an image reference, for example "ghcr.io/example/asset-transfer:1.0"`,
      'network.fabric.images.couchdb: given "couchdb:latest"; must be pinned to a version (":1.0", not ":latest") or a digest',
      'network.fabric.images.orderer: given "localhost:5000/orderer"; must be pinned to a version (":1.0", not ":latest") or a digest',
      'network.fabric.images.peer: given "ghcr.io/hyperledger/fabric-peer"; must be pinned to a version (":1.0", not ":latest") or a digest',
    ],
  },
  {
    because: "sizes without a unit are bytes, which nobody means",
    yaml: fabric(["storage: { peer: { size: 50 }, orderer: { size: '30' }, couchdb: { size: 5GB } }"]),
    problems: [
      'network.fabric.storage.couchdb.size: given "5GB"; must be a size with its unit, for example "50Gi"',
      'network.fabric.storage.orderer.size: given "30"; must be a size with its unit, for example "30Gi"',
      'network.fabric.storage.peer.size: given 50; must be a size with its unit, for example "50Gi"',
    ],
  },
  {
    because: "a ledger on network storage can be opened twice",
    yaml: fabric(["storage: { peer: { class: file }, orderer: { class: nfs } }"]),
    problems: [
      'network.fabric.storage.orderer.class: given "nfs"; must be one of block, file',
      'network.fabric.storage.peer.class: given "file"; must be block, because over network file systems the lock on a ledger can be lost or outlive its node, so two nodes may write one ledger',
    ],
  },
  {
    because: "a request above its limit is refused by Kubernetes much later",
    yaml: fabric([
      "resources: { peer: { requests: { cpu: 8, memory: 8Gi }, limits: { cpu: some } } }",
      chaincode('resources: { requests: { memory: 1Gi, "ephemeral-storage": 2Gi } }'),
    ]),
    problems: [
      `${chaincodePath}.resources.requests.ephemeral-storage: given "2Gi"; must be at most the limit, 1Gi`,
      `${chaincodePath}.resources.requests.memory: given "1Gi"; must be at most the limit, 512Mi`,
      'network.fabric.resources.peer.limits.cpu: given "some"; must be processor cores, for example "500m" or 2',
      'network.fabric.resources.peer.requests.memory: given "8Gi"; must be at most the limit, 4Gi',
    ],
  },
  {
    because: "batches have a time and sizes that fit each other and a message",
    yaml: fabric([
      "channels:",
      "  - { name: a, batch: { timeout: 2, absoluteMaxBytes: 99Mi } }",
      "  - { name: b, batch: { timeout: 0s, preferredMaxBytes: 20Mi, maxMessageCount: 0 } }",
    ]),
    problems: [
      'network.fabric.channels[0].batch.absoluteMaxBytes: given "99Mi"; must be 49Mi or less, because a block travels in one message',
      'network.fabric.channels[0].batch.timeout: given 2; must be a duration with its unit, for example "2s" or "200ms"',
      "network.fabric.channels[1].batch.maxMessageCount: given 0; must be a whole number from 1 to 100000",
      'network.fabric.channels[1].batch.preferredMaxBytes: given "20Mi"; must be 10Mi (absoluteMaxBytes) or less',
      'network.fabric.channels[1].batch.timeout: given "0s"; must be a duration with its unit, for example "2s" or "200ms"',
    ],
  },
  {
    because: "users and revocations must name identities that the organisation can have",
    yaml: fabric([
      "peerOrganizations:",
      "  - name: org1",
      "    users: [{ name: alice }, { name: alice, validityDays: 20 }, { name: peer0 }]",
      '    revoke: [{ name: bob }, { serial: "5A:3C" }, { serial: "5a3c" }, { serial: "x" }, {}, { name: admin, serial: "1" }]',
      "  - { name: org2, revoke: [{ name: client }, { name: client, generation: 2 }, { serial: '1', generation: 1 }] }",
      "ordererOrganizations: [{ name: orderer, revoke: [{ name: client }] }]",
    ]),
    problems: [
      'network.fabric.ordererOrganizations[0].revoke[0].name: given "client"; must be one of admin, because a user that is ' +
        "removed from users is revoked by that already",
      'network.fabric.peerOrganizations[0].revoke[0].name: given "bob"; must be one of admin, client, alice, peer0, ' +
        "because a user that is removed from users is revoked by that already",
      'network.fabric.peerOrganizations[0].revoke[2]: given "5a3c"; must be a revocation of its own, because ' +
        "network.fabric.peerOrganizations[0].revoke[1] has it already",
      'network.fabric.peerOrganizations[0].revoke[3].serial: given "x"; must be a serial number in hex and in quotes, ' +
        'for example "5A:3C:01", as `openssl x509 -serial` prints it',
      "network.fabric.peerOrganizations[0].revoke[4]: must have either name or serial",
      "network.fabric.peerOrganizations[0].revoke[5]: must have either name or serial",
      'network.fabric.peerOrganizations[0].users[1].name: given "alice"; must be a name of its own, because ' +
        "network.fabric.peerOrganizations[0].users[0].name has it already",
      "network.fabric.peerOrganizations[0].users[1].validityDays: given 20; must be more than " +
        "certificates.renewBeforeDays (30), because every run would renew it",
      'network.fabric.peerOrganizations[0].users[2].name: given "peer0"; must be another name, because the ' +
        "organisation has a certificate of that name itself",
      "network.fabric.peerOrganizations[1].revoke[2].generation: given 1; must stand beside name, not serial",
    ],
  },
  {
    because: "a user's attributes must be ones that a certificate and Fabric CA's extension can hold",
    yaml: fabric([
      "peerOrganizations:",
      "  - name: org1",
      "    users:",
      `      - { name: alice, attributes: { "a,b": x, hf.Type: admin, hf.Affiliation: audit, long: ${"x".repeat(257)} } }`,
      "      - { name: bob, attributes: { limit: 5 } }",
    ]),
    problems: [
      'network.fabric.peerOrganizations[0].users[0].attributes.long: given "257 characters"; must have 256 characters or ' +
        "fewer, because the certificate travels with every transaction",
      'network.fabric.peerOrganizations[0].users[0].attributes["a,b"]: must have a name of 1 to 64 letters, digits, dots, ' +
        "hyphens and underscores",
      'network.fabric.peerOrganizations[0].users[0].attributes["hf.Type"]: must be left out or be hf.Affiliation, because ' +
        "names with hf. are Fabric CA's; the name and the role of the user are set",
      "network.fabric.peerOrganizations[0].users[1].attributes.limit: given 5; must be text; put numbers and true or false in " +
        'quotes, for example "1"',
    ],
  },
  {
    because: "certificates are renewed within their life and end with their CA",
    yaml: fabric(["certificates: { caValidityDays: 100, validityDays: 200, renewBeforeDays: 200 }"]),
    problems: [
      "network.fabric.certificates.renewBeforeDays: given 200; must be less than validityDays (200)",
      "network.fabric.certificates.validityDays: given 200; must be half of caValidityDays (100) or less, because a certificate ends with its CA, and each renewal of a CA changes every channel",
    ],
  },
  {
    because: "an open load balancer has to say to whom",
    yaml: fabric(["gateway: { type: LoadBalancer, port: 70000 }"]),
    problems: [
      'network.fabric.gateway.clientCidrs: given []; must list the networks whose clients may connect, for example ["10.0.0.0/8"], because type is LoadBalancer',
      "network.fabric.gateway.port: given 70000; must be a whole number from 1 to 65535",
    ],
  },
  {
    because: "a way in leads by public names, to those whom it says, and is the only one to a gateway",
    yaml: fabric([
      "ordererOrganizations: [{ name: orderer, exposure: { type: router, clientCidrs: [10.0.0.0/8], image: haproxy } }]",
      "peerOrganizations: [{ name: org1, domain: org1.example.com, exposure: { type: loadBalancer, clientCidrs: [10.0.0.0/8] } }]",
      "gateway: { type: LoadBalancer, clientCidrs: [10.0.0.0/8] }",
    ]),
    problems: [
      'network.fabric.gateway.type: given "LoadBalancer"; must be ClusterIP, because network.fabric.peerOrganizations[0].exposure leads to the gateway, and gateway.<domain> is one address',
      'network.fabric.ordererOrganizations[0].domain: missing; must be the public DNS domain of the organisation, for example "org1.example.com", because exposure.type is router, which leads by names',
      'network.fabric.ordererOrganizations[0].exposure.image: given "haproxy"; must be pinned to a version (":1.0", not ":latest") or a digest',
    ],
  },
  {
    because: "a public port in channels is a further one of the nodes' Services",
    yaml: fabric([
      "ordererOrganizations: [{ name: orderer, domain: o.example.com, exposure: { type: router, clientCidrs: [10.0.0.0/8], port: 7053, inChannels: true } }]",
      "peerOrganizations: [{ name: org1, domain: org1.example.com, exposure: { type: router, clientCidrs: [10.0.0.0/8], port: 7053, inChannels: true } }]",
    ]),
    problems: [
      "network.fabric.ordererOrganizations[0].exposure.port: given 7053; must be another port than 7053 and 8443, because with inChannels the nodes' Services have it inside the cluster, too",
    ],
  },
  {
    because: "ways in are closed to everybody whom the file does not name, and of the known kinds",
    yaml: fabric([
      "ordererOrganizations: [{ name: orderer, domain: o.example.com, exposure: { type: ingress } }]",
      "peerOrganizations:",
      "  - { name: org1, domain: a.example.com, exposure: { type: router, clientCidrs: [], replicas: 1, resources: { requests: { cpu: 3 } } } }",
      "  - { name: org2, domain: b.example.com, exposure: { type: gateway, parentRefs: [{ name: edge, namespace: doors }], clientNamespaces: [] } }",
    ]),
    problems: [
      'network.fabric.ordererOrganizations[0].exposure.type: given "ingress"; must be one of router, gateway, loadBalancer, none',
      "network.fabric.peerOrganizations[0].exposure.clientCidrs: given []; must be a list of at least 1 networks",
      "network.fabric.peerOrganizations[0].exposure.replicas: given 1; must be a whole number from 2 to 20",
      'network.fabric.peerOrganizations[0].exposure.resources.requests.cpu: given "3"; must be at most the limit, 2',
      "network.fabric.peerOrganizations[1].exposure.clientNamespaces: given []; must be a list of at least 1 namespaces",
    ],
  },
  {
    because: "the pods of a Gateway are somebody else's",
    yaml: fabric([
      "peerOrganizations: [{ name: org1, domain: a.example.com, exposure: { type: gateway, parentRefs: [{ name: edge, namespace: doors }], clientNamespaces: [fabric-org1] } }]",
    ]),
    problems: [
      'network.fabric.peerOrganizations[0].name: given "org1"; must be another name, because its namespace would be "fabric-org1", which network.fabric.peerOrganizations[0].exposure.clientNamespaces[0] names as another\'s',
    ],
  },
  {
    because: "networks are in CIDR form and types as Kubernetes has them",
    yaml: fabric([
      "gateway: { type: NodePort, clientCidrs: [10.0.0.0, 10.0.0.300/8, '2001:db8::/129', ':::::/0', '1:2/64', '2001:db8::/32'] }",
    ]),
    problems: [
      ...["10.0.0.0", "10.0.0.300/8", "2001:db8::/129", ":::::/0", "1:2/64"].map(
        (cidr, index) =>
          `network.fabric.gateway.clientCidrs[${index}]: given "${cidr}"; must be a network in CIDR form, for example "10.0.0.0/16"`,
      ),
      'network.fabric.gateway.type: given "NodePort"; must be one of ClusterIP, LoadBalancer',
    ],
  },
  {
    because: "names that are joined must fit a DNS label",
    yaml: fabric([
      `channels: [{ name: ${"c".repeat(40)}, chaincodes: [{ name: ${"d".repeat(30)}, version: "1.0", image: "x/y:1" }] }]`,
    ]),
    problems: [
      `${chaincodePath}.name: given "${"d".repeat(30)}"; must be 12 characters shorter, because it makes the Service "${"c".repeat(40)}-${"d".repeat(30)}-1-0" of 75, and 63 is the most, with channel and version`,
    ],
  },
  {
    because: "two chaincodes of different channels must not end in one Service",
    yaml: fabric([
      "channels:",
      '  - { name: a, chaincodes: [{ name: b-c, version: "1", image: "x/y:1" }] }',
      '  - { name: a-b, chaincodes: [{ name: c, version: "1", image: "x/y:1" }] }',
    ]),
    problems: [
      'network.fabric.channels[1].chaincodes[0].name: given "c"; must be another name, because it makes the Service "a-b-c-1", as network.fabric.channels[0].chaincodes[0].name does',
    ],
  },
  {
    because: "a channel and an organisation must not join to the memberships of two others",
    yaml: fabric([
      "peerOrganizations: [{ name: c }, { name: b-c }]",
      "channels: [{ name: a-b, organizations: [c] }, { name: a, organizations: [b-c] }]",
    ]),
    problems: [
      'network.fabric.channels[1].name: given "a"; must be another name, because it makes the memberships "a-b-c", as network.fabric.channels[0].name does',
    ],
  },
  {
    because: "a channel and a chaincode must not join to the definition of two others, whatever their versions",
    yaml: fabric([
      "channels:",
      '  - { name: a-b, chaincodes: [{ name: c, version: "1", image: "x/y:1" }] }',
      '  - { name: a, chaincodes: [{ name: b-c, version: "2", image: "x/y:1" }] }',
    ]),
    problems: [
      'network.fabric.channels[1].chaincodes[0].name: given "b-c"; must be another name, because it makes the definition "a-b-c", as network.fabric.channels[0].chaincodes[0].name does',
    ],
  },
  {
    because: "an organisation and a chaincode must not join to the certificate of two others",
    yaml: fabric([
      "peerOrganizations: [{ name: a }, { name: a-b }]",
      "channels:",
      '  - { name: b-c, organizations: [a], chaincodes: [{ name: d, version: "1", image: "x/y:1" }] }',
      '  - { name: c, organizations: [a-b], chaincodes: [{ name: d, version: "1", image: "x/y:1" }] }',
    ]),
    problems: [
      'network.fabric.channels[1].chaincodes[0].name: given "d"; must be another name, because it makes the certificate "a-b-c-d-1", as network.fabric.channels[0].chaincodes[0].name does',
    ],
  },
  {
    because: "all orderers have one rollout, whose name is taken",
    yaml: fabric(["peerOrganizations: [{ name: orderers }]", "channels: [{ name: trade }]"]),
    problems: [
      'network.fabric.peerOrganizations[0].name: given "orderers"; must be another name, because it makes the rollout "orderers", as the one of all orderers does',
    ],
  },
  {
    because: "namespaces of others stay theirs",
    yaml: fabric([
      "peerOrganizations: [{ name: org1 }, { name: org2 }]",
      "channels: [{ name: trade }]",
      "gateway: { clientNamespaces: [apps, fabric-org1] }",
      "monitoring: { namespace: fabric-orderer }",
    ]),
    problems: [
      'network.fabric.ordererOrganizations[0].name: given "orderer"; must be another name, because its namespace would be "fabric-orderer", which network.fabric.monitoring.namespace names as another\'s',
      'network.fabric.peerOrganizations[0].name: given "org1"; must be another name, because its namespace would be "fabric-org1", which network.fabric.gateway.clientNamespaces[1] names as another\'s',
    ],
  },
  {
    because: "a network that is made of two names must not be a program's of the cluster",
    yaml: fabric(["peerOrganizations: [{ name: system }, { name: org1 }]", "channels: [{ name: trade }]"]).replace(
      "type: fabric",
      "type: fabric\n  name: istio",
    ),
    problems: [
      'network.fabric.peerOrganizations[0].name: given "system"; must be another name, because its namespace would be "istio-system", which a program of the cluster has on some clusters',
    ],
  },
  {
    because: "backups and drills have namespaces of their own, times of cron and a pinned image",
    yaml: fabric([
      "peerOrganizations: [{ name: org1 }, { name: backup }, { name: restore-drill }]",
      "channels: [{ name: trade }]",
      'backup: { schedule: daily, image: "node:latest", apiServerCidrs: [], keep: 0 }',
    ]),
    problems: [
      "network.fabric.backup.apiServerCidrs: given []; must be a list of at least 1 networks",
      'network.fabric.backup.image: given "node:latest"; must be pinned to a version (":1.0", not ":latest") or a digest',
      "network.fabric.backup.keep: given 0; must be a whole number from 1 to 1000",
      'network.fabric.backup.schedule: given "daily"; must be five fields of cron, for example "0 3 * * *"',
      'network.fabric.peerOrganizations[1].name: given "backup"; must be another name, because its namespace would be "fabric-backup", which network.fabric.backup names as another\'s',
      'network.fabric.peerOrganizations[2].name: given "restore-drill"; must be another name, because its namespace would be "fabric-restore-drill", which network.fabric.backup names as another\'s',
    ],
  },
  {
    because: "a scrape ends before the next one begins, and Prometheus reads hours before minutes before seconds",
    yaml: fabric([
      "channels: [{ name: trade }]",
      "monitoring: { namespace: monitoring, podMonitor: { interval: 15s, scrapeTimeout: 1m } }",
    ]),
    problems: ['network.fabric.monitoring.podMonitor.scrapeTimeout: given "1m"; must be 15s (interval) or less'],
  },
  {
    because: "durations of Prometheus have their units in order",
    yaml: fabric([
      "channels: [{ name: trade }]",
      "monitoring: { namespace: monitoring, podMonitor: { interval: 30s1h, scrapeTimeout: 10 } }",
    ]),
    problems: [
      'network.fabric.monitoring.podMonitor.interval: given "30s1h"; must be a duration of Prometheus, for example "30s"',
      'network.fabric.monitoring.podMonitor.scrapeTimeout: given 10; must be a duration of Prometheus, for example "30s"',
    ],
  },
  {
    because: "Kubernetes has user ids of 31 bits",
    yaml: fabric([chaincode("user: 4294967294")]),
    problems: [`${chaincodePath}.user: given 4294967294; must be a whole number from 1 to 2147483647`],
  },
  {
    because: "a time zone is one that the cluster has, letter by letter",
    yaml: ethereum('backup: { schedule: "0 3 * * *", apiServerCidrs: [10.0.0.1/32], timeZone: europe/vienna }'),
    problems: [
      'network.ethereum.backup.timeZone: given "europe/vienna"; must be a time zone, for example "Europe/Vienna"',
    ],
  },
  {
    because: "there is no such time zone",
    yaml: fabric([
      "channels: [{ name: trade }]",
      'backup: { schedule: "0 3 * * *", apiServerCidrs: [10.0.0.1/32], timeZone: Mars/Phobos }',
    ]),
    problems: ['network.fabric.backup.timeZone: given "Mars/Phobos"; must be a time zone, for example "Europe/Vienna"'],
  },
  {
    because: "the kubeconfig is no section of the file",
    yaml: fabric(
      ["channels: [{ name: trade }]"],
      "{ vendor: existing, name: prod, networkPolicyEnforced: true, kubeconfig: { from: secret, key: network } }",
    ).concat("\nstorage: { block: { className: fast } }"),
    problems: [
      'cluster.kubeconfig.key: given "network"; must be the name of a config key of its own, without the project',
    ],
  },
  {
    because: "a backup has times that come",
    yaml: fabric(["channels: [{ name: trade }]", 'backup: { schedule: "0 24 * * *", apiServerCidrs: [10.0.0.1/32] }']),
    problems: [
      'network.fabric.backup.schedule: given "0 24 * * *"; must be times of cron, for example "0 3 * * *", because hour "24" is none of 0 to 23, *, and ranges and steps of them',
    ],
  },
  {
    because: "a backup copies something, at times that come, and its namespace is its own",
    yaml: ethereum(
      "p2p: { namespaces: [other] }",
      "join: { stack: organization/chains/prod }",
      'backup: { schedule: "0 3 30 feb *", apiServerCidrs: [10.0.0.1/32] }',
      "monitoring: { namespace: ethereum-backup }",
    ),
    problems: [
      "network.ethereum.backup.rpcNodes: given false; must be true, because the network has no validators, so there is nothing else to copy",
      'network.ethereum.backup.schedule: given "0 3 30 feb *"; must be times of cron, for example "0 3 * * *", because no year has such a day',
      'network.name: given "ethereum"; must be another name, because its namespace would be "ethereum-backup", which network.ethereum.monitoring.namespace names as another\'s',
    ],
  },
  {
    because: "a restored validator is one that is there, and has one backup",
    yaml: ethereum(
      "restore:",
      "  - { moment: yesterday }",
      "  - { moment: 20260102t030405z, validators: [validator1, validator4] }",
    ),
    problems: [
      'network.ethereum.restore[0].moment: given "yesterday"; must be the moment of a backup, for example 20260102t030405z',
      'network.ethereum.restore[1].validators[0]: given "validator1"; must be in one entry of `restore` alone',
      'network.ethereum.restore[1].validators[1]: given "validator4"; must be one of validator0, validator1, validator2, validator3',
    ],
  },
  {
    because: "a network without RPC nodes has none to copy",
    yaml: ethereum(
      "validators: [{ name: a }, { name: b }, { name: c }, { name: d }]",
      "rpc: { replicas: 0 }",
      'backup: { schedule: "0 3 * * *", apiServerCidrs: [10.0.0.1/32], rpcNodes: true }',
    ),
    problems: ["network.ethereum.backup.rpcNodes: given true; must be false, because the network has no RPC nodes"],
  },
  {
    because:
      "a network without validators has none that goes back, and one without nodes that hold the chain no backup",
    yaml: ethereum(
      "p2p: { namespaces: [other] }",
      "join: { stack: organization/chains/prod }",
      "rpc: { replicas: 0 }",
      'backup: { schedule: "0 3 * * *", apiServerCidrs: [10.0.0.1/32], rpcNodes: true }',
      "restore: [{ moment: 20260102t030405z }, { moment: 20260103t030405z, validators: [a] }]",
    ),
    problems: [
      "network.ethereum.backup: must be left out, because the network has neither validators nor RPC nodes, so there is nothing to copy",
      "network.ethereum.restore[0]: must be left out, because the network has no validators",
      "network.ethereum.restore[1]: must be left out, because the network has no validators",
    ],
  },
  {
    because: "a restored peer is one that is there, and has one backup",
    yaml: fabric([
      "peerOrganizations:",
      "  - name: org1",
      "    restore:",
      "      - { moment: yesterday }",
      "      - { moment: 20260102t030405z, peers: [1, 2] }",
      "      - { moment: 20260103t030405z, peers: [1] }",
      "channels: [{ name: trade }]",
    ]),
    problems: [
      'network.fabric.peerOrganizations[0].restore[0].moment: given "yesterday"; must be the moment of a backup, for example 20260102t030405z',
      "network.fabric.peerOrganizations[0].restore[1].peers[0]: given 1; must be in one entry of `restore` alone",
      "network.fabric.peerOrganizations[0].restore[1].peers[1]: given 2; must be less than 2, the number of peers",
      "network.fabric.peerOrganizations[0].restore[2].peers[0]: given 1; must be in one entry of `restore` alone",
    ],
  },
  {
    because: "a network that goes on from a backup stops as a whole, and its orderers share the volume of one",
    yaml: fabric([
      `partners: [{ name: acme, from: { file: acme.json }, fingerprint: "${fingerprint}" }]`,
      "ordererOrganizations: [{ name: left, orderers: 1 }, { name: right, orderers: 3 }]",
      "peerOrganizations: [{ name: org1 }]",
      "channels: [{ name: trade, consensus: BFT, capability: V3_0 }]",
      "restore: { moment: 20260102t030405z, without: [org1/peer2, org1/peer1] }",
    ]),
    problems: [
      "network.fabric.restore: must come with `backup`, because it names one of its backups",
      "network.fabric.restore: must be left out, because partners' nodes do not stop, and hold blocks that this network would give up. Taking it out puts all nodes back on the volumes that they had before the backup",
      "network.fabric.restore: must be left out, because all orderers get the volume of one, and a snapshot stays in the namespace of its organisation: there are 2. Taking it out puts all nodes back on the volumes that they had before the backup",
      "network.fabric.restore: must be left out, because a BFT orderer's log holds its own signatures, and no other orderer can go on with it. Taking it out puts all nodes back on the volumes that they had before the backup",
      'network.fabric.restore.without[0]: given "org1/peer2"; must be a node of this network',
    ],
  },
  {
    because: "all orderers get the volume of one that is there",
    yaml: fabric([
      "peerOrganizations: [{ name: org1 }]",
      "channels: [{ name: trade }]",
      'backup: { schedule: "0 3 * * *", apiServerCidrs: [10.0.0.1/32] }',
      "restore: { moment: 20260102t030405z, orderer: 3, without: [orderer/orderer2] }",
    ]),
    problems: ["network.fabric.restore.orderer: given 3; must be less than 3, the number of orderers"],
  },
  {
    because: "an existing cluster does not say which class its snapshots have, and no pod gets less than it asks for",
    yaml: [
      fabric(
        [
          "channels: [{ name: trade }]",
          'backup: { schedule: "0 3 * * *", apiServerCidrs: [10.0.0.1/32], resources: { limits: { cpu: 10m } } }',
        ],
        "{ vendor: existing, name: own, networkPolicyEnforced: true, kubeconfig: { from: file, path: k } }",
      ),
      "storage: { block: { className: fast } }",
    ].join("\n"),
    problems: [
      'network.fabric.backup.resources.requests.cpu: given "50m"; must be at most the limit, 10m',
      "network.fabric.backup.snapshotClass: missing; must be the name of a VolumeSnapshotClass, because an existing cluster does not say which classes it has",
    ],
  },
  {
    because: "namespaces of Kubernetes stay its own",
    yaml: fabric(["peerOrganizations: [{ name: system }]", "channels: [{ name: trade }]"]).replace(
      "type: fabric",
      "type: fabric\n  name: kube",
    ),
    problems: [
      'network.fabric.ordererOrganizations[0].name: given "orderer"; must be another name, because its namespace would be "kube-orderer", which is Kubernetes\' own',
      'network.fabric.peerOrganizations[0].name: given "system"; must be another name, because its namespace would be "kube-system", which is Kubernetes\' own',
    ],
  },
  {
    because: "a CA that is renewed every day changes every channel every day",
    yaml: fabric(["certificates: { caValidityDays: 30, validityDays: 29 }", "channels: [{ name: trade }]"]),
    problems: [
      "network.fabric.certificates.renewBeforeDays: given 30; must be less than validityDays (29)",
      "network.fabric.certificates.validityDays: given 29; must be half of caValidityDays (30) or less, because a certificate ends with its CA, and each renewal of a CA changes every channel",
    ],
  },
  {
    because: "old releases of Fabric 3 lose orderers of BFT when certificates are renewed",
    yaml: fabric([
      "version: 3.1.1",
      "ordererOrganizations: [{ name: orderer, orderers: 4 }]",
      "channels: [{ name: trade, consensus: BFT }]",
    ]),
    problems: [
      'network.fabric.channels[0].consensus: given "BFT"; must be etcdraft, because an orderer of Fabric 3.1.1 is unknown in its BFT channel once its certificate is renewed. For BFT set `version` to 3.1.2 or later',
    ],
  },
  {
    because: "orderers of old releases do not outlive large blocks",
    yaml: fabric(["version: 2.5.3", "channels: [{ name: trade, batch: { absoluteMaxBytes: 11Mi } }]"]),
    problems: [
      'network.fabric.channels[0].batch.absoluteMaxBytes: given "11Mi"; must be 10Mi or less, because orderers of Fabric 2.5.3 do not start again after a larger block. For larger blocks set `version` to 2.5.4 or later',
    ],
  },
  {
    because: "Kubernetes reads no exponents of processor cores",
    yaml: fabric([
      "resources: { peer: { requests: { cpu: 1e-7 }, limits: { cpu: 1e21 } } }",
      "channels: [{ name: trade }]",
    ]),
    problems: [
      'network.fabric.resources.peer.limits.cpu: given 1e+21; must be processor cores, for example "500m" or 2',
      'network.fabric.resources.peer.requests.cpu: given 1e-7; must be processor cores, for example "500m" or 2',
    ],
  },
  {
    because: "DNS servers are somewhere",
    yaml: fabric(["channels: [{ name: trade }]"]).replace(
      "type: fabric",
      "type: fabric\n  dns: [{ podLabels: { app: dns } }, { ports: [5353] }, { cidrs: [10.0.0.2/32] }]",
    ),
    problems: [
      "network.dns[0].namespace: missing; must be the namespace of the pods with `podLabels`",
      'network.dns[1]: given {"ports":[5353]}; must have `namespace` or `cidrs`, because no server is named',
    ],
  },
  {
    because: "peers take indexes of CouchDB, and no other files",
    yaml: fabric([
      chaincode(
        "indexes: { owner.json: '{}', statedb/couchdb/indexes/a.json: '{', statedb/couchdb/indexes/b.json: '{}', statedb/couchdb/indexes/c.json: nowhere.json }",
      ),
    ]),
    problems: [
      `${chaincodePath}.indexes["owner.json"]: given "owner.json"; must be a path like statedb/couchdb/indexes/owner.json`,
      `${chaincodePath}.indexes["statedb/couchdb/indexes/a.json"]: given "{"; must be an index of CouchDB, for example { "index": { "fields": ["owner"] }, "type": "json" }, because it is no JSON (Expected property name or '}' in JSON at position 1 (line 1 column 2))`,
      `${chaincodePath}.indexes["statedb/couchdb/indexes/b.json"]: given "{}"; must be an index of CouchDB, for example { "index": { "fields": ["owner"] }, "type": "json" }, because it has no map \`index\``,
      `${chaincodePath}.indexes["statedb/couchdb/indexes/c.json"]: given "nowhere.json"; must be JSON or a file that can be read, because no such file`,
    ],
  },
  {
    because: "collections are what Fabric takes, and of organisations that are there",
    yaml: fabric([
      chaincode(
        `collections: [{ name: a, policy: "OR('Org1MSP.member')", requiredPeerCount: 2, maxPeerCount: 1 }, { name: a, policy: "AND('Org1MSP.member','Org2MSP.member')", requiredPeerCount: 0, maxPeerCount: 1 }, { name: b, policy: "OR('Org9MSP.member')", requiredPeerCount: 0, maxPeerCount: 1 }]`,
      ),
    ]),
    problems: [
      `${chaincodePath}.collections[0].maxPeerCount: given 1; must be 2 (requiredPeerCount) or more`,
      `${chaincodePath}.collections[1]: given "a"; must have a name of its own, because ${chaincodePath}.collections[0] has it already`,
      `${chaincodePath}.collections[1].policy: given "AND('Org1MSP.member','Org2MSP.member')"; must be OR of members, because Fabric takes nothing else`,
      `${chaincodePath}.collections[2].policy: given "OR('Org9MSP.member')"; must name MSP ids of the channel: Org1MSP, Org2MSP, because "Org9MSP" is none of them`,
    ],
  },
  {
    because: "nodes are chosen by labels and taints, and Secrets by their names",
    yaml: fabric([
      "imagePullSecrets: [Registry_1]",
      "placement: { peer: { tolerations: [{ key: 'a b', effect: Never }] } }",
      "peer: { executeTimeout: 30 }",
      "channels: [{ name: trade, restart: 1 }]",
    ]),
    problems: [
      "network.fabric.channels[0].restart: given 1; must be true or false",
      'network.fabric.imagePullSecrets[0]: given "Registry_1"; must be the name of a Secret',
      'network.fabric.peer.executeTimeout: given 30; must be a duration with its unit, for example "2s" or "200ms"',
      'network.fabric.placement.peer.tolerations[0].effect: given "Never"; must be one of NoSchedule, PreferNoSchedule, NoExecute',
      'network.fabric.placement.peer.tolerations[0].key: given "a b"; must be the key of a taint',
    ],
  },
  {
    because: "Kubernetes refuses tolerations that say two things, and labels in no form of theirs",
    yaml: fabric([
      "placement:",
      "  orderer: { nodeSelector: { 'a b': x }, tolerations: [{ value: x }] }",
      "  peer: { tolerations: [{ key: a, operator: Exists, value: b }, { key: a, tolerationSeconds: 5 }] }",
    ]),
    problems: [
      'network.fabric.placement.orderer.nodeSelector["a b"]: given "x"; must be a map of labels of nodes to text, for example { "kubernetes.io/arch": "amd64" }',
      'network.fabric.placement.orderer.tolerations[0].operator: given "Equal"; must be Exists, because there is no key',
      'network.fabric.placement.peer.tolerations[0].value: given "b"; must be left out, because operator is Exists',
      "network.fabric.placement.peer.tolerations[1].effect: missing; must be NoExecute, because there are tolerationSeconds",
    ],
  },
  {
    because: "an existing cluster tells neither its storage nor its network plugin",
    yaml: fabric([], "{ vendor: existing, name: prod }"),
    problems: [
      "cluster.networkPolicyEnforced: given false; must be true, once you know that the cluster's network plugin enforces NetworkPolicy objects. To run without that isolation set network.fabric.networkPolicy.required to false",
      "storage.block: missing; must have `className` or `provisioner`, because an existing cluster does not say which storage it has",
    ],
  },
  {
    because: "a kubeconfig comes from one of three places",
    yaml: `${fabric([], "{ vendor: existing, name: prod, networkPolicyEnforced: yes, kubeconfig: { from: env } }")}\nstorage: { block: { className: fast }, file: { parameters: { a: 1 } } }`,
    problems: [
      'cluster.kubeconfig.from: given "env"; must be one of secret, file, stack',
      'cluster.networkPolicyEnforced: given "yes"; must be true or false',
      'storage.file: given {"parameters":{"a":1}}; must have `className` or `provisioner`, because an existing cluster does not say which storage it has',
      'storage.file.parameters.a: given 1; must be text; put numbers and true or false in quotes, for example "1"',
    ],
  },
  {
    because: "another stack has a full name",
    yaml: `${fabric([], "{ vendor: existing, name: prod, networkPolicyEnforced: true, kubeconfig: { from: stack, stack: prod } }")}\nstorage: { block: { className: fast, provisioner: ebs.csi.aws.com } }`,
    problems: [
      'cluster.kubeconfig.stack: given "prod"; must be a full stack name, for example "organization/clusters/prod"',
      'storage.block.className: given "fast"; must be left out, or stand alone, because there is provisioner, and a class either exists or has settings',
    ],
  },
  {
    because: "a mistake in who the members are is not said again in every policy",
    yaml: fabric([
      "peerOrganizations: [{ peers: 2 }, { name: org2 }]",
      chaincode(`endorsementPolicy: "AND('Org1MSP.peer','Org2MSP.peer')"`),
    ]),
    problems: [
      "network.fabric.peerOrganizations[0].name: missing; must be a name of lower case letters, digits and hyphens that starts with a letter, at most 30 characters",
    ],
  },
  {
    because: "a network has members, and a policy cannot know better",
    yaml: fabric(["peerOrganizations:", chaincode(`endorsementPolicy: "OR('Org1MSP.peer')"`)]),
    problems: ["network.fabric.peerOrganizations: given nothing; must be a list of peer organisations"],
  },
  {
    because: "a policy that no channel has would refuse every transaction",
    yaml: fabric([chaincode("endorsementPolicy: /Channel/Application/Nobody")]),
    problems: [
      `${chaincodePath}.endorsementPolicy: given "/Channel/Application/Nobody"; must be one of ` +
        "/Channel/Application/Endorsement, /Channel/Application/org1/Endorsement, /Channel/Application/org2/Endorsement, " +
        "/Channel/Application/LifecycleEndorsement, " +
        [
          "/Channel",
          "/Channel/Application",
          "/Channel/Orderer",
          "/Channel/Application/org1",
          "/Channel/Application/org2",
        ]
          .flatMap((group) => ["Readers", "Writers", "Admins"].map((policy) => `${group}/${policy}`))
          .join(", "),
    ],
  },
  {
    because: "a release that nobody here has seen may want other settings",
    yaml: fabric(["version: 4.0.0"]),
    problems: ['network.fabric.version: given "4.0.0"; must be a release of Fabric 2.5 or 3, which are known here'],
  },
  {
    because: "a domain leads to one organisation, in names that DNS knows",
    yaml: fabric([
      `peerOrganizations: [{ name: org1, domain: x.example }, { name: org2, domain: x.example }, { name: org3, domain: ${"a".repeat(64)}.example }]`,
    ]),
    problems: [
      'network.fabric.peerOrganizations[1].domain: given "x.example"; must be a domain of its own, because network.fabric.peerOrganizations[0].domain has it already',
      `network.fabric.peerOrganizations[2].domain: given "${"a".repeat(64)}.example"; must be a DNS name in lower case, for example "example.com"`,
    ],
  },
  {
    because: "names that become part of longer ones have a length, whatever Fabric allows",
    yaml: fabric([
      `channels: [{ name: ${"c".repeat(101)}, chaincodes: [{ name: ${"d".repeat(41)}, version: "${"1".repeat(21)}", image: "x/y:1" }] }]`,
    ]),
    problems: [
      `${chaincodePath}.name: given "${"d".repeat(41)}"; must be a chaincode name of letters and digits with single "-" or "_" between them, at most 40 characters`,
      `${chaincodePath}.version: given "${"1".repeat(21)}"; must be a version in quotes, for example "1.0"`,
      `network.fabric.channels[0].name: given "${"c".repeat(77)}..."; must be a channel name of lower case letters, digits, dots and hyphens that starts with a letter, at most 100 characters`,
    ],
  },
  {
    because: "transactions do not wait for a batch for days",
    yaml: fabric(["channels: [{ name: a, batch: { timeout: 61m } }, { name: b, batch: { timeout: 99999999999h } }]"]),
    problems: [
      'network.fabric.channels[0].batch.timeout: given "61m"; must be 1h or less, because transactions wait that long',
      'network.fabric.channels[1].batch.timeout: given "99999999999h"; must be a duration with its unit, for example "2s" or "200ms"',
    ],
  },
  {
    because: "a node with a log level that Fabric does not know never starts",
    yaml: fabric(["logging: gossip=warn:debugg"]),
    problems: [
      'network.fabric.logging: given "gossip=warn:debugg"; must be a Fabric logging spec, for example "info" or "gossip=warn:info"',
    ],
  },
  {
    because: "what the program tells a chaincode stays true",
    yaml: fabric([chaincode('env: { CHAINCODE_ID: mine, "A B": x, LOG_LEVEL: info }')]),
    problems: [
      `${chaincodePath}.env.CHAINCODE_ID: given "CHAINCODE_ID"; must be left out, because the program tells the chaincode its address, id and certificate`,
      `${chaincodePath}.env["A B"]: given "A B"; must be a name of letters, digits, _, . and - that does not start with a digit`,
    ],
  },
  {
    because: "amounts far from any machine's have a wrong unit",
    yaml: fabric([
      "storage: { peer: { size: 9999999Pi }, orderer: { size: 30k } }",
      'resources: { peer: { requests: { cpu: "0", memory: 1k }, limits: { cpu: 1000000 } } }',
    ]),
    problems: [
      "network.fabric.resources.peer.limits.cpu: given 1000000; must be processor cores from 1m to 1000",
      'network.fabric.resources.peer.requests.cpu: given "0"; must be processor cores from 1m to 1000',
      'network.fabric.resources.peer.requests.memory: given "1k"; must be a size from 16Mi to 24Ti',
      'network.fabric.storage.orderer.size: given "30k"; must be a size from 100Mi to 64Ti',
      'network.fabric.storage.peer.size: given "9999999Pi"; must be a size from 100Mi to 64Ti',
    ],
  },
  {
    because: "Kubernetes refuses annotations that are none, and clouds networks by a wrong address",
    yaml: fabric([
      'gateway: { annotations: { "bad key!": x, "example.com/on": true }, clientCidrs: [10.1.2.3/8, 10.1.2.3/32] }',
    ]),
    problems: [
      'network.fabric.gateway.annotations["bad key!"]: given "x"; must be a map of annotations to text, each key like "example.com/name"',
      'network.fabric.gateway.annotations["example.com/on"]: given true; must be text; put numbers and true or false in quotes, for example "1"',
      'network.fabric.gateway.clientCidrs[0]: given "10.1.2.3/8"; must be a network by its first address, 10.0.0.0/8, or one address with /32',
    ],
  },
  {
    because: "a key with nothing behind it is not a key that is missing",
    yaml: `${fabric(["protect:", "monitoring:"])}\nstorage: { file: }`,
    problems: [
      "network.fabric.monitoring: given nothing; must be a map of keys",
      "network.fabric.protect: given nothing; must be true or false",
      "storage.file: given nothing; must be a map of keys",
    ],
  },
];
