import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/**
 * Lasting identity of a process. The process id alone is not enough: the system reuses ids, each PID namespace (each
 * container) has its own, and numbers begin again with each start of the machine. Parts that a system does not provide
 * (macOS, for example) are absent.
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

/** State of a process, as far as this process can tell. `unseen`: the process is in another container of this machine. */
export type Fate = "runs" | "ended" | "otherBoot" | "unseen";

/** Identity of a process that this process can see. */
export function identify(pid: number = process.pid): ProcessIdentity {
  return { pid, started: readStat(pid)?.started, boot: bootId(), namespace: pidNamespace() };
}

/** State of a process that was identified earlier, perhaps in another container. */
export function fateOf(known: ProcessIdentity): Fate {
  if (differs(known.boot, bootId())) return "otherBoot";
  if (differs(known.namespace, pidNamespace())) return "unseen";
  if (!isAlive(known.pid)) return "ended";
  return differs(known.started, readStat(known.pid)?.started) ? "ended" : "runs";
}

/**
 * Whether a process of this machine is alive, whichever user owns it. A process that ended, but whose parent has not
 * asked for its exit code, is dead: signals still reach it, but it holds no resources.
 */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  return !deadStates.includes(readStat(pid)?.state ?? "");
}

/** Ids of the processes that a process has started and that run still; none without a /proc. */
export function childrenOf(pid: number): number[] {
  const processes = whereTold(() => readdirSync("/proc")) ?? [];
  return processes.map(Number).filter((each) => {
    const stat = each > 0 ? readStat(each) : undefined;
    return stat?.parent === pid && !deadStates.includes(stat.state);
  });
}

/** States zombie and dead, proc(5). */
const deadStates = ["Z", "X"];

/**
 * `undefined` without a /proc, or when the process is gone. The fields follow the last parenthesis, because the
 * process's name before them may contain any character.
 */
function readStat(pid: number): { state: string; parent: number; started: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { state: fields[0] ?? "", parent: Number(fields[1]), started: Number(fields[19]) };
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

function whereTold<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** Unknown values do not differ. */
function differs<T>(one: T | undefined, other: T | undefined): boolean {
  return one !== undefined && other !== undefined && one !== other;
}
