import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { clientFacts } from "../../ledger/ethereum/clients";
import type { Consensus } from "../../ledger/ethereum/consensus";
import { parseEnode } from "../../ledger/ethereum/enode";
import { contractSizeLimitOf } from "../../ledger/ethereum/genesis";
import { parseGenesis } from "../../ledger/ethereum/genesis-text";
import { longestPauseSeconds } from "../../ledger/ethereum/longest-pause";
import { decimal } from "../../ledger/ethereum/hex";
import { staticNodes, staticPeer } from "../../ledger/ethereum/static-nodes";
import {
  Account,
  ChainPlace,
  ChainStart,
  EthereumRollout,
  Genesis,
  LedgerProvider,
  ValidatorSet,
} from "../../provider/sdk";
import type { ManagedCluster } from "../clouds";
import type { EthereumConfig, EthereumNetworkConfig } from "../../config";
import { buildNodeService } from "../kubernetes";
import type { StorageClasses } from "../storage";
import { serviceHost, WorkloadObjects, type MonitoringOutputs } from "../workload";
import { ethereumBackup } from "./backup";
import { Bootnode } from "./bootnode";
import { clients } from "./clients";
import {
  furtherRpc,
  usualRpc,
  type ChainBeginning,
  type ChainFacts,
  type EthereumContext,
  type NodeContext,
  type RpcGroup,
} from "./context";
import { Ethstats } from "./ethstats";
import { joinedChain, joinedFacts, type JoinedChain } from "./joined-chain";
import { beginningKey, beginningName, ethstatsName, networkLabels, nodeLabels, nodeSelector, peersName } from "./names";
import { ethereumMonitoring } from "./monitoring";
import { createNamespace } from "./namespace";
import { ethereumOutputs, type EthereumOutputs, type FaucetOutput } from "./outputs";
import { readPartners, type Partners } from "./partners";
import { createPublicHosts } from "./public-hosts";
import { RpcNodes } from "./rpc-nodes";
import { Validator } from "./validator";

export interface EthereumNetworkArgs {
  /** Cluster in which the network runs. */
  cluster: ManagedCluster;
  /** Classes of the nodes' volumes. */
  storage: StorageClasses;
  /** Section `network` of the stack file. */
  config: EthereumNetworkConfig;
}

/** A node with its key, before it has a pod. */
interface KeyedNode {
  name: string;
  account: Account;
}

/** Validators with the chain that they seal. */
interface SealedChain {
  validators: Validator[];
  genesis: Genesis;
  consensus: pulumi.Input<Consensus>;
}

/** Set of validators, for rollouts and votes. */
type ValidatorsArgs = ConstructorParameters<typeof ValidatorSet>[1];

/**
 * A private Ethereum network: keys, a first block that is made from them or taken over, validators that seal, RPC nodes
 * that serve. A network that joins another stack's takes that stack's first block, and has RPC nodes of its own, and
 * validators that seal when the chain's validators voted for them.
 */
export class EthereumNetwork extends pulumi.ComponentResource {
  readonly outputs: EthereumOutputs;
  /** For Prometheus, where the stack file opens the metrics to somebody. */
  readonly monitoring: MonitoringOutputs | undefined;
  /** Account with ether, if the stack file asks for one. Apart from the outputs, none of which is secret. */
  readonly faucet: FaucetOutput | undefined;

  private readonly config: EthereumConfig;
  /**
   * Provider of keys and first block. They belong to the chain, not to a cluster: the provider knows no cluster and
   * outlives any.
   */
  private readonly keys: LedgerProvider;

