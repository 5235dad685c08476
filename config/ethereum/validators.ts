/** Nodes of an Ethereum network with names and keys: validators, bootnodes, and the account with ether. */
import type { z } from "zod";
import { clientFacts, type Client } from "../../ledger/ethereum/clients";
import type { Consensus } from "../../ledger/ethereum/consensus";
import { validateDistinctKeys, validatePrivateKey } from "../../ledger/ethereum/key";
import { warnValidatorCount } from "../../ledger/ethereum/validators";
import { problem, type Problem } from "../../lib/problem";
import { dnsLabel, flag, list, map, privateKey } from "../kit/fields";
import type { Loose } from "../kit/json-schema";
import { duplicates, entriesOf, error, warning, type Rule, type Surroundings } from "../kit/rule";
import { quantity } from "./genesis";
import type { PartnerChainConfig } from "./join";

const validator = map({
  name: dnsLabel(40).describe("Name of the node."),
  leave: flag()
    .default(false)
    .describe(
      "Whether it is to seal no more. It runs until the chain's validators have voted it out; then take it out of the list. For chains that other stacks have validators on.",
    ),
  privateKey: privateKey()
    .optional()
    .describe(
      "Private key of your own, set with `pulumi config set --secret --path`. Default: a generated one, kept in the state.",
    ),
});

const faucet = map({
  balance: quantity("1000000000000000000000000")
    .default("1000000000000000000000000")
    .describe("Balance in wei. Default: a million ether."),
  privateKey: privateKey()
    .optional()
    .describe("Private key of your own, as for validators. Default: a generated one, kept in the state."),
});

const bootnode = map({
  name: dnsLabel(40).describe("Name of the bootnode."),
  privateKey: privateKey()
    .optional()
    .describe(
      "Private key of your own, as for validators. The bootnode's identity follows from it. Default: a generated one, kept in the state.",
    ),
});

export const validatorFields = {
  faucet: faucet
    .optional()
    .describe(
      "Account with ether in block 0, from which to fund others. Its key is the secret output `faucet`. Default: none.",
    ),
  validators: list(validator, { of: "validators" })
    .optional()
    .describe(
      "Nodes that seal blocks. When an entry is added or removed, the other validators vote. Default: four; none for a network with `join`, whose validators vote on those given here.",
    ),
  bootnodes: list(bootnode, { of: "bootnodes" })
    .default([])
    .describe("Nodes by which nodes find each other (geth only). Default: none, nodes know the validators by name."),
};

export type ValidatorConfig = z.infer<typeof validator>;
export type LooseValidators = (Loose<ValidatorConfig> | undefined)[];

/** Values that the rules about nodes with keys read. */
export interface LooseNodes {
  config: {
    client?: Client | undefined;
    genesis?: { consensus?: Consensus | undefined } | undefined;
    validators?: LooseValidators | undefined;
    bootnodes?: (Loose<z.infer<typeof bootnode>> | undefined)[] | undefined;
    faucet?: Loose<z.infer<typeof faucet>> | undefined;
    peers?: unknown[] | undefined;
    join?: object | undefined;
    partners?: (Loose<PartnerChainConfig> | undefined)[] | undefined;
    p2p?: { exposure?: object | undefined } | undefined;
  };
}

/** Validators of a new chain without `validators` in its file: the fewest that tolerate the loss of one. */
const fourValidators: ValidatorConfig[] = [0, 1, 2, 3].map((index) => ({ name: `validator${index}`, leave: false }));

/** Fills in validators: four, or none for a network that joins another one with validators of its own. */
export function resolveValidators({ validators, join }: LooseNodes["config"]): LooseValidators {
  return validators ?? (join === undefined ? fourValidators : []);
}

/** Names that the program gives to nodes, and that no node of the stack file may have. */
const reservedNodeNames: readonly string[] = ["rpc", "ethstats", "faucet"];

const base = "network.ethereum";

