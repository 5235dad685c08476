/** Peak memory of a process and all its descendants, from /proc. */
import { readdirSync, readFileSync } from "node:fs";

/** Often enough for processes that live a second; what they used before the last look is in the kernel's own peak. */
const PERIOD_MS = 200;

export interface ProcessPeak {
  /** The command line, arguments separated by blanks. */
  command: string;
  /** Bytes: largest resident set so far, as the kernel has kept it (VmHWM). */
  peak: number;
}

export class MemoryWatch {
  private readonly peaks = new Map<number, ProcessPeak>();
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly root: number) {
    this.timer = setInterval(() => this.look(), PERIOD_MS);
  }

  /** The process and its descendants, in order of their ids. */
  stop(): ProcessPeak[] {
    clearInterval(this.timer);
    return [...this.peaks].sort(([a], [b]) => a - b).map(([, peak]) => peak);
  }

  private look(): void {
    for (const pid of processTree(this.root)) {
      const peak = readPeak(pid);
      if (peak !== undefined) this.peaks.set(pid, { command: commandOf(pid), peak });
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

function commandOf(pid: number): string {
  return read(`/proc/${pid}/cmdline`).split("\0").join(" ").trim();
}

/** Empty once the process is gone. */
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
