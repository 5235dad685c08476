/** Rules of an Ethereum network about its chain, and who seals it. */
import { validateEnode } from "../ledger/ethereum/enode";
import { consensusOf } from "../ledger/ethereum/existing-genesis";
import { validateGenesisSettings } from "../ledger/ethereum/genesis-validation";
import { deriveAccount, validateDistinctKeys, validatePrivateKey } from "../ledger/ethereum/key";
import { quorumOf } from "../ledger/ethereum/quorum";
import { show } from "../ledger/problem";
import { duplicates, entriesOf, ethereumCheck, type Check, type LooseEthereum } from "./check";
import { canBeFree } from "./ethereum";
import { reservedNodeNames } from "./ethereum-names";
import { base, clientOf, settingsOf } from "./ethereum-section";
import { initialValidators, readGenesis } from "./existing-genesis";
import { given } from "./problem";

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

/** Any client's form is taken: the program writes it anew for its own. */
const peerUrls = ethereumCheck(({ peers }) =>
  entriesOf(peers).flatMap(({ item, index }) => validateEnode(item, `${base}.peers[${index}]`)),
);

export const chainChecks: readonly Check[] = [
  oneChain,
  genesis,
  gasPrice,
  faucetOfNewChain,
  existingGenesis,
  joinSource,
  someValidators,
  nodeNames,
  nodeKeys,
  peerUrls,
];
