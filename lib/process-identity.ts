import { readFileSync, readlinkSync } from "node:fs";

/**
 * A process for good: the system gives a process id again after a while, each PID namespace (each container) counts its own,
 * and each start of the machine begins anew. Parts that the system does not tell, as macOS, are absent.
 */
export interface ProcessIdentity {
  pid: number;
  /** Start of the process in clock ticks since the machine's start: field 22 of /proc/PID/stat, proc(5). */
  started?: number;
  /** Id of the machine's start: /proc/sys/kernel/random/boot_id. */
  boot?: string;
  /** The PID namespace that counts `pid`, `pid:[4026531836]`: pid_namespaces(7). */
  namespace?: string;
}

/** What can be said of a process from here. `unseen`: another container of this machine counts it. */
export type Fate = "runs" | "ended" | "otherBoot" | "unseen";

/** Identifies a process that this one can see. */
export function identify(pid: number = process.pid): ProcessIdentity {
  return { pid, started: readStat(pid)?.started, boot: bootId(), namespace: pidNamespace() };
}

/** What became of a process that was identified earlier, perhaps elsewhere. */
export function fateOf(known: ProcessIdentity): Fate {
  if (differs(known.boot, bootId())) return "otherBoot";
  if (differs(known.namespace, pidNamespace())) return "unseen";
  if (!isAlive(known.pid)) return "ended";
  return differs(known.started, readStat(known.pid)?.started) ? "ended" : "runs";
}

/**
 * Whether a process of this machine is alive, also when it belongs to somebody else. One that ended and whose parent has not
 * asked for its exit code is dead: it holds nothing any more, and signals still reach it.
 */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  return !deadStates.includes(readStat(pid)?.state ?? "");
}

/** Zombie and dead, proc(5). */
const deadStates = ["Z", "X"];

/** `undefined` where there is no /proc, or no such process any more. The name before may hold anything, and ends at the last parenthesis. */
function readStat(pid: number): { state: string; started: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { state: fields[0] ?? "", started: Number(fields[19]) };
  } catch {
    return undefined;
  }
}

function bootId(): string | undefined {
  return whereTold(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim());
}

function pidNamespace(): string | undefined {
  return whereTold(() => readlinkSync("/proc/self/ns/pid"));
}

function whereTold(read: () => string): string | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** What is not known differs from nothing. */
function differs<T>(one: T | undefined, other: T | undefined): boolean {
  return one !== undefined && other !== undefined && one !== other;
}
