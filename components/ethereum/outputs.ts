/** What an Ethereum network tells its users: applications, operators, other stacks. */
import * as pulumi from "@pulumi/pulumi";
import { staticPeer } from "../../ledger/ethereum/enode";
import type { Genesis } from "../../provider/sdk";
import type { EthereumConfig } from "../config";
import type { EthereumClient } from "./clients/client";
import { podName, rpcName, serviceHost, type Place } from "./names";
import type { RpcNodes } from "./rpc-nodes";
import type { Validator } from "./validator";

/** A node as port-forward reaches it. */
export interface NodeOutput {
  name: string;
  pod: string;
}

export interface ValidatorOutput extends NodeOutput {
  address: pulumi.Output<string>;
  /** URL for peers inside the cluster. */
  enode: pulumi.Output<string>;
}

export interface EthereumOutputs {
  network: string;
  namespace: string;
  client: string;
  chainId: pulumi.Output<number>;
  /** Transactions need no ether. */
  freeGas: boolean;
  /** Text of genesis.json. */
  genesis: pulumi.Output<string>;
  /** Hash of block 0. */
  genesisHash: pulumi.Output<string>;
  validators: ValidatorOutput[];
  rpc: {
    /** JSON-RPC over HTTP and over WebSocket, through the Service. */
    httpUrl: pulumi.Output<string>;
    wsUrl: pulumi.Output<string>;
    nodes: NodeOutput[];
  };
  /** Port of JSON-RPC over HTTP in every pod. */
  rpcPort: number;
}

export interface EthereumParts {
  network: string;
  config: EthereumConfig;
  client: EthereumClient;
  place: Place;
  genesis: Genesis;
  validators: Validator[];
  rpc: RpcNodes;
}

export function ethereumOutputs(parts: EthereumParts): EthereumOutputs {
  const { network, config, client, place, genesis, rpc } = parts;
  return {
    network,
    namespace: place.namespace,
    client: config.client,
    chainId: genesis.chainId,
    freeGas: config.genesis.freeGas,
    genesis: genesis.text,
    genesisHash: genesis.hash,
    validators: parts.validators.map(({ node, pod, account }) => ({
      name: node,
      pod,
      address: account.address,
      enode: account.enodeId.apply((id) =>
        staticPeer(client.client, { id, host: serviceHost(node, place), port: client.ports.p2p }),
      ),
    })),
    rpc: {
      httpUrl: pulumi.interpolate`http://${rpc.host}:${config.rpc.httpPort}`,
      wsUrl: pulumi.interpolate`ws://${rpc.host}:${config.rpc.wsPort}`,
      nodes: Array.from({ length: config.rpc.replicas }, (_, index) => {
        const pod = podName(rpcName, index);
        return { name: pod, pod };
      }),
    },
    rpcPort: client.ports.http,
  };
}
