import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, uptime } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fateOf, identify, isAlive, type ProcessIdentity } from "../../lib/process-identity";

/** A running `pulumi`'s lock on a stack in a file backend, in the form of upstream's pkg/backend/diy/lock.go. */
export interface StackLock {
  pid: number;
  username: string;
  hostname: string;
  /** RFC 3339. */
  timestamp: string;
  /** Its process, when this project started it: see {@link noteEngine}. */
  engine?: ProcessIdentity;
}

/** The locks on a stack. Empty for a backend that is no folder of this machine, because it manages its own locks. */
export function stackLocks(backend: string, project: string, stack: string): StackLock[] {
  const folder = backendFolder(backend);
  if (folder === undefined) return [];
  const locks = join(folder, ".pulumi", "locks", "organization", project, stack);
  if (!existsSync(locks)) return [];
  return readdirSync(locks)
    .filter((file) => file.endsWith(".json"))
    .map((file) => JSON.parse(readFileSync(join(locks, file), "utf8")) as StackLock)
    .map((lock) => ({ ...lock, ...knownEngine(engineFile(folder, project, stack, lock.pid)) }));
}

function knownEngine(file: string): { engine?: ProcessIdentity } {
  return existsSync(file) ? { engine: JSON.parse(readFileSync(file, "utf8")) as ProcessIdentity } : {};
}

/**
 * Records the identity of a stack's engine beside the state, for processes that find its lock. The lock has the process
 * id alone, which is not enough: the system reuses ids, and another container with the same folder has its own.
 *
 * @returns a function that removes the record; call it when the engine has ended
 */
export function noteEngine(backend: string, project: string, stack: string, pid: number): () => void {
  const folder = backendFolder(backend);
  if (folder === undefined) return () => undefined;
  const file = engineFile(folder, project, stack, pid);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, JSON.stringify(identify(pid)));
  return () => rmSync(file, { force: true });
}

/** Removes the records of engines of a stack without a running engine. */
export function forgetEngines(backend: string, project: string, stack: string): void {
  const folder = backendFolder(backend);
  if (folder !== undefined) rmSync(engineFolder(folder, project, stack), { recursive: true, force: true });
}

function engineFile(folder: string, project: string, stack: string, pid: number): string {
  return join(engineFolder(folder, project, stack), `${pid}.json`);
}

function engineFolder(folder: string, project: string, stack: string): string {
  return join(folder, "engines", project, stack);
}

/**
 * Number of operations that a killed engine left in a stack's state. Undefined where the state is no plain file of this
 * machine: the engine tells then, which takes as long as an engine's start.
 */
export function pendingOperations(backend: string, project: string, stack: string): number | undefined {
  const file = stateFile(backend, project, stack);
  if (file === undefined || !existsSync(file)) return undefined;
  try {
    const { checkpoint } = JSON.parse(readFileSync(file, "utf8")) as {
      checkpoint: { latest?: { pending_operations?: unknown[] } };
    };
    return checkpoint.latest?.pending_operations?.length ?? 0;
  } catch {
    return undefined; // The engine says what is wrong with the file.
  }
}

/** File of a stack's state, whether it is there or not. Undefined where the backend is no folder of this machine. */
export function stateFile(backend: string, project: string, stack: string): string | undefined {
  const folder = backendFolder(backend);
  return folder === undefined ? undefined : join(folder, ".pulumi", "stacks", project, `${stack}.json`);
}

function backendFolder(backend: string): string | undefined {
  return backend.startsWith("file:///") ? fileURLToPath(backend) : undefined;
}

/**
 * Whether the process that took a lock may still run. This is always assumed of processes that cannot be seen from
 * here: on another machine, or in another container.
 *
 * @param machine name of this machine
 */
export function isHeld(lock: StackLock, machine: string = hostname()): boolean {
  if (lock.hostname !== machine) return true;
  switch (lock.engine && fateOf(lock.engine)) {
    case "ended":
      return false;
    case "unseen":
      return true;
    case "otherBoot":
      // A lock that is newer than this machine's start comes from another machine of the same name.
      return Date.parse(lock.timestamp) > Date.now() - uptime() * 1000;
    case "runs":
    case undefined:
      return isPulumi(lock.pid);
  }
}

/** Whether a process is pulumi. The system reuses process ids, so after a crash another program may have the lock's. */
function isPulumi(pid: number): boolean {
  if (!isAlive(pid)) return false;
  const name = `/proc/${pid}/comm`;
  return !existsSync(name) || readFileSync(name, "utf8").trim() === "pulumi";
}
