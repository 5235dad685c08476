/** Accounts, first blocks and validators, as programs declare them. */
import { validateAddress } from "../../ledger/ethereum/address";
import { clientNames } from "../../ledger/ethereum/clients";
import { protocols } from "../../ledger/ethereum/consensus";
import { forks } from "../../ledger/ethereum/fork";
import { validatePrivateKey } from "../../ledger/ethereum/key";
import { defineResource } from "../framework/declaration";
import { flag, integer, list, map, object, oneOf, optional, secretText, text } from "../framework/schema";
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

const address = text(validateAddress);

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

export const partnerValidator = object(
  {
    token: "ledger:ethereum:PartnerValidator",
    description: "A validator of another stack on which this one agreed.",
  },
  {
    partner: text().describe("Name of the other stack's owner, used in messages."),
    address: address.describe("Account of the validator, 0x and 40 hexadecimal digits."),
  },
);

const count = integer({ min: 1, max: Number.MAX_SAFE_INTEGER });

export const pendingVote = object(
  {
    token: "ledger:ethereum:PendingVote",
    description: "A vote that needs further ones of validators of other stacks.",
  },
  {
    address: address.describe("Account on which validators vote."),
    action: oneOf({ token: "ledger:ethereum:VoteAction", description: "Effect of a vote." }, [
      "add",
      "remove",
    ]).describe("Whether it becomes a validator, or is one no more."),
    voters: list(text()).describe("Validators that have voted so, ascending. Besu tells those of this stack alone."),
    votesNeeded: count.describe("Votes that it needs."),
    validators: count.describe("Validators that may vote."),
  },
);

const chain = {
  client: client.describe("Client of the nodes."),
  consensus: consensus.describe("Protocol of the chain."),
};

/** A whole number, whose limits are the ledger's. */
const wholeNumber = integer({ min: 0, max: Number.MAX_SAFE_INTEGER });

const genesisAccount = object(
  { token: "ledger:ethereum:GenesisAccount", description: "An account that exists from block 0 on." },
  {
    balance: optional(text()).describe("Balance in wei, in digits or as 0x and hexadecimal digits. Default: 0."),
    nonce: optional(wholeNumber).describe("Number of the next transaction. Default: 0."),
    code: optional(text()).describe("Runtime bytecode of a contract, `0x...`. Default: none."),
    storage: optional(map(text())).describe("Storage slot to value, both `0x...` and up to 32 bytes. Default: none."),
  },
);

/** Settings of ledger/ethereum/chain-settings.ts, with the client that they are for. */
const chainSettings = object(
  { token: "ledger:ethereum:ChainSettings", description: "Rules of a new chain." },
  {
    client: chain.client,
    chainId: wholeNumber.describe("Chain id, part of every signature (EIP-155)."),
    consensus: optional(consensus).describe(
      "Protocol of the validators. Default: `qbft` of Besu and GoQuorum, `clique` of geth.",
    ),
    fork: optional(
      oneOf({ token: "ledger:ethereum:Fork", description: "Protocol upgrade of Ethereum." }, forks),
    ).describe(
      "Newest protocol upgrade, from block 0 on. Default: `cancun` of Besu, `berlin` of GoQuorum, `london` of geth (`berlin` " +
        "without gas price).",
    ),
    freeGas: optional(flag()).describe(
      "Whether transactions need no ether. Default: true where the client takes such transactions.",
    ),
    baseFeePerGas: optional(text()).describe("Base fee of block 0 in wei, where gas has a price. Default: 1 gwei."),
    gasLimit: optional(text()).describe("Gas limit of a block. Default: 100,000,000."),
    blockPeriodSeconds: optional(wholeNumber).describe("Seconds between blocks. Default: 5."),
    requestTimeoutSeconds: optional(wholeNumber).describe(
      "Seconds after which validators replace a proposer (QBFT, IBFT2). Default: twice the block period.",
    ),
    emptyBlockPeriodSeconds: optional(wholeNumber).describe(
      "Seconds between empty blocks (QBFT, IBFT2). Default: the block period.",
    ),
    epochLength: optional(wholeNumber).describe("Blocks after which pending votes are dropped. Default: 30000."),
    contractSizeLimitBytes: optional(wholeNumber).describe(
      "Largest contract in bytes. Default: 24576, the limit of Ethereum.",
    ),
    transactionSizeLimitKiB: optional(wholeNumber).describe("Largest transaction in KiB (GoQuorum). Default: 128."),
    timestampSeconds: optional(wholeNumber).describe(
      "Time of block 0 in seconds since 1970. Default: 0, so that equal settings give equal chains.",
    ),
    alloc: optional(map(genesisAccount)).describe("Accounts in block 0, by address. Default: none."),
  },
);

