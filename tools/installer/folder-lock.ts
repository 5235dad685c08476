import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fateOf, identify, type ProcessIdentity } from "../../lib/process-identity";
import { say } from "../../lib/progress";
import { UserError } from "../../lib/user-error";

/** More than the longest installation takes: a build of everything on a slow machine. */
const patienceMinutes = 60;

/**
 * Runs `work` while no other process installs into the folder of the lock's file. Waits for another process, and takes
 * over the lock of a process that has ended. Containers that share the folder share the lock.
 *
 * @throws UserError when the other process does not end within an hour
 */
export async function withFolderLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(file), { recursive: true });
  const end = performance.now() + patienceMinutes * 60_000;
  let told = false;
  while (!take(file)) {
    const holder = readHolder(file);
    if (holder !== undefined && isGone(holder)) {
      rmSync(file, { force: true });
      continue;
    }
    if (!told) say(`Process ${holder?.pid ?? "(unknown)"} is installing tools: waiting for it`);
    told = true;
    if (performance.now() > end) {
      throw new UserError(
        `Process ${holder?.pid} holds ${file} for over ${patienceMinutes} minutes. Stop it and run this again.`,
      );
    }
    await pause(500);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function take(file: string): boolean {
  try {
    writeFileSync(file, JSON.stringify(identify()), { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** `undefined` while the holder has not yet written its identity, or when the lock was just released. */
function readHolder(file: string): ProcessIdentity | undefined {
  try {
    const holder = JSON.parse(readFileSync(file, "utf8")) as ProcessIdentity | number;
    // Earlier releases wrote a process id alone.
    return typeof holder === "number" ? { pid: holder } : holder;
  } catch {
    return undefined;
  }
}

/** Whether the holder has ended. A process of another container may still run in a shared folder. */
function isGone(holder: ProcessIdentity): boolean {
  return ["ended", "otherBoot"].includes(fateOf(holder));
}