  constructor(
    private readonly name: string,
    args: EthereumNetworkArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super(
      "blockchain-clusters:ethereum:Network",
      name,
      {},
      pulumi.mergeOptions(opts, { providers: [args.cluster.provider] }),
    );
    const { name: network, ethereum: config } = args.config;
    this.config = config;
    this.keys = new LedgerProvider(`${name}-pki`, {}, { parent: this });

    const joined = config.join === undefined ? undefined : joinedChain(config.join, config.client, this);
    const chain = this.chainFacts(joined);
    const partners = config.partners && readPartners(config.partners, this);
    const keyed = config.validators.map(({ name: node, privateKey }) =>
      this.createKeyedNode(network, node, privateKey),
    );
    const faucet = this.createFaucet(network);
    const genesis = this.createGenesis(keyed, faucet, joined);
    const context = this.createContext(args);
    const ethstats = this.createEthstats(context);
    const bootnodes = this.createBootnodes(context);
    const services = keyed.map((node) => this.createPeerService(context, node));
    const publicHosts = createPublicHosts(context, keyed);
    const nodesElsewhere = pulumi.all([config.peers, joined?.enodes ?? []]).apply((lists) => lists.flat());
    const connected = partners === undefined ? nodesElsewhere : withPartners(nodesElsewhere, partners.enodes);
    const peers = this.createPeers(context, keyed, bootnodes, connected);
    const genesisFile = this.createGenesisFile(context, genesis);
    const nodes: NodeContext = {
      ...context,
      chain,
      genesis: genesisFile.metadata.name,
      beginning: this.createBeginning(context, genesis, args.cluster),
      startAfter: [...services, ...bootnodes.map(({ service }) => service), peers],
      ethstats: ethstats?.secret,
    };
    const sealed = joined === undefined ? chain : joinedFacts(chain, joined);
    const validators = this.createValidators({ ...nodes, chain: sealed }, keyed);
    const { consensus } = sealed;
    const rollout = this.createValidatorRollout(context, { validators, genesis, consensus });
    const set = this.createValidatorSet(context, { validators, genesis, consensus, partners }, rollout);
    this.tellBeginning(context, { validators, genesis, consensus }, rollout);
    const startAfter = rollout === undefined ? nodes.startAfter : [...nodes.startAfter, rollout];
    const rpc = this.createRpcNodes({ ...nodes, startAfter }, usualRpc(config));
    const rpcGroups = config.rpcGroups.map((group) => ({
      name: group.name,
      nodes: this.createRpcNodes({ ...nodes, startAfter }, furtherRpc(group, config)),
    }));

    this.monitoring = ethereumMonitoring(
      context,
      validators,
      ethereumBackup(context, validators),
      this.longestPause(joined),
    );
    const freeGas = joined?.freeGas ?? config.genesis.freeGas;
    this.outputs = ethereumOutputs({
      context,
      genesis,
      freeGas,
      validators,
      publicHosts,
      sharedSet: this.isShared() ? set : undefined,
      nodesElsewhere,
      bootnodes,
      rpc,
      rpcGroups,
      ethstats,
    });
    this.faucet = faucet && { address: faucet.address, privateKey: pulumi.secret(faucet.privateKey) };
    this.registerOutputs({ network });
  }

  private createContext({ config: { name: network, dns }, cluster, storage }: EthereumNetworkArgs): EthereumContext {
    const { config } = this;
    const client = clients[config.client];
    const { kubeconfig, clusterIdentifier, dnsDomain, loadBalancersKeepClients } = cluster;
    const ledger = new LedgerProvider(`${this.name}-ledger`, { kubeconfig, clusterIdentifier }, { parent: this });
    const namespace = createNamespace(this.name, { network, client, config, dns }, { parent: this });
    return {
      component: this,
      prefix: this.name,
      network,
      place: { namespace: network, dnsDomain },
      config,
      client,
      namespace,
      storage,
      ledger,
      loadBalancersKeepClients,
    };
  }

  /** Facts about the chain. Nodes that only follow it do not need its gas price. */
  private chainFacts(joined: pulumi.Output<JoinedChain> | undefined): ChainFacts {
    const { genesis, genesisText } = this.config;
    const { freeGas, consensus } = genesis;
    const gasLimit = decimal(genesis.gasLimit);
    const chainId = joined?.chainId ?? genesis.chainId;
    const contractSizeLimitBytes =
      joined?.apply(({ genesis: text }) => contractSizeLimitOf(parseGenesis(text))) ??
      (genesisText === undefined ? genesis.contractSizeLimitBytes : contractSizeLimitOf(parseGenesis(genesisText)));
    return { chainId, gasLimit, freeGas, consensus, contractSizeLimitBytes };
  }

  /** Longest time between two blocks, in seconds. */
  private longestPause(joined: pulumi.Output<JoinedChain> | undefined): pulumi.Input<number> {
    const { genesis, genesisText } = this.config;
    if (joined !== undefined) return joined.apply((chain) => longestPauseSeconds(parseGenesis(chain.genesis)));
    return genesisText === undefined
      ? Math.max(genesis.blockPeriodSeconds, genesis.emptyBlockPeriodSeconds ?? 0)
      : longestPauseSeconds(parseGenesis(genesisText));
  }

