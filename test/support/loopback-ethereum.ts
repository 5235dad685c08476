/** An Ethereum network without a cluster: processes on loopback with the command lines of their pods. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { clients } from "../../components/ethereum/clients";
import { chainVariables, type FileMount } from "../../components/ethereum/clients/client";
import { dataPath, genesisPath, keysPath, peersPath } from "../../components/ethereum/specs/paths";
import { clientFacts } from "../../ledger/ethereum/clients";
import type { RpcApi } from "../../ledger/ethereum/clients/client-facts";
import { formatEnode } from "../../ledger/ethereum/enode-url";
import type { Genesis } from "../../ledger/ethereum/genesis-file";
import { genesisText } from "../../ledger/ethereum/genesis-text";
import type { AccountKey } from "../../ledger/ethereum/key";
import { staticNodes } from "../../ledger/ethereum/static-nodes";
import { clientPath, clientVariables, runClient, RunningNode, type ReferenceClient } from "./ethereum-clients";
import { freePorts, ManagedProcess } from "./processes";

/** Ports of one node. Unlike pods, processes of one machine need different ones. */
interface NodePorts {
  p2p: number;
  http: number;
  ws: number;
  metrics: number;
  authrpc: number;
}

export interface LoopbackSettings {
  client: ReferenceClient;
  genesis: Genesis;
  /** Keys of nodes, all of them peers. A node seals when block 0 or a vote names it. */
  validators: readonly AccountKey[];
  /** Number of nodes without a given key. Default: 0. */
  rpcNodes?: number;
  /** Additional RPC namespaces of validators, for the test alone: `admin`. */
  apis?: readonly string[];
  /** Further APIs of RPC nodes, as those of a group have them. Default: none. */
  rpcApis?: readonly RpcApi[];
  /** Whether validators wait for `miner_start`, until they are started again. Default: they seal at once. */
  isIdle?: boolean;
}

const mountedPath = new RegExp(`(^|=)(${[dataPath, genesisPath, keysPath, peersPath].join("|")})(?=/|$)`);

export class LoopbackEthereum {
  /** The running processes: validators in their order, then RPC nodes. */
  readonly nodes: RunningNode[] = [];

  private constructor(
    private readonly settings: LoopbackSettings,
    private readonly directory: string,
    readonly ports: readonly NodePorts[],
  ) {}

  /**
   * Writes every node's files and starts the validators at once, which find each other, and then the RPC nodes. Between
   * the two kinds only RPC nodes dial, and a client that reached no node tries again only after 35 s.
   */
  static async start(settings: LoopbackSettings): Promise<LoopbackEthereum> {
    const count = settings.validators.length + (settings.rpcNodes ?? 0);
    const free = await freePorts(5 * count);
    const ports = Array.from({ length: count }, (_, index): NodePorts => {
      const [p2p, http, ws, metrics, authrpc] = free.slice(5 * index, 5 * index + 5) as [
        number,
        number,
        number,
        number,
        number,
      ];
      return { p2p, http, ws, metrics, authrpc };
    });
    const network = new LoopbackEthereum(settings, mkdtempSync(join(tmpdir(), "loopback-ethereum-")), ports);
    ports.forEach((_, index) => network.prepare(index));
    await network.startValidators();
    await Promise.all(
      network.nodes.map((node) => node.until((each) => each.call<boolean>("net_listening"), Boolean, 30)),
    );
    for (let index = settings.validators.length; index < count; index += 1) network.startNode(index);
    return network;
  }

  /**
   * Starts the validators. Clique's first signer seals block 1 before the others start: of signers that start in the same
   * instant each can seal one of its own, which on a cluster the provider's rollout mends.
   */
  private async startValidators(): Promise<void> {
    const { client, validators, isIdle } = this.settings;
    if (isIdle) {
      for (const index of validators.keys()) {
        this.startNode(index, (flags) => flags.filter((flag) => flag !== "--mine"));
      }
      return;
    }
    const [first = 0, ...others] = validators.keys();
    this.startNode(first);
    if (client === "geth") {
      const height = (node: RunningNode) => node.call<string>("eth_blockNumber");
      await this.nodes[first]!.until(height, (number) => Number(number) > 0, 30);
    }
    for (const index of others) this.startNode(index);
  }

  /** Folder of a node's chain. */
  dataOf(index: number): string {
    return this.root(index) + dataPath;
  }

  /** A validator's own enode URL, with its address on loopback. */
  enodeOf(index: number): string {
    const { enodeId } = this.settings.validators[index]!;
    return formatEnode({ id: enodeId, host: "127.0.0.1", port: this.ports[index]!.p2p, discoveryPort: 0 });
  }

  /** Starts a stopped node again. @param flagsOf Flags of the pod that stay. Default: all. */
  startNode(index: number, flagsOf = (flags: string[]) => flags): void {
    const { client, validators } = this.settings;
    const account = validators[index];
    const [, ...command] = flagsOf(this.process(index).command as string[]);
    const args = command.map((argument) => this.ownPath(index, argument.replace("$(ADDRESS)", account?.address ?? "")));
    this.nodes[index] = RunningNode.start(client, {
      name: account === undefined ? `rpc${index - validators.length}` : `validator${index}`,
      directory: this.directory,
      args: [...args, ...this.ownFlags(index)],
      rpcPort: this.ports[index]!.http,
    });
  }

