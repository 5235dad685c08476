/** Peak memory, processor time and writes of a process and all its descendants, from /proc. */
import { readdirSync, readFileSync } from "node:fs";

/** Short enough for processes of a second. Peaks between two looks are in the kernel's own value. */
const periodMs = 200;

export interface ProcessUse {
  /** The command line, arguments separated by blanks. */
  command: string;
  /** Largest resident set so far, in bytes: the kernel's VmHWM. */
  peak: number;
  /** Processor time so far, in milliseconds. */
  processor: number;
  /** Bytes of all its writes so far, to files, pipes and sockets: the kernel's wchar. */
  written: number;
}

/** Processor time of all these processes so far, in milliseconds. */
export function processorTime(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + readProcessor(pid), 0);
}

/** Unit of times in /proc/PID/stat: USER_HZ, 100 on every Linux that Node.js runs on. */
const tickMs = 10;

export class ProcessWatch {
  private readonly uses = new Map<number, ProcessUse>();
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly root: number) {
    this.timer = setInterval(() => this.look(), periodMs);
  }

  /** The process and its descendants, in order of their ids. */
  stop(): ProcessUse[] {
    clearInterval(this.timer);
    return [...this.uses].sort(([a], [b]) => a - b).map(([, use]) => use);
  }

  private look(): void {
    for (const pid of processTree(this.root)) {
      const peak = readPeak(pid);
      if (peak !== undefined) {
        this.uses.set(pid, { command: commandOf(pid), peak, processor: readProcessor(pid), written: readWritten(pid) });
      }
    }
  }
}

function processTree(pid: number): number[] {
  const children = list(`/proc/${pid}/task`).flatMap((thread) =>
    read(`/proc/${pid}/task/${thread}/children`).split(" ").filter(Boolean).map(Number),
  );
  return [pid, ...children.flatMap(processTree)];
}

function readPeak(pid: number): number | undefined {
  const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`))?.[1];
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
}

/** Fields 14 and 15, user and system time. The fields after the command, which is in parentheses, begin with the third. */
function readProcessor(pid: number): number {
  const fields = read(`/proc/${pid}/stat`).split(") ").at(-1)?.split(" ") ?? [];
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * tickMs;
}

function readWritten(pid: number): number {
  return Number(/^wchar: (\d+)$/m.exec(read(`/proc/${pid}/io`))?.[1] ?? 0);
}

function commandOf(pid: number): string {
  return read(`/proc/${pid}/cmdline`).split("\0").join(" ").trim();
}

/** Content of a file; empty when the process has ended. */
function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