  /** Whether other stacks have validators on the chain, or may have some. */
  private isShared(): boolean {
    const { partners, join } = this.config;
    return partners !== undefined || join !== undefined;
  }

  private createKeyedNode(network: string, name: string, privateKey?: string): KeyedNode {
    const account = new Account(
      this.childName(name),
      {
        owner: `${network}/${name}`,
        privateKey: privateKey === undefined ? undefined : pulumi.secret(privateKey),
      },
      { parent: this, provider: this.keys, protect: this.config.protect },
    );
    return { name, account };
  }

  private createFaucet(network: string): Account | undefined {
    const { faucet } = this.config;
    return faucet && this.createKeyedNode(network, "faucet", faucet.privateKey).account;
  }

  private createGenesis(
    validators: KeyedNode[],
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
            validators: validators.map(({ account }) => account.address),
          }
        : { existing: { client, text: existing } },
      { parent: this, provider: this.keys, protect: this.config.protect },
    );
  }

  private createEthstats(context: EthereumContext): Ethstats | undefined {
    const { ethstats } = this.config;
    if (ethstats === undefined) return undefined;
    const { account } = this.createKeyedNode(context.network, ethstatsName);
    return new Ethstats(this.childName(ethstatsName), { context, ethstats, account }, { parent: this });
  }

  private createBootnodes(context: EthereumContext): Bootnode[] {
    return this.config.bootnodes.map((settings) => {
      const { name: node, account } = this.createKeyedNode(context.network, settings.name, settings.privateKey);
      return new Bootnode(this.childName(node), { context, node, account }, { parent: this });
    });
  }

  /** Service of a validator: its name and address among the nodes, before its pod exists. */
  private createPeerService({ network, namespace, client }: EthereumContext, { name }: KeyedNode): k8s.core.v1.Service {
    const metadata = { name, namespace: namespace.name, labels: nodeLabels(network, "validator", name) };
    const ports = [{ name: "p2p", port: client.ports.p2p }];
    const service = buildNodeService(metadata, nodeSelector(network, "validator", name), ports);
    return new k8s.core.v1.Service(this.childName(name), service, { parent: this });
  }

  private createGenesisFile({ network, namespace }: EthereumContext, genesis: Genesis): k8s.core.v1.ConfigMap {
    const labels = networkLabels(network);
    const objects = new WorkloadObjects({ component: this, prefix: this.name, namespace, labels });
    return objects.files("genesis", { "genesis.json": genesis.text });
  }

  /**
   * ConfigMap with the nodes that every node connects to. It keeps its name and changes in place, so another validator
   * restarts no node: the new validator connects to the others, which read the list at their next start.
   */
  private createPeers(
    { network, place, namespace, client }: EthereumContext,
    validators: KeyedNode[],
    bootnodes: Bootnode[],
    nodesElsewhere: pulumi.Output<string[]>,
  ): k8s.core.v1.ConfigMap {
    const metadata = { name: peersName, namespace: namespace.name, labels: networkLabels(network) };
    const ids = pulumi.all(validators.map(({ account }) => account.enodeId));
    const urls = pulumi.all(bootnodes.map(({ url }) => url));
    const data = pulumi.all([ids, nodesElsewhere, urls]).apply(([own, others, bootnodeUrls]) => {
      const nodes = own.map((id, index) => {
        return { id, host: serviceHost(validators[index]!.name, place), port: client.ports.p2p };
      });
      // Other clients' enode URLs may carry query parameters that this client refuses.
      const enodes = [
        ...staticNodes(client.client, nodes),
        ...others.map((url) => staticPeer(client.client, parseEnode(url))),
      ];
      return clientFacts[client.client].peers.files(enodes, bootnodeUrls);
    });
    return new k8s.core.v1.ConfigMap(this.childName("peers"), { metadata, data }, { parent: this });
  }

  /**
   * Creates all validators at once: each listens before it connects to others, so the later of any two finds the
   * earlier. Later changes go through a rollout, one validator at a time.
   */
  private createValidators(context: NodeContext, keyed: KeyedNode[]): Validator[] {
    return keyed.map(({ name: node, account }) => {
      return new Validator(this.childName(node), { context, node, account }, { parent: this });
    });
  }

  /** Restarts validators with changed pods, one at a time. */
  private createValidatorRollout(context: EthereumContext, chain: SealedChain): EthereumRollout | undefined {
    const { validators, genesis } = chain;
    if (validators.length === 0) return undefined;
    return new EthereumRollout(
      this.childName("validators"),
      {
        nodes: validators.map(({ rolloutNode }) => rolloutNode),
        ...this.validatorsArgs(context, chain),
        genesis: genesis.text,
      },
      { parent: this, provider: context.ledger, dependsOn: validators.map(({ statefulSet }) => statefulSet) },
    );
  }

  /**
   * Keeps the chain's set of validators as in the stack file. Votes happen after joining validators have pods, and
   * before leaving validators lose theirs. With nodes elsewhere, which may be validators of nobody in particular, the set
   * is not managed.
   */
  private createValidatorSet(
    context: EthereumContext,
    { partners, ...chain }: SealedChain & { partners: Partners | undefined },
    rollout: EthereumRollout | undefined,
  ): ValidatorSet | undefined {
    if (rollout === undefined || (this.config.peers.length > 0 && !this.isShared())) return undefined;
    const leaves = this.config.validators.filter(({ leave }) => leave).map(({ name }) => name);
    const leaving = chain.validators.filter(({ node }) => leaves.includes(node)).map(({ account }) => account.address);
    const args = {
      ...this.validatorsArgs(context, chain),
      ...(leaving.length === 0 ? {} : { leaving }),
      ...(this.isShared() ? { partnerValidators: partners?.validators ?? [] } : {}),
    };
    const opts = { parent: this, provider: context.ledger, dependsOn: rollout };
    return new ValidatorSet(this.childName("validators"), args, opts);
  }

  /**
   * What validators may begin. The place outlives clusters, as keys do; a cluster for trials takes its chain with it.
   */
  private createBeginning(
    { namespace, ledger }: EthereumContext,
    genesis: Genesis,
    { isForTrials = false }: ManagedCluster,
  ): ChainBeginning {
    const { generation } = this.config;
    const provider = isForTrials ? ledger : this.keys;
    const { begunElsewhere } = new ChainPlace(
      this.childName("place"),
      { genesisHash: genesis.hash, generation, place: namespace.uid },
      { parent: this, provider },
    );
    return { generation, begunElsewhere, firstValidators: genesis.initialValidators };
  }

  /** Tells validators that start on empty volumes from now on that the chain has begun, once it has a block. */
  private tellBeginning(context: EthereumContext, chain: SealedChain, rollout: EthereumRollout | undefined): void {
    if (rollout === undefined) return;
    const { validators, genesisHash } = this.validatorsArgs(context, chain);
    const volumes = chain.validators.map((validator) => validator.chain.uid);
    const { begun } = new ChainStart(
      this.childName("start"),
      { genesisHash, generation: this.config.generation, validators, volumes },
      { parent: this, provider: context.ledger, dependsOn: rollout },
    );
    const { network, namespace } = context;
    const metadata = { name: beginningName, namespace: namespace.name, labels: networkLabels(network) };
    const data = { [beginningKey]: begun.apply(String) };
    new k8s.core.v1.ConfigMap(this.childName("beginning"), { metadata, data }, { parent: this });
  }

  private validatorsArgs(
    { place, client }: EthereumContext,
    { validators, genesis, consensus }: SealedChain,
  ): ValidatorsArgs {
    return {
      client: client.client,
      consensus,
      genesisHash: genesis.hash,
      validators: validators.map(({ node, pod, account }) => ({
        name: node,
        namespace: place.namespace,
        pod,
        rpcPort: client.ports.http,
        address: account.address,
      })),
    };
  }

  /**
   * Creates RPC nodes, after the validators listen. No node connects to RPC nodes, and a node that found no peer tries
   * again only after 35 s (geth, `p2p/dial.go`) or 60 s (Besu).
   */
  private createRpcNodes(context: NodeContext, group: RpcGroup): RpcNodes {
    return new RpcNodes(this.childName(group.name), { context, group }, { parent: this });
  }

  private childName(role: string): string {
    return `${this.name}-${role}`;
  }
}

/** Nodes elsewhere with those of partners, each once: a chain that is joined may be a partner's. */
function withPartners(others: pulumi.Output<string[]>, partners: pulumi.Output<string[]>): pulumi.Output<string[]> {
  return pulumi.all([partners, others]).apply(([agreed, rest]) => {
    const known = new Set(agreed.map((url) => parseEnode(url).id));
    return [...rest.filter((url) => !known.has(parseEnode(url).id)), ...agreed];
  });
}
