import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { clientFacts } from "../../ledger/ethereum/clients";
import { parseEnode } from "../../ledger/ethereum/enode";
import { contractSizeLimitOf } from "../../ledger/ethereum/genesis";
import { parseGenesis } from "../../ledger/ethereum/genesis-text";
import { staticNodes, staticPeer } from "../../ledger/ethereum/static-nodes";
import { Account, EthereumRollout, Genesis, LedgerProvider, ValidatorSet } from "../../provider/sdk";
import type { ManagedCluster } from "../clouds";
import type { EthereumConfig, EthereumNetworkConfig } from "../../config";
import type { StorageClasses } from "../storage";
import { Bootnode } from "./bootnode";
import { clients } from "./clients";
import type { EthereumClient } from "./clients/client";
import { Ethstats } from "./ethstats";
import { joinedChain, type JoinedChain } from "./joined-chain";
import { ethstatsName, networkLabels, peersName, serviceHost, type Place } from "./names";
import { NetworkNamespace } from "./network-namespace";
import { nodeLabels, nodeSelector, type NodeContext } from "./node-context";
import { ethereumOutputs, type EthereumOutputs, type FaucetOutput } from "./outputs";
import { RpcNodes } from "./rpc-nodes";
import { buildPeerService } from "./specs/services";
import { Validator } from "./validator";

export interface EthereumNetworkArgs {
  cluster: ManagedCluster;
  storage: StorageClasses;
  config: EthereumNetworkConfig;
}

/** What the files are made of that all nodes have. */
interface SharedParts {
  members: Member[];
  genesis: Genesis;
  namespace: NetworkNamespace;
  bootnodes: Bootnode[];
  /** Nodes elsewhere. */
  peers: pulumi.Output<string[]>;
  ethstats: Ethstats | undefined;
  joined: pulumi.Output<JoinedChain> | undefined;
}

/** A node that others know by its key, before it has a pod. */
interface Member {
  name: string;
  account: Account;
}

/**
 * A private Ethereum network: keys, the first block made of them or taken over, validators that seal, RPC nodes that
 * serve. One that joins another stack's has that one's first block and validators, and RPC nodes of its own.
 */
export class EthereumNetwork extends pulumi.ComponentResource {
  readonly outputs: EthereumOutputs;
  /** The account with ether, where the stack file asks for one. Apart from the outputs, none of which is secret. */
  readonly faucet: FaucetOutput | undefined;

  private readonly network: string;
  private readonly config: EthereumConfig;
  private readonly client: EthereumClient;
  private readonly place: Place;
  private readonly keys: LedgerProvider;
  /** Reaches the cluster. */
  private readonly ledger: LedgerProvider;

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
    const { kubeconfig, clusterIdentifier } = args.cluster;
    this.ledger = new LedgerProvider(`${name}-ledger`, { kubeconfig, clusterIdentifier }, { parent: this });

    const joined = this.config.join === undefined ? undefined : joinedChain(this.config.join, this.config.client, this);
    const members = this.config.validators.map((settings) => this.createMember(settings));
    const faucet = this.createFaucet();
    const genesis = this.createGenesis(members, faucet, joined);
    const namespace = this.createNamespace();
    const ethstats = this.createEthstats(namespace);
    const bootnodes = this.createBootnodes(namespace);
    const peers = pulumi.all([this.config.peers, joined?.enodes ?? []]).apply((lists) => lists.flat());
    const context = this.prepare({ members, genesis, namespace, bootnodes, peers, ethstats, joined });
    const validators = this.createValidators(members, context);
    const rollout = this.createValidatorSet(validators, genesis);
    const rpc = this.createRpcNodes(context, rollout);

