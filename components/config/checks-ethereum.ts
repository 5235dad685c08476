/** Rules of an Ethereum network that span several values, most of them the domain's own. */
import { createPublicKey } from "node:crypto";
import type { Client, Consensus } from "../../ledger/ethereum/client";
import { validateClientOptions, warnClientOptions } from "../../ledger/ethereum/client-options";
import { defaultClientVersion, validateClientVersion, warnClientVersion } from "../../ledger/ethereum/client-version";
import { validateGenesisSettings } from "../../ledger/ethereum/genesis-validation";
import { warnGenesisSettings, type GenesisSettings } from "../../ledger/ethereum/genesis-settings";
import { validateEnode } from "../../ledger/ethereum/enode";
import { deriveAccount, validateDistinctKeys, validatePrivateKey } from "../../ledger/ethereum/key";
import { quorumOf } from "../../ledger/ethereum/quorum";
import { consensusOf } from "../../ledger/ethereum/existing-genesis";
import { warnValidatorCount } from "../../ledger/ethereum/validators";
import { clientFacts } from "../../ledger/ethereum/client";
import { duplicates, entriesOf, ethereumCheck, type Check, type LooseEthereum } from "./check";
import { isPinned, withinLimits } from "./checks-platform";
import { canBeFree } from "./ethereum";
import { reservedNodeNames } from "./ethereum-names";
import { initialValidators, readGenesis } from "./existing-genesis";
import { show, type Problem } from "../../ledger/problem";
import { given } from "./problem";

const base = "network.ethereum";

function clientOf({ client }: LooseEthereum): Client | undefined {
  return client !== undefined && client in clientFacts ? client : undefined;
}

/** Validators that the file asks for; four where it says nothing. */
function validatorCountOf({ validators, join }: LooseEthereum): number {
  return validators === undefined ? (join === undefined ? 4 : 0) : entriesOf(validators).length;
}

function versionOf(ethereum: LooseEthereum, client: Client): string {
  return ethereum.version ?? defaultClientVersion[client];
}

/** Settings with as many stand-ins as there are validators: their keys are made later, and none of the rules asks for them. */
function settingsOf(ethereum: LooseEthereum, client: Client): GenesisSettings {
  const genesis = ethereum.genesis as Omit<GenesisSettings, "client" | "validators"> | undefined;
  const validators = Array.from({ length: validatorCountOf(ethereum) }, (_, index) => {
    return `0x${(index + 1).toString(16).padStart(40, "0")}`;
  });
  return { chainId: 1337, ...genesis, freeGas: genesis?.freeGas ?? canBeFree(client), client, validators };
}

const version = ethereumCheck((ethereum) => {
  const client = clientOf(ethereum);
  return client === undefined ? [] : validateClientVersion(client, versionOf(ethereum, client), `${base}.version`);
});

const genesis = ethereumCheck((ethereum) => {
  const client = clientOf(ethereum);
  if (client === undefined || ethereum.genesis === undefined) return [];
  const settings = settingsOf(ethereum, client);
  return validateGenesisSettings(settings, `${base}.genesis`).filter(
    ({ path }) => !path.startsWith(`${base}.genesis.validators`),
  );
});

const gasPrice = ethereumCheck((ethereum) => {
  const client = clientOf(ethereum);
  if (client === undefined || ethereum.genesis?.freeGas !== true || canBeFree(client)) return [];
  const right = "false: its signers drop what pays less than 1 gwei, so fund accounts by `faucet` or `genesis.alloc`";
  return [{ path: `${base}.genesis.freeGas`, message: `given true with client ${client}; must be ${right}` }];
});

const faucetOfNewChain = ethereumCheck(({ faucet, genesisFile, join }) => {
  if (faucet === undefined || (genesisFile === undefined && join === undefined)) return [];
  const other = join === undefined ? "genesisFile" : "join";
  const right = "left out: block 0 of that chain is made";
  return [{ path: `${base}.faucet`, message: `given together with ${other}; must be ${right}` }];
});

const options = ethereumCheck((ethereum) => {
  const client = clientOf(ethereum);
  if (client === undefined) return [];
  const release = versionOf(ethereum, client);
  if (validateClientVersion(client, release, "").length > 0) return [];
  const names = Object.keys(ethereum.options ?? {});
  return validateClientOptions({ client, version: release, options: names }, `${base}.options`);
});

