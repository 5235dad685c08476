/** Accounts, first blocks and validators, as programs declare them. */
import { validateAddress } from "../../ledger/ethereum/address";
import type { ChainSettings } from "../../ledger/ethereum/chain-settings";
import { clientNames, type Client } from "../../ledger/ethereum/clients";
import { protocols } from "../../ledger/ethereum/consensus";
import { validatePrivateKey } from "../../ledger/ethereum/key";
import { defineResource } from "../framework/declaration";
import { anything, domainRule, integer, list, object, oneOf, optional, secretText, text } from "../framework/schema";
import { rolloutNode } from "../kubernetes/declarations";

const maxPort = 65_535;

const client = oneOf(
  { token: "ledger:ethereum:Client", description: "Program that runs an Ethereum node." },
  clientNames,
);

const consensus = oneOf(
  { token: "ledger:ethereum:Consensus", description: "Protocol of proof of authority." },
  protocols,
);

const address = text(domainRule<string>(validateAddress));

export const validatorNode = object(
  {
    token: "ledger:ethereum:ValidatorNode",
    description: "A validator as the provider reaches it: by port-forward to its pod.",
  },
  {
    name: text().describe("Name used in messages, for example `validator0`."),
    namespace: text().describe("Namespace of the pod."),
    pod: text().describe("Name of the pod, for example `validator0-0`."),
    rpcPort: integer({ min: 1, max: maxPort }).describe("Port of JSON-RPC over HTTP in the pod."),
    address: address.describe("Account whose key the node holds, 0x and 40 hexadecimal digits."),
  },
);

const chain = {
  client: client.describe("Client of the nodes."),
  consensus: consensus.describe("Protocol of the chain."),
};

const genesisHash = text().describe("Hash of block 0, which distinguishes nodes of another chain.");

export const account = defineResource({
  token: "ledger:ethereum:Account",
  description:
    "A key of secp256k1 with what follows from it: identity of a node among its peers, and account of a validator.",
  inputs: {
    owner: text().describe("Holder of the key, for people: `ethereum/validator0`."),
    privateKey: optional(secretText(domainRule<string>(validatePrivateKey)))
      .describe("The user's own private key, 64 hexadecimal digits. Default: a generated key, kept in the state.")
      .identity(),
  },
  outputs: {
    privateKey: secretText().describe("Private key, 0x and 64 hexadecimal digits."),
    address: text().describe("Address of the account, EIP-55 form."),
    enodeId: text().describe("Public key, 128 hexadecimal digits, by which peers know the node."),
  },
});

export const genesis = defineResource({
  token: "ledger:ethereum:Genesis",
  description:
    "The first block of a chain and its rules: of a new chain by `settings` and `validators`, or of an `existing` one. Validators " +
    "that come or go after the chain was made change nothing here: the living ones vote on them. A change that the chain could " +
    "not follow is refused before anything is touched.",
  inputs: {
    settings: optional(anything<Omit<ChainSettings, "validators"> & { client: Client }>()).describe(
      "Settings of a new chain, an object: `client`, `chainId` and what docs/configuration.md lists under " +
        "`network.ethereum.genesis`. Default: none, for an existing chain.",
    ),
    validators: optional(list(address, { min: 1 })).describe(
      "Addresses of the validators that the chain starts with. They count when the chain is made, and never again. Default: " +
        "none, for an existing chain.",
    ),
    existing: optional(
      object(
        { token: "ledger:ethereum:ExistingGenesis", description: "A chain that was made elsewhere." },
        {
          client: client.describe("Client that runs the chain here."),
          text: text().describe("Text of its genesis.json."),
        },
      ),
    ).describe("A chain that was made elsewhere. Default: none, for a new chain."),
  },
  outputs: {
    text: text().describe("Text of genesis.json, the same for every node."),
    hash: text().describe("Hash of block 0, 0x and 64 hexadecimal digits."),
    chainId: integer({ min: 1, max: Number.MAX_SAFE_INTEGER }).describe("Chain id (EIP-155)."),
    initialValidators: list(text()).describe("Addresses of the validators that the chain started with, ascending."),
  },
});

export const validatorSet = defineResource({
  token: "ledger:ethereum:ValidatorSet",
  description:
    "Who seals blocks: changed as `validators` changes, by votes of the living validators, one after the other. Validators that " +
    "others voted in stay.",
  inputs: {
    ...chain,
    genesisHash: genesisHash.identity(),
    validators: list(validatorNode, { min: 1 }).describe("Nodes that seal blocks."),
  },
  outputs: {
    addresses: list(text()).describe("Addresses of the validators on the chain, ascending."),
    changedElsewhere: list(text()).describe(
      "Validators that others voted in or out, one phrase for each. They stay so.",
    ),
  },
});

export const ethereumRollout = defineResource({
  token: "ledger:ethereum:Rollout",
  description: "Validators that run what their StatefulSets say: a change restarts them one at a time.",
  inputs: {
    nodes: list(rolloutNode, { min: 1 }).describe("Nodes to keep current, restarted in this order, one at a time."),
    ...chain,
    genesisHash,
    validators: list(validatorNode, { min: 1 }).describe(
      "The same nodes as their chain sees them: each of them must have sealed a block before the next one goes.",
    ),
    genesis: optional(text()).describe(
      "Text of the genesis.json that the nodes are restarted with. A change that the chain is too far for is refused before the " +
        "first restart. Default: none, and no change is looked at.",
    ),
  },
  outputs: {},
});
