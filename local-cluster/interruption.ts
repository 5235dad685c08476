import { spawnSync } from "node:child_process";
import { constants } from "node:os";
import { terminate } from "../lib/process";
import { childrenOf } from "../lib/process-identity";

/** Signals by which a user or the system ends a command. */
const signals = ["SIGINT", "SIGTERM"] as const;

/**
 * Runs work that a signal ends at once, together with the programs that it has started. Another process then removes what the work
 * made; this one waits for it, and so does nothing more beside it.
 *
 * @param removal arguments of Node.js for that process
 * @param release called before it starts
 */
export async function removedIfInterrupted<T>(
  removal: readonly string[],
  release: () => void,
  work: () => Promise<T>,
): Promise<T> {
  const onSignal = (signal: (typeof signals)[number]): void => {
    for (const pid of childrenOf(process.pid)) terminate(pid, "SIGKILL");
    release();
    spawnSync(process.execPath, removal, { stdio: "inherit" });
    process.exit(128 + constants.signals[signal]);
  };
  for (const signal of signals) process.on(signal, onSignal);
  try {
    return await work();
  } finally {
    for (const signal of signals) process.off(signal, onSignal);
  }
}
