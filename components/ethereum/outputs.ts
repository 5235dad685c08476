/** Outputs of an Ethereum network for its users: applications, operators, other stacks. */
import * as pulumi from "@pulumi/pulumi";
import { staticPeer } from "../../ledger/ethereum/static-nodes";
import type { Genesis, PendingVote, ValidatorSet } from "../../provider/sdk";
import { podName, serviceHost } from "../workload";
import type { Bootnode } from "./bootnode";
import type { EthereumContext } from "./context";
import type { Ethstats } from "./ethstats";
import { rpcName } from "./names";
import type { RpcNodes } from "./rpc-nodes";
import type { Validator } from "./validator";

/** Address of a node for port-forwards. */
export interface NodeOutput {
  name: string;
  pod: string;
}

export interface ValidatorOutput extends NodeOutput {
  address: pulumi.Output<string>;
  /** Enode URL for peers inside the cluster. */
  enode: pulumi.Output<string>;
  /** Enode URL for peers outside, where the stack file gives the validators a way in. */
  publicEnode?: pulumi.Output<string>;
}

/** The set of validators as the chain had it after the last run. */
export interface ValidatorSetOutput {
  addresses: pulumi.Output<string[]>;
  pending: pulumi.Output<PendingVote[]>;
  changedElsewhere: pulumi.Output<string[]>;
}

/** An account with ether from block 0 on. */
export interface FaucetOutput {
  address: pulumi.Output<string>;
  /** Private key, secret. */
  privateKey: pulumi.Output<string>;
}

export interface EthereumOutputs {
  network: string;
  namespace: string;
  client: string;
  chainId: pulumi.Output<number>;
  /** Whether transactions need no ether. */
  freeGas: pulumi.Input<boolean>;
  /** Text of genesis.json. */
  genesis: pulumi.Output<string>;
  /** Hash of block 0. */
  genesisHash: pulumi.Output<string>;
  validators: ValidatorOutput[];
  /** The chain's validators, and votes that wait for other stacks, where those have validators, too. */
  validatorSet?: ValidatorSetOutput;
  /** Enode URLs for nodes of another network: our validators, and the nodes elsewhere that ours connect to. */
  enodes: pulumi.Output<string[]>;
  /** Enode URLs of bootnodes; undefined without any. */
  bootnodes?: pulumi.Output<string>[];
  rpc: {
    /** URLs of JSON-RPC over HTTP and over WebSocket, through the Service or the proxy before it. */
    httpUrl: pulumi.Output<string>;
    wsUrl: pulumi.Output<string>;
    nodes: NodeOutput[];
  };
  /** Groups of RPC nodes with further APIs, by name, where there are some. */
  rpcGroups?: Record<string, { httpUrl: pulumi.Output<string>; wsUrl: pulumi.Output<string> }>;
  /** Port of JSON-RPC over HTTP in every pod. */
  rpcPort: number;
  /** Block explorer of the stack file. */
  explorerUrl?: pulumi.Input<string>;
  /** Page of the dashboard. */
  dashboardUrl?: pulumi.Output<string>;
}

/** Sources of the outputs. */
export interface EthereumParts {
  context: EthereumContext;
  genesis: Genesis;
  freeGas: pulumi.Input<boolean>;
  validators: Validator[];
  /** Hosts of the validators outside of the cluster, by name. */
  publicHosts: ReadonlyMap<string, pulumi.Output<string>>;
  /** Set of validators that this stack shares with others; undefined where it decides alone. */
  sharedSet: ValidatorSet | undefined;
  /** Enode URLs of nodes elsewhere that all of ours connect to. */
  nodesElsewhere: pulumi.Output<string[]>;
  bootnodes: Bootnode[];
  rpc: RpcNodes;
  rpcGroups: { name: string; nodes: RpcNodes }[];
  ethstats: Ethstats | undefined;
}

export function ethereumOutputs(parts: EthereumParts): EthereumOutputs {
  const { context, genesis, rpc, rpcGroups, bootnodes, ethstats } = parts;
  const { network, config, client, place } = context;
  const validators = parts.validators.map((validator) =>
    validatorOutput(validator, context, parts.publicHosts.get(validator.node)),
  );
  return {
    network,
    namespace: place.namespace,
    client: config.client,
    chainId: genesis.chainId,
    freeGas: parts.freeGas,
    genesis: genesis.text,
    genesisHash: genesis.hash,
    validators,
    ...(parts.sharedSet === undefined ? {} : { validatorSet: validatorSetOutput(parts.sharedSet) }),
    enodes: pulumi
      .all([pulumi.all(validators.map(({ enode, publicEnode }) => publicEnode ?? enode)), parts.nodesElsewhere])
      .apply((lists) => lists.flat()),
    ...(bootnodes.length === 0 ? {} : { bootnodes: bootnodes.map(({ url }) => url) }),
    rpc: {
      httpUrl: rpc.httpUrl,
      wsUrl: rpc.wsUrl,
      nodes: Array.from({ length: config.rpc.replicas }, (_, index) => {
        const pod = podName(rpcName, index);
        return { name: pod, pod };
      }),
    },
    ...(rpcGroups.length === 0
      ? {}
      : {
          rpcGroups: Object.fromEntries(
            rpcGroups.map(({ name, nodes: { httpUrl, wsUrl } }) => [name, { httpUrl, wsUrl }]),
          ),
        }),
    rpcPort: client.ports.http,
    ...(config.explorerUrl === undefined ? {} : { explorerUrl: config.explorerUrl }),
    ...(ethstats === undefined ? {} : { dashboardUrl: ethstats.url }),
  };
}

function validatorSetOutput({ addresses, pending, changedElsewhere }: ValidatorSet): ValidatorSetOutput {
  return { addresses, pending: pulumi.output(pending).apply((votes) => votes ?? []), changedElsewhere };
}

function validatorOutput(
  { node, pod, account }: Validator,
  { client, place }: EthereumContext,
  publicHost: pulumi.Output<string> | undefined,
): ValidatorOutput {
  const enodeAt = (given: pulumi.Input<string>): pulumi.Output<string> =>
    pulumi
      .all([account.enodeId, given])
      .apply(([id, host]) => staticPeer(client.client, { id, host, port: client.ports.p2p }));
  return {
    name: node,
    pod,
    address: account.address,
    enode: enodeAt(serviceHost(node, place)),
    ...(publicHost === undefined ? {} : { publicEnode: enodeAt(publicHost) }),
  };
}
