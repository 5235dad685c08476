import { existsSync, readdirSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isAlive } from "./process";

/** A lock that a running `pulumi` holds on a stack in a file backend. Written by pkg/backend/diy/lock.go upstream. */
export interface StackLock {
  pid: number;
  username: string;
  hostname: string;
  /** RFC 3339. */
  timestamp: string;
}

/** The locks on a stack. Empty for backends that are no folder of this machine: those look after their own. */
export function stackLocks(backend: string, project: string, stack: string): StackLock[] {
  if (!backend.startsWith("file:///")) return [];
  const folder = join(fileURLToPath(backend), ".pulumi", "locks", "organization", project, stack);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .map((file) => JSON.parse(readFileSync(join(folder, file), "utf8")) as StackLock);
}

/**
 * Whether the process that took a lock may still be at work. One on another machine always may.
 *
 * @param machine name of this machine
 * @param runs whether a process id of this machine is a pulumi
 */
export function isHeld(
  lock: StackLock,
  machine: string = hostname(),
  runs: (pid: number) => boolean = isPulumi,
): boolean {
  return lock.hostname !== machine || runs(lock.pid);
}

/** Process ids are used again: after a crash another program may have the one of the lock. */
function isPulumi(pid: number): boolean {
  if (!isAlive(pid)) return false;
  const name = `/proc/${pid}/comm`;
  return !existsSync(name) || readFileSync(name, "utf8").trim() === "pulumi";
}
