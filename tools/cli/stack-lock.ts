import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, uptime } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fateOf, identify, isAlive, type ProcessIdentity } from "../../lib/process-identity";

/** A lock that a running `pulumi` holds on a stack in a file backend. Written by pkg/backend/diy/lock.go upstream. */
export interface StackLock {
  pid: number;
  username: string;
  hostname: string;
  /** RFC 3339. */
  timestamp: string;
  /** Its process, where this project started it: see {@link noteEngine}. */
  engine?: ProcessIdentity;
}

/** The locks on a stack. Empty for backends that are no folder of this machine: those look after their own. */
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
 * Notes beside the state which process runs a stack's engine, for whoever finds its lock: that one names a process id only,
 * which another container that shares the folder counts anew, and which the system gives again.
 *
 * @returns takes the note back, once the engine has ended
 */
export function noteEngine(backend: string, project: string, stack: string, pid: number): () => void {
  const folder = backendFolder(backend);
  if (folder === undefined) return () => undefined;
  const file = engineFile(folder, project, stack, pid);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, JSON.stringify(identify(pid)));
  return () => rmSync(file, { force: true });
}

/** Removes the notes of engines of a stack that nobody runs. */
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

function backendFolder(backend: string): string | undefined {
  return backend.startsWith("file:///") ? fileURLToPath(backend) : undefined;
}

/**
 * Whether the process that took a lock may still be at work. One that cannot be seen from here always may: on another machine,
 * or in another container.
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
      // Taken since this machine started, by a process of another start: another machine of the same name.
      return Date.parse(lock.timestamp) > Date.now() - uptime() * 1000;
    case "runs":
    case undefined:
      return isPulumi(lock.pid);
  }
}

/** Process ids are used again: after a crash another program may have the one of the lock. */
function isPulumi(pid: number): boolean {
  if (!isAlive(pid)) return false;
  const name = `/proc/${pid}/comm`;
  return !existsSync(name) || readFileSync(name, "utf8").trim() === "pulumi";
}
