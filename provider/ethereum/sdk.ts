import * as pulumi from "@pulumi/pulumi";
import type { Client } from "../../ledger/ethereum/clients";
import type { Consensus } from "../../ledger/ethereum/consensus";
import type { GenesisSettings } from "../../ledger/ethereum/genesis-settings";
import type { Args } from "../framework/sdk";
import type { RolloutNode } from "../kubernetes/sdk";

export interface AccountInputs {
  /** Who holds the key, for people: `ethereum/validator0`. */
  owner: string;
  /** A key of the user's own, 64 hexadecimal digits. Secret. Default: one is drawn and kept. */
  privateKey?: string;
}

/** A key of secp256k1 with what follows from it: identity of a node among its peers, and account of a validator. */
export class Account extends pulumi.CustomResource {
  /** `0x` and 64 hexadecimal digits. Secret. */
  declare readonly privateKey: pulumi.Output<string>;
  /** EIP-55 form. */
  declare readonly address: pulumi.Output<string>;
  /** 128 hexadecimal digits: the public key, by which peers know the node. */
  declare readonly enodeId: pulumi.Output<string>;

  constructor(name: string, args: Args<AccountInputs>, opts?: pulumi.CustomResourceOptions) {
    super(
      "ledger:ethereum:Account",
      name,
      { ...args, privateKey: args.privateKey, address: undefined, enodeId: undefined },
      pulumi.mergeOptions(opts, { additionalSecretOutputs: ["privateKey"] }),
    );
  }
}

/** Either `settings` and `validators`, for a new chain, or `existing`. */
export interface GenesisInputs {
  settings?: Omit<GenesisSettings, "validators">;
  /** Addresses of the validators the chain starts with. Counts when it is made, and never again. */
  validators?: string[];
  /** A chain that was made elsewhere. */
  existing?: ExistingGenesis;
}

export interface ExistingGenesis {
  /** The client that shall run the chain here. */
  client: Client;
  /** Text of its genesis.json. */
  text: string;
}

/**
 * The first block of a chain and its rules. Validators that come or go after the chain was made change nothing here:
 * the living ones vote on them. A change that the chain could not follow is refused before anything is touched.
 */
export class Genesis extends pulumi.CustomResource {
  /** Text of genesis.json, the same for every node. */
  declare readonly text: pulumi.Output<string>;
  /** Hash of block 0. */
  declare readonly hash: pulumi.Output<string>;
  declare readonly chainId: pulumi.Output<number>;
  /** Addresses of the validators the chain started with, ascending. */
  declare readonly initialValidators: pulumi.Output<string[]>;

  constructor(name: string, args: Args<GenesisInputs>, opts?: pulumi.CustomResourceOptions) {
    super(
      "ledger:ethereum:Genesis",
      name,
      { ...args, text: undefined, hash: undefined, chainId: undefined, initialValidators: undefined },
      opts,
    );
  }
}

/** A node as the provider reaches it: by port-forward to its pod. */
export interface EthereumNodeAddress {
  /** Name used in messages, for example `validator0`. */
  name: string;
  namespace: string;
  /** Pod name, for example `validator0-0`. */
  pod: string;
  /** Port of JSON-RPC over HTTP in the pod. */
  rpcPort: number;
}

export interface ValidatorNode extends EthereumNodeAddress {
  /** Account whose key the node holds. */
  address: string;
}

export interface ValidatorSetInputs {
  client: Client;
  consensus: Consensus;
  /** Hash of block 0, by which a node of another chain is told apart. */
  genesisHash: string;
  /** The nodes that shall seal blocks. Validators that others voted in stay. */
  validators: ValidatorNode[];
}

/** Who seals blocks: changed as `validators` changes, by votes of the living ones, one after the other. */
export class ValidatorSet extends pulumi.CustomResource {
  /** Addresses as the chain has them, ascending. */
  declare readonly addresses: pulumi.Output<string[]>;
  /** Validators that others voted in or out, in words. They stay so. */
  declare readonly changedElsewhere: pulumi.Output<string[]>;

  constructor(name: string, args: Args<ValidatorSetInputs>, opts?: pulumi.CustomResourceOptions) {
    super("ledger:ethereum:ValidatorSet", name, { ...args, addresses: undefined, changedElsewhere: undefined }, opts);
  }
}

export interface EthereumRolloutInputs {
  /** Nodes to keep current, restarted in this order, one at a time. */
  nodes: RolloutNode[];
  client: Client;
  consensus: Consensus;
  /** Hash of block 0, by which a node of another chain is told apart. */
  genesisHash: string;
  /** The same nodes as their chain sees them: each of them shall have sealed a block before the next one goes. */
  validators: ValidatorNode[];
}

/** Validators that run what their StatefulSets say: a change restarts them one at a time. */
export class EthereumRollout extends pulumi.CustomResource {
  constructor(name: string, args: Args<EthereumRolloutInputs>, opts?: pulumi.CustomResourceOptions) {
    super("ledger:ethereum:Rollout", name, { ...args }, opts);
  }
}