/** Validators and bootnodes, with their paths. */
function nodesOf({ config: { validators, bootnodes } }: LooseNodes) {
  return [...entriesOf(validators, `${base}.validators`), ...entriesOf(bootnodes, `${base}.bootnodes`)];
}

function nodeNames(network: LooseNodes): Problem[] {
  const entries = nodesOf(network).map(({ item, path }) => ({ value: item.name, path: `${path}.name` }));
  const taken = entries.filter(({ value }) => value !== undefined && reservedNodeNames.includes(value));
  const right = `another name: ${reservedNodeNames.join(", ")} are taken`;
  const exposed = network.config.p2p?.exposure === undefined ? [] : entriesOf(network.config.validators, "");
  const services = exposed.map(({ item }) => `${item.name}-public`);
  const clashes = entries.filter(({ value }) => value !== undefined && services.includes(value));
  const because = "with `p2p.exposure` it is the Service of another validator for peers outside";
  return [
    ...clashes.map(({ value, path }) => problem({ path, given: value, must: "be another name", because })),
    ...duplicates("a name", entries),
    ...taken.map(({ value, path }) => problem({ path, given: value, must: `be ${right}` })),
  ];
}

/** Problems of keys. Their messages never contain a key. */
function nodeKeys(network: LooseNodes): Problem[] {
  const owners = [...nodesOf(network), { item: network.config.faucet ?? {}, path: `${base}.faucet` }];
  const keys = owners.flatMap(({ item, path }) =>
    item.privateKey === undefined ? [] : [[`${path}.privateKey`, item.privateKey] as const],
  );
  const wrong = keys.flatMap(([path, key]) => validatePrivateKey(key, path));
  return wrong.length > 0 ? wrong : validateDistinctKeys(Object.fromEntries(keys));
}

/** The chain continues by validators of the file, unless other networks seal it. */
function someValidators({ config: { validators, join, peers } }: LooseNodes): Problem[] {
  const path = `${base}.validators`;
  const count = entriesOf(validators, path).length;
  if (count > 0 || join !== undefined || (peers ?? []).length > 0) return [];
  return [problem({ path, given: validators, must: "be a list of at least 1 validators" })];
}

/** Validators leave a chain on which other stacks have some; elsewhere an entry is taken out. */
function leaving({ config: { validators, join, partners } }: LooseNodes): Problem[] {
  if (join !== undefined || partners !== undefined) return [];
  const because = "no other stack votes here: without `join` and `partners` an entry is taken out at once";
  return entriesOf(validators, `${base}.validators`).flatMap(({ item, path }) =>
    item.leave === true ? [problem({ path: `${path}.leave`, given: true, must: "be left out", because })] : [],
  );
}

function bootnodesOfGeth({ config: { client, bootnodes } }: LooseNodes): Problem[] {
  const path = `${base}.bootnodes`;
  if (client === undefined || clientFacts[client].peers.hasBootnodes || entriesOf(bootnodes, path).length === 0) {
    return [];
  }
  const because = `nodes of ${clientFacts[client].title} know the validators by name`;
  return [problem({ path, must: "be left out", because })];
}

function validatorCount(
  { config: { validators = [], genesis, join, partners } }: LooseNodes,
  { vendor }: Surroundings,
): Problem[] {
  // The set has validators of other stacks, too.
  if (join !== undefined || partners !== undefined) return [];
  // Regions of clouds have three zones; a local cluster has none.
  const zones = vendor === "local" ? 0 : 3;
  if (genesis?.consensus === undefined || validators.length === 0) return [];
  return warnValidatorCount(genesis.consensus, validators.length, zones, `${base}.validators`);
}

export const validatorRules: readonly Rule<LooseNodes>[] = [
  error(someValidators),
  error(nodeNames),
  error(nodeKeys),
  error(leaving),
  error(bootnodesOfGeth),
  warning(validatorCount),
];
