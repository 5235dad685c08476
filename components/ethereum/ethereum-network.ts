import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { staticNodes, staticNodesFile } from "../../ledger/ethereum/static-nodes";
import { Account, Genesis, LedgerProvider, ValidatorSet } from "../../provider/sdk";
import type { ManagedCluster } from "../cluster";
import type { EthereumConfig, EthereumNetworkConfig, ValidatorConfig } from "../config";
import type { StorageClasses } from "../storage";
import { clients } from "./clients";
import type { EthereumClient } from "./clients/client";
import { networkLabels, peersName, serviceHost, type Place } from "./names";
import { NetworkNamespace } from "./network-namespace";
import { nodeLabels, nodeSelector, type NodeContext } from "./node-context";
import { ethereumOutputs, type EthereumOutputs } from "./outputs";
import { RpcNodes } from "./rpc-nodes";
import { buildPeerService } from "./specs/services";
import { Validator } from "./validator";

export interface EthereumNetworkArgs {
  cluster: ManagedCluster;
  storage: StorageClasses;
  config: EthereumNetworkConfig;
}

/** A validator's name and key, before it has a pod. */
interface Member {
  settings: ValidatorConfig;
  account: Account;
}

/** A private Ethereum network: keys, the first block made of them, validators that seal, RPC nodes that serve. */
export class EthereumNetwork extends pulumi.ComponentResource {
  readonly outputs: EthereumOutputs;

  private readonly network: string;
  private readonly config: EthereumConfig;
  private readonly client: EthereumClient;
  private readonly place: Place;
  private readonly keys: LedgerProvider;

  constructor(
    private readonly name: string,
    private readonly args: EthereumNetworkArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super(
      "blockchain-clusters:ethereum:Network",
      name,
      {},
      pulumi.mergeOptions(opts, { providers: [args.cluster.provider] }),
    );
    this.network = args.config.name;
    this.config = args.config.ethereum;
    this.client = clients[this.config.client];
    this.place = { namespace: this.network, dnsDomain: args.cluster.dnsDomain };
    // Keys and the first block belong to the chain, not to a cluster: their provider knows none, and outlives any.
    this.keys = new LedgerProvider(`${name}-pki`, {}, { parent: this });

    const members = this.config.validators.map((settings) => this.createMember(settings));
    const genesis = this.createGenesis(members);
    const namespace = this.createNamespace();
    const context = this.prepare(members, genesis, namespace);
    const validators = this.createValidators(members, context);
    this.createValidatorSet(validators, genesis);
    const rpc = new RpcNodes(this.childName("rpc"), context, { parent: this });

    const { network, config, client, place } = this;
    this.outputs = ethereumOutputs({ network, config, client, place, genesis, validators, rpc });
    this.registerOutputs({ network: this.network });
  }

  private createMember(settings: ValidatorConfig): Member {
    const privateKey = settings.privateKey === undefined ? undefined : pulumi.secret(settings.privateKey);
    const account = new Account(
      this.childName(settings.name),
      { owner: `${this.network}/${settings.name}`, privateKey },
      { parent: this, provider: this.keys, protect: this.config.protect },
    );
    return { settings, account };
  }

  private createGenesis(members: Member[]): Genesis {
    const { client, genesis } = this.config;
    return new Genesis(
      this.childName("genesis"),
      { settings: { client, ...genesis }, validators: members.map(({ account }) => account.address) },
      { parent: this, provider: this.keys, protect: this.config.protect },
    );
  }

  private createNamespace(): NetworkNamespace {
    const { network, client, config } = this;
    return new NetworkNamespace(this.name, { network, client, config }, { parent: this });
  }

  /** What nodes share: the first block, the addresses of validators and the list of them. */
  private prepare(members: Member[], genesis: Genesis, namespace: NetworkNamespace): NodeContext {
    const { network, place, config, client } = this;
    const services = members.map(({ settings }) => this.createPeerService(settings.name, namespace));
    return {
      network,
      place,
      config,
      client,
      namespace,
      storage: this.args.storage,
      genesis: this.createGenesisFile(genesis, namespace).metadata.name,
      peers: [...services, this.createPeers(members, namespace)],
    };
  }

  private createPeerService(node: string, namespace: NetworkNamespace): k8s.core.v1.Service {
    const labels = nodeLabels(this.network, "validator", node);
    const service = buildPeerService(
      { name: node, namespace: namespace.name, labels },
      nodeSelector(this.network, "validator", node),
      this.client.ports,
    );
    return new k8s.core.v1.Service(this.childName(node), service, { parent: this });
  }

  private createGenesisFile(genesis: Genesis, namespace: NetworkNamespace): k8s.core.v1.ConfigMap {
    const metadata = { namespace: namespace.name, labels: networkLabels(this.network) };
    return new k8s.core.v1.ConfigMap(
      this.childName("genesis"),
      { metadata, immutable: true, data: { "genesis.json": genesis.text } },
      { parent: this },
    );
  }

  /**
   * The list of validators that every node dials. It keeps its name and changes in place, so that another validator
   * restarts nobody: the new one dials the others, and they read the list when they next start.
   */
  private createPeers(members: Member[], namespace: NetworkNamespace): k8s.core.v1.ConfigMap {
    const { client, ports } = this.client;
    const metadata = { name: peersName, namespace: namespace.name, labels: networkLabels(this.network) };
    const data = pulumi.all(members.map(({ account }) => account.enodeId)).apply((ids) => {
      const peers = ids.map((id, index) => ({
        id,
        host: serviceHost(members[index]!.settings.name, this.place),
        port: ports.p2p,
      }));
      const file = staticNodesFile(client, staticNodes(client, peers));
      return { [file.fileName]: file.content };
    });
    return new k8s.core.v1.ConfigMap(this.childName("peers"), { metadata, data }, { parent: this });
  }

  /** One after the other: a change reaches a validator only when the one before is back. */
  private createValidators(members: Member[], context: NodeContext): Validator[] {
    return members.reduce<Validator[]>((done, { settings, account }) => {
      const args = { ...context, node: settings.name, account, after: done.at(-1) };
      return [...done, new Validator(this.childName(settings.name), args, { parent: this })];
    }, []);
  }

  /** After the pods of those who join, and before those of who leaves are removed. */
  private createValidatorSet(validators: Validator[], genesis: Genesis): void {
    const { client, genesis: settings } = this.config;
    const { kubeconfig, clusterIdentifier } = this.args.cluster;
    const ledger = new LedgerProvider(`${this.name}-ledger`, { kubeconfig, clusterIdentifier }, { parent: this });
    const nodes = validators.map(({ node, pod, account }) => ({
      name: node,
      namespace: this.place.namespace,
      pod,
      rpcPort: this.client.ports.http,
      address: account.address,
    }));
    new ValidatorSet(
      this.childName("validators"),
      { client, consensus: settings.consensus, genesisHash: genesis.hash, validators: nodes },
      { parent: this, provider: ledger, dependsOn: validators.map(({ statefulSet }) => statefulSet) },
    );
  }

  private childName(role: string): string {
    return `${this.name}-${role}`;
  }
}