/** What the program sets itself: a second value would undo it, most often to open what shall be closed. */
const ownOptionNames =
  /^(--)?(http|ws|rpc|graphql|metrics|datadir|data-path|genesis-file|nodekey|node-private-key|keystore|unlock|password|networkid|network-id|port|p2p|nat|mine|static-nodes|bootnodes|nodiscover|ethstats|config|host-allowlist|allow-insecure|authrpc|X?dns)/;

/** What begins like those, but only limits what a call may cost. */
const callLimits =
  /^(--)?rpc[.-](gas-?cap|tx-?feecap|evmtimeout|allow-unprotected-txs|filter-timeout-seconds|(max|batch)-[a-z-]+)$/;

const ownOptions = ethereumCheck((ethereum) =>
  Object.keys(ethereum.options ?? {}).flatMap((name) =>
    ownOptionNames.test(name) && !callLimits.test(name)
      ? [
          {
            path: `${base}.options.${name}`,
            message: `given ${show(name)}; must be an option that the program does not set itself`,
          },
        ]
      : [],
  ),
);

/** Validators and bootnodes of the file, with their places. */
function nodesOf({ validators, bootnodes }: LooseEthereum) {
  return [
    ...entriesOf(validators).map(({ item, index }) => ({ item, path: `${base}.validators[${index}]` })),
    ...entriesOf(bootnodes).map(({ item, index }) => ({ item, path: `${base}.bootnodes[${index}]` })),
  ];
}

/** Keys of the file, by their places. */
function keysOf(ethereum: LooseEthereum): (readonly [path: string, key: string])[] {
  const owners = [...nodesOf(ethereum), { item: ethereum.faucet ?? {}, path: `${base}.faucet` }];
  return owners.flatMap(({ item, path }) =>
    item.privateKey === undefined ? [] : [[`${path}.privateKey`, item.privateKey] as const],
  );
}

const nodeNames = ethereumCheck((ethereum) => {
  const entries = nodesOf(ethereum).map(({ item, path }) => ({ value: item.name, path: `${path}.name` }));
  const taken = entries.flatMap(({ value, path }) =>
    value !== undefined && reservedNodeNames.includes(value)
      ? [{ path, message: given(value, `another name: ${reservedNodeNames.join(", ")} are taken`) }]
      : [],
  );
  return [...duplicates("a name", entries), ...taken];
});

/** Messages about keys never show one. */
const nodeKeys = ethereumCheck((ethereum) => {
  const keys = keysOf(ethereum);
  const wrong = keys.flatMap(([path, key]) => validatePrivateKey(key, path));
  return wrong.length > 0 ? wrong : validateDistinctKeys(Object.fromEntries(keys));
});

/** There is one chain: a new one, an existing one, or another stack's. */
const oneChain = ethereumCheck(({ genesis: settings, genesisFile, join }) => {
  const ways = { genesis: settings, genesisFile, join };
  const [first, ...others] = Object.entries(ways).flatMap(([key, value]) => (value === undefined ? [] : [key]));
  return others.map((key) => ({
    path: `${base}.${key}`,
    message: `given together with ${first}; must be left out: a network has one chain`,
  }));
});

const joinSource = ethereumCheck(({ join }) => {
  if (join === undefined || (join.stack === undefined) !== (join.file === undefined)) return [];
  const what = join.stack === undefined ? "missing" : "given both stack and file";
  return [{ path: `${base}.join`, message: `${what}; must have \`stack\` or \`file\`` }];
});

/** The chain goes on by validators of the file, unless others seal it elsewhere. */
const someValidators = ethereumCheck(({ validators, join, peers }) => {
  const path = `${base}.validators`;
  const count = entriesOf(validators).length;
  if (join !== undefined && count > 0) {
    const right = "left out: the network that is joined has validators of its own, which vote on any other";
    return [{ path, message: `given ${count} validators together with join; must be ${right}` }];
  }
  if (validators === undefined || count > 0 || join !== undefined || (peers ?? []).length > 0) return [];
  return [{ path, message: given(validators, "a list of at least 1 validators") }];
});