    const { network, config, client, place } = this;
    const freeGas = joined?.freeGas ?? config.genesis.freeGas;
    const parts = { network, config, client, place, genesis, freeGas, validators, peers, bootnodes, rpc, ethstats };
    this.outputs = ethereumOutputs(parts);
    this.faucet = faucet && { address: faucet.address, privateKey: pulumi.secret(faucet.privateKey) };
    this.registerOutputs({ network: this.network });
  }

  private createMember({ name, privateKey }: { name: string; privateKey?: string | undefined }): Member {
    const account = new Account(
      this.childName(name),
      {
        owner: `${this.network}/${name}`,
        privateKey: privateKey === undefined ? undefined : pulumi.secret(privateKey),
      },
      { parent: this, provider: this.keys, protect: this.config.protect },
    );
    return { name, account };
  }

  private createFaucet(): Account | undefined {
    const { faucet } = this.config;
    return faucet && this.createMember({ name: "faucet", privateKey: faucet.privateKey }).account;
  }

  private createGenesis(
    members: Member[],
    faucet: Account | undefined,
    joined: pulumi.Output<JoinedChain> | undefined,
  ): Genesis {
    const { client, genesis, genesisText } = this.config;
    const existing = joined?.genesis ?? genesisText;
    const balance = this.config.faucet?.balance ?? "0";
    const funded = faucet?.address.apply((address) => ({ ...genesis.alloc, [address]: { balance } }));
    return new Genesis(
      this.childName("genesis"),
      existing === undefined
        ? {
            settings: { client, ...genesis, alloc: funded ?? genesis.alloc },
            validators: members.map(({ account }) => account.address),
          }
        : { existing: { client, text: existing } },
      { parent: this, provider: this.keys, protect: this.config.protect },
    );
  }

  private createEthstats(namespace: NetworkNamespace): Ethstats | undefined {
    const { network, place, config } = this;
    const { ethstats } = config;
    if (ethstats === undefined) return undefined;
    const { account } = this.createMember({ name: ethstatsName });
    const args = { network, place, config, ethstats, namespace, account, ledger: this.ledger };
    return new Ethstats(this.childName(ethstatsName), args, { parent: this });
  }

  private createBootnodes(namespace: NetworkNamespace): Bootnode[] {
    const { network, place, config, client } = this;
    return config.bootnodes.map((settings) => {
      const { name: node, account } = this.createMember(settings);
      const args = { network, place, config, user: client.user, namespace, node, account, ledger: this.ledger };
      return new Bootnode(this.childName(node), args, { parent: this });
    });
  }

  private createNamespace(): NetworkNamespace {
    const { network, client, config } = this;
    const args = { network, client, config, dns: this.args.config.dns };
    return new NetworkNamespace(this.name, args, { parent: this });
  }

  /** What nodes share: the first block, the addresses of validators and the list of them. */
  private prepare(parts: SharedParts): NodeContext {
    const { network, place, config, client } = this;
    const { members, genesis, namespace, bootnodes, ethstats, joined } = parts;
    const services = members.map(({ name }) => this.createPeerService(name, namespace));
    const { gasLimit, freeGas } = config.genesis;
    const contractSizeLimitBytes =
      joined?.apply(({ genesis: text }) => contractSizeLimitOf(parseGenesis(text))) ??
      (config.genesisText === undefined
        ? config.genesis.contractSizeLimitBytes
        : contractSizeLimitOf(parseGenesis(config.genesisText)));
    return {
      network,
      place,
      config,
      client,
      namespace,
      ledger: this.ledger,
      // Nodes that only follow a chain need not know what gas costs there.
      chain: { chainId: joined?.chainId ?? config.genesis.chainId, gasLimit, freeGas, contractSizeLimitBytes },
      storage: this.args.storage,
      loadBalancersKeepClients: this.args.cluster.loadBalancersKeepClients,
      genesis: this.createGenesisFile(genesis, namespace).metadata.name,
      peers: [...services, ...bootnodes.map(({ service }) => service), this.createPeers(parts)],
      ethstats: ethstats?.secret,
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
   * The list of nodes that every node dials. It keeps its name and changes in place, so that another validator
   * restarts nobody: the new one dials the others, and they read the list when they next start.
   */
  private createPeers({ members, namespace, bootnodes, peers }: SharedParts): k8s.core.v1.ConfigMap {
    const { client, ports } = this.client;
    const metadata = { name: peersName, namespace: namespace.name, labels: networkLabels(this.network) };
    const ids = pulumi.all(members.map(({ account }) => account.enodeId));
    const urls = pulumi.all(bootnodes.map(({ url }) => url));
    const data = pulumi.all([ids, peers, urls]).apply(([own, others, bootnodeUrls]) => {
      const validators = own.map((id, index) => {
        return { id, host: serviceHost(members[index]!.name, this.place), port: ports.p2p };
      });
      // Another client may have written those, with words that only it takes.
      const enodes = [...staticNodes(client, validators), ...others.map((url) => staticPeer(client, parseEnode(url)))];
      return clientFacts[client].peers.files(enodes, bootnodeUrls);
    });
    return new k8s.core.v1.ConfigMap(this.childName("peers"), { metadata, data }, { parent: this });
  }

  /**
   * All at once when they are made: each listens before it dials, so of any two the later finds the earlier. When they
   * change, a rollout restarts them one at a time.
   */
  private createValidators(members: Member[], context: NodeContext): Validator[] {
    return members.map(({ name: node, account }) => {
      return new Validator(this.childName(node), { ...context, node, account }, { parent: this });
    });
  }

  /**
   * After the validators listen: nobody dials RPC nodes, and a client that found nobody dials again only after 35 s
   * (geth, `p2p/dial.go`) or 60 s (Besu).
   */
  private createRpcNodes(context: NodeContext, rollout: EthereumRollout | undefined): RpcNodes {
    const peers = rollout === undefined ? context.peers : [...context.peers, rollout];
    return new RpcNodes(this.childName("rpc"), { ...context, peers }, { parent: this });
  }

  /**
   * Keeps the validators current, and the chain's set of validators what the stack file says. Votes come after the pods
   * of validators that join and before pods of validators that leave are removed. With nodes elsewhere, which may be
   * validators, the set is not managed here.
   */
  private createValidatorSet(validators: Validator[], genesis: Genesis): EthereumRollout | undefined {
    const { client, genesis: settings, peers } = this.config;
    if (validators.length === 0) return undefined;
    const { ledger } = this;
    const nodes = validators.map(({ node, pod, account }) => ({
      name: node,
      namespace: this.place.namespace,
      pod,
      rpcPort: this.client.ports.http,
      address: account.address,
    }));
    const chain = { client, consensus: settings.consensus, genesisHash: genesis.hash, validators: nodes };
    const rollout = new EthereumRollout(
      this.childName("validators"),
      { nodes: validators.map(({ rolloutNode }) => rolloutNode), ...chain },
      { parent: this, provider: ledger, dependsOn: validators.map(({ statefulSet }) => statefulSet) },
    );
    if (peers.length === 0) {
      new ValidatorSet(this.childName("validators"), chain, { parent: this, provider: ledger, dependsOn: rollout });
    }
    return rollout;
  }

  private childName(role: string): string {
    return `${this.name}-${role}`;
  }
}
