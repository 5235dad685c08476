import { connect, createServer, type Server } from "node:net";
import { say } from "../lib/progress";
import { NotYet, repeat } from "../lib/wait";

/**
 * Name of an abstract socket. The kernel gives such a socket to one process at a time, and frees it whenever that
 * process ends. It is a lock on the machine's network, since clusters of two directories would have the same addresses.
 * Tools are installed into a folder, which containers may share: tools/installer/folder-lock.ts is a file in it.
 */
const defaultName = "blockchain-clusters-local";
const answerTimeoutMs = 1000;

/** Longer than any command takes, builds of all images on a slow machine included. */
const defaultPatienceMinutes = 60;
const pauseMs = 250;

export interface LockOptions {
  /** Name of the lock. Default: that of all local clusters. */
  name?: string;
  /** Minutes to wait for another process; 0 gives up at once. Default: 60. */
  patienceMinutes?: number;
}

/**
 * Holds the lock while `work` runs, so that two commands never change the cluster at the same time. `work` may release it before.
 * Waits for another process, and says for which.
 *
 * @throws Error with the process that holds the lock for longer than the patience.
 */
export async function withMachineLock<T>(
  work: (release: () => void) => Promise<T>,
  { name = defaultName, patienceMinutes = defaultPatienceMinutes }: LockOptions = {},
): Promise<T> {
  const server = await acquire(`\0${name}`, patienceMinutes);
  const release = (): void => void server.close();
  try {
    return await work(release);
  } finally {
    release();
  }
}

async function acquire(address: string, patienceMinutes: number): Promise<Server> {
  const end = performance.now() + patienceMinutes * 60_000;
  const told = new Set<string>();
  const attempt = async (): Promise<Server | NotYet> => {
    const server = await take(address);
    if (server !== undefined) return server;
    const process = await holder(address);
    if (performance.now() >= end) throw busyError(process, patienceMinutes);
    if (!told.has(process)) say(`The local cluster is being changed by process ${process}: waiting for it`);
    told.add(process);
    return new NotYet(process);
  };
  return repeat(attempt, { throwIfOver: () => undefined, firstPauseMs: pauseMs, longestPauseMs: pauseMs });
}

/** The lock; undefined while another process has it. */
function take(address: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((asking) => asking.end(`${process.pid}${command()}`));
    server.once("error", (error: NodeJS.ErrnoException) =>
      error.code === "EADDRINUSE" ? resolve(undefined) : reject(error),
    );
    server.listen(address, () => resolve(server));
  });
}

/** What this process was started for, for example ` (up --name east)`; nothing where it was started without words. */
function command(): string {
  const words = process.argv.slice(2).join(" ");
  return words === "" ? "" : ` (${words})`;
}

function holder(address: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = "";
    const socket = connect(address);
    socket.setTimeout(answerTimeoutMs, () => socket.destroy());
    socket.setEncoding("utf8").on("data", (text: string) => (answer += text));
    socket.on("error", () => undefined).on("close", () => resolve(answer || "that does not answer"));
  });
}

function busyError(process: string, patienceMinutes: number): Error {
  const since = patienceMinutes === 0 ? "" : ` for over ${patienceMinutes} minutes`;
  return new Error(
    `The local cluster is being changed by process ${process}${since}. Wait for it to end, or stop it, then repeat this.`,
  );
}