const existingGenesis = ethereumCheck((ethereum, { readFile }) => {
  const { genesisFile } = ethereum;
  const client = clientOf(ethereum);
  const path = `${base}.genesisFile`;
  if (client === undefined || genesisFile === undefined) return [];
  const file = readFile(genesisFile);
  if ("reason" in file) {
    const right = "the path of a genesis.json, relative to the project";
    return [{ path, message: `given ${show(genesisFile)}, which cannot be read (${file.reason}); must be ${right}` }];
  }
  const { genesis: read, problems } = readGenesis(file.text, client, path);
  if (read === undefined) return problems;
  const initial = initialValidators(read);
  const consensus = consensusOf(read);
  // Where a contract names the validators, or where others run some of them, this file alone tells too little.
  if (consensus === undefined || initial.length === 0 || (ethereum.peers ?? []).length > 0) return [];
  const keys = entriesOf(ethereum.validators).flatMap(({ item }) => item.privateKey ?? []);
  const usable = keys.filter((key) => validatePrivateKey(key, "").length === 0);
  const own = new Set(usable.map((key) => deriveAccount(key).address.toLowerCase()));
  const held = initial.filter((address) => own.has(address.toLowerCase())).length;
  const { needed } = quorumOf(consensus, initial.length);
  if (held >= needed) return [];
  const what = `the chain starts with ${initial.length} validators, and block 1 needs ${needed} of them`;
  const right = "give their keys, or under `peers` the nodes that seal it elsewhere";
  return [{ path: `${base}.validators`, message: `${what}, but the file has the keys of ${held}; ${right}` }];
});

const bootnodesOfGeth = ethereumCheck((ethereum) => {
  const client = clientOf(ethereum);
  if (client === undefined || client === "geth" || entriesOf(ethereum.bootnodes).length === 0) return [];
  const right = `left out: nodes of ${clientFacts[client].title} know the validators by name`;
  return [{ path: `${base}.bootnodes`, message: `given with client ${client}; must be ${right}` }];
});

/** Any client's form is taken: the program writes it anew for its own. */
const peerUrls = ethereumCheck(({ peers }) =>
  entriesOf(peers).flatMap(({ item, index }) => validateEnode(item, `${base}.peers[${index}]`)),
);

const imagesPinned = ethereumCheck(({ image, bootnodeImage, ethstats }) => {
  const images = { image, bootnodeImage, "ethstats.image": ethstats?.image };
  return Object.entries(images).flatMap(([key, value]) =>
    value === undefined || isPinned(value)
      ? []
      : [{ path: `${base}.${key}`, message: given(value, 'pinned to a version (":1.0", not ":latest") or a digest') }],
  );
});

const requestsWithinLimits = ethereumCheck((ethereum) =>
  (["validator", "rpc", "bootnode", "ethstats"] as const).flatMap((kind) =>
    withinLimits(ethereum.resources?.[kind], `${base}.resources.${kind}`),
  ),
);

/** A chain's database takes a file lock and counts on fsync; see the same rule for ledgers of Fabric. */
const chainsOnBlockStorage = ethereumCheck((ethereum) =>
  (["validator", "rpc"] as const).flatMap((kind) =>
    ethereum.storage?.[kind]?.class === "file"
      ? [
          {
            path: `${base}.storage.${kind}.class`,
            message:
              'given "file"; must be block: over network file systems the lock on a database can be lost or outlive its node',
          },
        ]
      : [],
  ),
);

/** What stands before the RPC Service and ends TLS. */
const frontDoors = ethereumCheck(({ rpc }): Problem[] => {
  const doors = { ingress: rpc?.ingress, gateway: rpc?.gateway };
  const problems = Object.entries(doors).flatMap(([door, settings]): Problem[] =>
    settings?.wsHost !== undefined && settings.wsHost === settings.host
      ? [{ path: `${base}.rpc.${door}.wsHost`, message: given(settings.wsHost, "another name than host") }]
      : [],
  );
  const [first, second] = Object.entries(doors).flatMap(([door, settings]) => (settings === undefined ? [] : [door]));
  if (second !== undefined) {
    const right = "left out: the network has one URL";
    problems.push({ path: `${base}.rpc.${second}`, message: `given together with ${first}; must be ${right}` });
  }
  if (first !== undefined && rpc?.clientNamespaces?.length === 0 && rpc.clientCidrs?.length === 0) {
    const right = `name the namespace of the ${first} controller, which connects to the RPC nodes`;
    problems.push({ path: `${base}.rpc.clientNamespaces`, message: `given [] with rpc.${first}; must ${right}` });
  }
  return problems;
});

const tokens = ethereumCheck((ethereum): Problem[] => {
  const key = ethereum.rpc?.jwtPublicKey;
  const client = clientOf(ethereum);
  const path = `${base}.rpc.jwtPublicKey`;
  if (key === undefined || client === undefined) return [];
  if (client !== "besu") {
    const right = `left out: ${clientFacts[client].title} knows no tokens`;
    return [{ path, message: `given with client ${client}; must be ${right}` }];
  }
  return isRsaKey(key) ? [] : [{ path, message: given(key, "an RSA public key of 2048 bits or more, PEM") }];
});

