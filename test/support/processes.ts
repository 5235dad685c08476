/** Child processes of tests and benches: started with a log file, stopped by their own id, awaited. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { randomInt } from "node:crypto";
import { closeSync, openSync, readFileSync } from "node:fs";
import { createServer, type AddressInfo, type Server } from "node:net";

/** Milliseconds after which a process is killed. Peers and orderers stop in about a tenth of a second. */
const stopTimeoutMs = 10_000;

export interface ProcessSpec {
  /** Name for messages. */
  name: string;
  command: string;
  args: string[];
  env: Record<string, string>;
  logFile: string;
}

/** A process that can be stopped, killed and started again. It ends with the process that started it, whatever ends that one. */
export class ManagedProcess {
  private child: ChildProcess | undefined;

  constructor(readonly spec: ProcessSpec) {}

  /** Process id; undefined while the process does not run. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  start(): void {
    const log = openSync(this.spec.logFile, "a");
    const child = spawn("setpriv", ["--pdeathsig", "KILL", this.spec.command, ...this.spec.args], {
      env: { PATH: process.env.PATH, ...this.spec.env },
      stdio: ["ignore", log, log],
    });
    closeSync(log);
    child.on("exit", () => {
      if (this.child === child) this.child = undefined;
    });
    this.child = child;
  }

  /** Stops the process by SIGTERM, or by SIGKILL after a limit. */
  async stop(): Promise<void> {
    const child = this.child;
    if (child === undefined) return;
    const timer = setTimeout(() => child.kill("SIGKILL"), stopTimeoutMs);
    child.kill("SIGTERM");
    await exited(child);
    clearTimeout(timer);
  }

  /** Kills the process by SIGKILL, like a crash. */
  async kill(): Promise<void> {
    const child = this.child;
    if (child === undefined) return;
    child.kill("SIGKILL");
    await exited(child);
  }

  log(): string {
    return readFileSync(this.spec.logFile, "utf8");
  }
}

async function exited(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
}

/** Ports that a system gives to no connection that goes out (Linux from 32768 on), and Kubernetes to no Service (from 30000 on). */
const [lowestPort, highestPort] = [20_000, 29_999];

/** Free ports of loopback. All of them are open during the choice, so that no two are the same. */
export async function freePorts(count: number): Promise<number[]> {
  const servers: Server[] = [];
  while (servers.length < count) {
    const server = await openPort(randomInt(lowestPort, highestPort + 1));
    if (server !== undefined) servers.push(server);
  }
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** A server on a port; undefined where something else listens. */
async function openPort(port: number): Promise<Server | undefined> {
  const server = createServer().listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
    return server;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") return undefined;
    throw error;
  }
}
