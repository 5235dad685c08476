import { connect, createServer, type Server } from "node:net";

/**
 * Name of an abstract socket. The kernel gives such a socket to one process at a time, and frees it whenever that
 * process ends. It is a lock on the machine's network, since clusters of two directories would have the same addresses.
 * Tools are installed into a folder, which containers may share: tools/installer/folder-lock.ts is a file in it.
 */
const defaultName = "blockchain-clusters-local";
const answerTimeoutMs = 1000;

/**
 * Holds the lock while `work` runs, so that two commands never change the cluster at the same time. `work` may release it before.
 *
 * @throws Error with the process that holds the lock.
 */
export async function withMachineLock<T>(work: (release: () => void) => Promise<T>, name = defaultName): Promise<T> {
  const server = await acquire(`\0${name}`);
  const release = (): void => void server.close();
  try {
    return await work(release);
  } finally {
    release();
  }
}

function acquire(address: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((asking) => asking.end(String(process.pid)));
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EADDRINUSE") return reject(error);
      void holder(address).then((pid) =>
        reject(
          new Error(`The local cluster is being changed by process ${pid}. Wait for it to end, then repeat this.`),
        ),
      );
    });
    server.listen(address, () => resolve(server));
  });
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