function isRsaKey(pem: string): boolean {
  try {
    const { asymmetricKeyType, asymmetricKeyDetails } = createPublicKey(pem);
    return asymmetricKeyType === "rsa" && (asymmetricKeyDetails?.modulusLength ?? 0) >= 2048;
  } catch {
    return false;
  }
}

const openDoors = ethereumCheck((ethereum) =>
  (["rpc", "ethstats"] as const).flatMap((door) => {
    const settings = ethereum[door];
    if (settings?.type !== "LoadBalancer" || settings.clientCidrs?.length !== 0) return [];
    const right = 'list the networks whose clients may connect, for example ["10.0.0.0/8"]';
    return [{ path: `${base}.${door}.clientCidrs`, message: `given [] with type LoadBalancer; must ${right}` }];
  }),
);

const rpcNodes = ethereumCheck(({ rpc }): Problem[] => {
  const problems: Problem[] = [];
  if (rpc?.httpPort !== undefined && rpc.httpPort === rpc.wsPort) {
    problems.push({ path: `${base}.rpc.wsPort`, message: given(rpc.wsPort, "another port than httpPort") });
  }
  const most = rpc?.autoscaling?.maxReplicas;
  if (most !== undefined && rpc?.replicas !== undefined && (most < rpc.replicas || rpc.replicas === 0)) {
    const right = rpc.replicas === 0 ? "left out while replicas is 0" : `${rpc.replicas} (replicas) or more`;
    problems.push({ path: `${base}.rpc.autoscaling.maxReplicas`, message: given(most, right) });
  }
  return problems;
});

const policiesEnforced: Check = ({ cluster, network }) => {
  if (cluster?.vendor !== "existing" || cluster.networkPolicyEnforced !== false) return [];
  if (network?.ethereum?.networkPolicy?.required !== true) return [];
  return [
    {
      path: "cluster.networkPolicyEnforced",
      message:
        "given false; must be true, once you know that the cluster's network plugin enforces NetworkPolicy objects. " +
        `To run without that isolation set ${base}.networkPolicy.required to false`,
    },
  ];
};

export const ethereumChecks: readonly Check[] = [
  version,
  oneChain,
  genesis,
  gasPrice,
  faucetOfNewChain,
  existingGenesis,
  joinSource,
  someValidators,
  options,
  ownOptions,
  nodeNames,
  nodeKeys,
  bootnodesOfGeth,
  peerUrls,
  imagesPinned,
  requestsWithinLimits,
  chainsOnBlockStorage,
  openDoors,
  frontDoors,
  tokens,
  rpcNodes,
  policiesEnforced,
];

const warnings = ethereumCheck((ethereum, { cluster }) => {
  const client = clientOf(ethereum);
  if (client === undefined) return [];
  const release = versionOf(ethereum, client);
  const consensus: Consensus = ethereum.genesis?.consensus ?? clientFacts[client].consensus[0];
  // Regions of clouds have three zones; a machine of one's own has none worth the name.
  const zones = cluster?.vendor === "local" ? 0 : 3;
  return [
    ...warnClientVersion(client, release, `${base}.version`),
    ...(Object.keys(ethereum.options ?? {}).length > 0
      ? warnClientOptions({ client, version: release }, `${base}.options`)
      : []),
    ...(ethereum.genesis === undefined ? [] : warnGenesisSettings(settingsOf(ethereum, client), `${base}.genesis`)),
    ...warnPoverty(ethereum, client),
    ...(validatorCountOf(ethereum) === 0
      ? []
      : warnValidatorCount(consensus, validatorCountOf(ethereum), zones, `${base}.validators`)),
  ];
});

/** Where gas has a price, somebody has to have ether, and on these chains nobody earns any. */
function warnPoverty({ genesis: settings, genesisFile, join, faucet }: LooseEthereum, client: Client): Problem[] {
  const isFree = settings?.freeGas ?? canBeFree(client);
  const isMadeElsewhere = genesisFile !== undefined || join !== undefined;
  const isFunded = faucet !== undefined || Object.keys(settings?.alloc ?? {}).length > 0;
  if (isFree || isMadeElsewhere || isFunded) return [];
  const right = "add `faucet: {}`, or accounts to `genesis.alloc`";
  return [{ path: base, message: `gas has a price, and no account has ether to pay it; ${right}` }];
}

export const ethereumWarnings: readonly Check[] = [warnings];
