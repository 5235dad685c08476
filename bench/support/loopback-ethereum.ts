/** The same Ethereum network without a cluster: plain processes on loopback, started as in their pods. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execFileSync } from "node:child_process";
import { clients } from "../../components/ethereum/clients";
import { buildGenesis } from "../../ledger/ethereum/genesis";
import { genesisText } from "../../ledger/ethereum/genesis-text";
import { digitsOf } from "../../ledger/ethereum/hex";
import { deriveAccount } from "../../ledger/ethereum/key";
import { staticNodes, staticNodesFile } from "../../ledger/ethereum/static-nodes";
import { drawKey } from "../../provider/resources/account";
import { freePorts, ManagedProcess } from "../../test/support/processes";
import { paths } from "../../tools/paths";

const program = join(paths.bin, "goquorum");
/** It refuses to start without a word on private transactions. */
const env = { PRIVATE_CONFIG: "ignore" };
const portsOfNode = 4;

export class LoopbackEthereum {
  private constructor(
    private readonly directory: string,
    private readonly processes: ManagedProcess[],
    /** JSON-RPC of the first RPC node. */
    readonly url: string,
  ) {}

  /** Starts validators and RPC nodes; they find each other by themselves. */
  static async start(chainId: number, validators: number, rpcNodes: number): Promise<LoopbackEthereum> {
    const directory = mkdtempSync(join(tmpdir(), "bench-ethereum-"));
    const accounts = Array.from({ length: validators }, () => deriveAccount(drawKey()));
    const ports = await freePorts(portsOfNode * (validators + rpcNodes));
    const portsOf = (index: number) => ports.slice(portsOfNode * index, portsOfNode * (index + 1));
    const addresses = accounts.map(({ address }) => address);
    const genesis = buildGenesis({ client: "goquorum", chainId, blockPeriodSeconds: 1, validators: addresses });
    const genesisFile = join(directory, "genesis.json");
    writeFileSync(genesisFile, genesisText(genesis));
    const peers = accounts.map(({ enodeId }, index) => ({ id: enodeId, host: "localhost", port: portsOf(index)[0]! }));
    const { fileName, content } = staticNodesFile("goquorum", staticNodes("goquorum", peers));

    const processes = Array.from({ length: validators + rpcNodes }, (_, index) => {
      const account = accounts[index];
      const data = join(directory, `node${index}`);
      mkdirSync(data);
      execFileSync(program, ["--datadir", data, "init", genesisFile], {
        env: { ...process.env, ...env },
        stdio: "ignore",
      });
      writeFileSync(join(data, fileName), content);
      if (account !== undefined) writeFileSync(join(data, "key"), digitsOf(account.privateKey));
      const [p2p, http, ws, metrics] = portsOf(index);
      const { command } = clients.goquorum.process({
        ...{ role: account === undefined ? "rpc" : "validator", chainId, gasLimit: "100000000", freeGas: true },
        ...{ hosts: ["localhost"], corsOrigins: [], options: {} },
      });
      const own = [`--datadir=${data}`, `--port=${p2p}`, `--http.port=${http}`, `--metrics.port=${metrics}`];
      const loopback = ["--http.addr=127.0.0.1", "--metrics.addr=127.0.0.1"];
      const role =
        account === undefined ? ["--ws.addr=127.0.0.1", `--ws.port=${ws}`] : [`--nodekey=${join(data, "key")}`];
      const args = [...(command.slice(1) as string[]), ...own, ...loopback, ...role];
      return new ManagedProcess({ name: `node${index}`, command: program, args, env, logFile: `${data}.log` });
    });
    for (const each of processes) each.start();
    return new LoopbackEthereum(directory, processes, `http://127.0.0.1:${portsOf(validators)[1]}`);
  }

  async stop(): Promise<void> {
    await Promise.all(this.processes.map((each) => each.stop()));
    rmSync(this.directory, { recursive: true, maxRetries: 3 });
  }
}