  /**
   * Starts the container that fetches a stopped validator's chain. It ends by itself when the validator may seal.
   *
   * @param begunHere Generation that has begun; undefined before the first block, when there is no ConfigMap that says so.
   */
  startCatchUp(index: number, begunHere: string | undefined): ManagedProcess {
    const { client } = this.settings;
    const { catchUp } = this.process(index);
    const variables: Record<string, string | undefined> = {
      [chainVariables.generation]: "1",
      [chainVariables.begunHere]: begunHere,
      [chainVariables.begunElsewhere]: "0",
    };
    const command = (catchUp!.command as string[]).map((argument) =>
      this.ownPath(
        index,
        // As Kubernetes does.
        argument.replace(/\$\(([A-Z_]+)\)/g, (reference, name: string) => variables[name] ?? reference),
      ).replaceAll(`"${dataPath}/`, `"${this.dataOf(index)}/`),
    );
    const [, ...args] = command.slice(0, -1);
    const { p2p, http, authrpc } = this.ports[index]!;
    const own = [`--port=${p2p}`, "--http", `--http.port=${http}`, "--http.api=eth,net,admin"];
    const engine = client === "geth" ? [`--authrpc.port=${authrpc}`] : [];
    const process = new ManagedProcess({
      name: `catch-up${index}`,
      command: clientPath(client),
      // The last of two equal flags counts; the command comes after all of them.
      args: [...args, ...own, ...engine, ...command.slice(-1)],
      env: { HOME: this.root(index), ...clientVariables[client] },
      logFile: join(this.directory, `catch-up${index}.log`),
    });
    process.start();
    return process;
  }

  /** Empties the volume of a stopped node, and gives it block 0 again, as the container before does. */
  empty(index: number): void {
    rmSync(this.dataOf(index), { recursive: true });
    this.prepare(index);
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop()));
    rmSync(this.directory, { recursive: true, maxRetries: 3 });
  }

  private prepare(index: number): void {
    const { client, genesis, validators } = this.settings;
    const account = validators[index];
    this.write(index, `${genesisPath}/genesis.json`, genesisText(genesis));
    const keys = account === undefined ? {} : clients[client].keyFiles(account);
    const contents: Record<FileMount["from"], Record<string, string>> = { keys, peers: this.peers() };
    for (const { from, key, path } of clients[client].files(account === undefined ? "rpc" : "validator")) {
      this.write(index, path, contents[from][key]!);
    }
    const [, ...init] = this.process(index).prepare!;
    runClient(
      client,
      init.map((argument) => this.ownPath(index, argument)),
    );
  }

  /** Files with the peers, by a DNS name as in a cluster. */
  private peers(): Record<string, string> {
    const { client, validators } = this.settings;
    const peers = validators.map(({ enodeId }, index) => {
      return { id: enodeId, host: "localhost", port: this.ports[index]!.p2p };
    });
    return clientFacts[client].peers.files(staticNodes(client, peers), []);
  }

  private process(index: number) {
    const { client, genesis, validators } = this.settings;
    return clients[client].process({
      role: index < validators.length ? "validator" : "rpc",
      chainId: genesis.config.chainId,
      gasLimit: String(BigInt(genesis.gasLimit)),
      freeGas: true,
      consensus: client === "geth" ? "clique" : "qbft",
      hosts: ["localhost"],
      corsOrigins: [],
      furtherApis: this.settings.rpcApis ?? [],
      logFormat: "json",
      options: {},
    });
  }

  /** Flags that overrule those of the pod: the last of two equal flags counts. */
  private ownFlags(index: number): string[] {
    const { client, validators, apis = [] } = this.settings;
    const { p2p, http, ws, metrics, authrpc } = this.ports[index]!;
    const consensus = client === "geth" ? "clique" : "istanbul";
    const flags = { port: p2p, "http.port": http, "metrics.port": metrics, "metrics.addr": "127.0.0.1" };
    const role =
      index < validators.length
        ? { "http.api": ["eth", "net", "web3", consensus, ...apis].join(",") }
        : { "http.addr": "127.0.0.1", "ws.addr": "127.0.0.1", "ws.port": ws };
    const engine = client === "geth" ? { "authrpc.port": authrpc } : {};
    return Object.entries({ ...flags, ...role, ...engine }).map(([name, value]) => `--${name}=${value}`);
  }

  private root(index: number): string {
    return join(this.directory, `node${index}`);
  }

  /** An argument with the pod's path replaced by the node's own folder. */
  private ownPath(index: number, argument: string): string {
    return argument.replace(mountedPath, `$1${this.root(index)}$2`);
  }

  private write(index: number, path: string, content: string): void {
    const file = this.root(index) + path;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
}