const genesisHash = text().describe("Hash of block 0, which distinguishes nodes of another chain.");

const generation = integer({ min: 1, max: Number.MAX_SAFE_INTEGER }).describe(
  "Generation of the chain: a higher one begins it anew where nobody has it any more.",
);
const begun = integer({ min: 0, max: Number.MAX_SAFE_INTEGER });

export const account = defineResource({
  token: "ledger:ethereum:Account",
  description:
    "A key of secp256k1 with what follows from it: identity of a node among its peers, and account of a validator.",
  inputs: {
    owner: text().describe("Holder of the key, for people: `ethereum/validator0`."),
    privateKey: optional(secretText(validatePrivateKey))
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
    settings: optional(chainSettings).describe("Rules of a new chain. Default: none, for an existing chain."),
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
    "Who seals blocks: changed as `validators` and `partnerValidators` change, by votes of the living validators, one after the " +
    "other. Validators that others voted in stay. A vote that needs those of other stacks' validators is pending, and no failure.",
  inputs: {
    ...chain,
    genesisHash: genesisHash.identity(),
    validators: list(validatorNode, { min: 1 }).describe("Nodes of this stack that seal blocks."),
    leaving: optional(list(address)).describe(
      "Those of `validators` that are to seal no more. They run and vote until the chain's validators agreed. Default: none.",
    ),
    partnerValidators: optional(list(partnerValidator)).describe(
      "Validators of other stacks for which this stack's vote: in when the list gets them, out when it loses them. Default: " +
        "none, and this stack's validators are enough to decide.",
    ),
  },
  outputs: {
    addresses: list(text()).describe("Addresses of the validators on the chain, ascending."),
    pending: optional(list(pendingVote)).describe(
      "Votes that wait for those of other stacks' validators. The next update looks at them again. Default: none.",
    ),
    changedElsewhere: list(text()).describe(
      "Validators that others voted in or out, one phrase for each. They stay so.",
    ),
  },
});

export const chainPlace = defineResource({
  token: "ledger:ethereum:ChainPlace",
  description:
    "Place of a chain's volumes. It is no part of a cluster and outlives any, so it knows that a chain which comes to another place " +
    "has begun before, and that its validators must fetch it instead of sealing a first block again.",
  inputs: {
    genesisHash: genesisHash.identity(),
    generation,
    place: optional(text()).describe(
      "Text that changes with the place: the uid of the namespace. Default: none, which never counts as another place.",
    ),
  },
  outputs: {
    begunElsewhere: begun.describe("Generation that has begun in a former place; 0 for none."),
  },
});

export const chainStart = defineResource({
  token: "ledger:ethereum:ChainStart",
  description:
    "Whether the chain has a block after block 0, as its validators show it. It waits for one for half a minute, and each further " +
    "update looks again until there is one.",
  inputs: {
    genesisHash: genesisHash.identity(),
    generation,
    validators: list(validatorNode, { min: 1 }).describe("Nodes that are asked."),
    volumes: optional(list(text())).describe(
      "Texts that change with the nodes' volumes: the uids of their claims. Nodes on new ones have to get Ready within a minute, or " +
        "to be on the way; one that waits for a chain that nobody has fails the update. Default: none, and nodes are not looked at.",
    ),
  },
  outputs: {
    begun: begun.describe("Generation that has begun; 0 for none."),
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
