import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { findProgram } from "../../lib/find-program";
import { ask, follow } from "../../lib/process";
import { step } from "../../lib/progress";
import { UserError } from "../../lib/user-error";

/** A C compiler and the C library's headers, for the builds that need cgo. */
export const compilerPackages = ["gcc", "libc6-dev"] as const;

/**
 * Program that Debian asks before a package starts a service; exit code 101 forbids the start.
 * https://people.debian.org/~hmh/invokerc.d-policyrc.d-specification.txt
 */
const servicePolicy = "/usr/sbin/policy-rc.d";
const ownServicePolicy =
  "#!/bin/sh\n# Written for the time of one installation by blockchain-clusters; safe to remove.\nexit 101\n";

/** systemd units that these packages enable. The local cluster starts the programs itself, in its own namespaces. */
const services: Readonly<Record<string, string>> = {
  "etcd-server": "etcd.service",
  containerd: "containerd.service",
  haproxy: "haproxy.service",
};

/** Packages that are not installed. Without dpkg: all. */
export function missingPackages(packages: readonly string[]): string[] {
  const answer = ask("dpkg-query", ["--show", "--showformat", "${Package} ${db:Status-Status}\n", ...packages]);
  return selectMissing(packages, answer.output);
}

/** Reads the answer of dpkg-query: one line "package status" per known package. */
export function selectMissing(packages: readonly string[], answer: string): string[] {
  const installed = new Set(
    answer
      .split("\n")
      .filter((line) => line.endsWith(" installed"))
      .map((line) => line.slice(0, -" installed".length)),
  );
  return packages.filter((name) => !installed.has(name));
}

/**
 * Installs Debian packages that are missing. Services that come with them are neither started nor enabled.
 *
 * @param purpose user of the packages, for messages: "the local cluster"
 * @throws UserError without apt-get, without root rights, or when apt-get fails
 */
export async function installPackages(packages: readonly string[], purpose: string, log: string): Promise<void> {
  const missing = missingPackages(packages);
  if (missing.length === 0) return;
  if (findProgram("apt-get", process.env.PATH) === undefined) {
    throw new UserError(
      `${capitalize(purpose)} needs ${missing.join(", ")}, which this machine lacks, and there is no apt-get to install it: ` +
        `use Debian or Ubuntu.`,
    );
  }
  if (process.getuid?.() !== 0) {
    throw new UserError(
      `${capitalize(purpose)} needs packages: run "sudo apt-get install ${missing.join(" ")}", then this again.`,
    );
  }
  await step(`Debian packages for ${purpose}: installing ${missing.join(", ")}`, () =>
    withoutServices(missing, () => aptInstall(missing, log)),
  );
}

/** Tries the machine's own package lists first, and fetches new ones only after a failure. */
async function aptInstall(packages: readonly string[], log: string): Promise<void> {
  const install = ["install", "--yes", "--no-install-recommends", ...packages];
  if ((await aptGet(install, log)) === 0) return;
  await aptGet(["update"], log);
  const code = await aptGet(install, log);
  if (code !== 0) {
    const last = readFileSync(log, "utf8").trim().split("\n").slice(-5).join("\n  ");
    throw new UserError(
      `apt-get install ${packages.join(" ")} ended with code ${code}. The last lines of ${log}:\n  ${last}`,
    );
  }
}

async function aptGet(args: readonly string[], log: string): Promise<number> {
  // A shell appends to the log: apt-get and the programs it starts keep one file open between them.
  return follow("sh", ["-c", 'exec apt-get -o DPkg::Lock::Timeout=300 "$@" >>"$0" 2>&1 </dev/null', log, ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
}

/** Keeps Debian from starting services while `install` runs, and systemd from starting them at the next boot. */
async function withoutServices(packages: readonly string[], install: () => Promise<void>): Promise<void> {
  const ownPolicy = !existsSync(servicePolicy) || readFileSync(servicePolicy, "utf8") === ownServicePolicy;
  if (ownPolicy) writeFileSync(servicePolicy, ownServicePolicy, { mode: 0o755 });
  try {
    await install();
  } finally {
    if (ownPolicy) rmSync(servicePolicy, { force: true });
  }
  const units = packages.flatMap((name) => services[name] ?? []);
  if (units.length > 0 && existsSync("/run/systemd/system")) ask("systemctl", ["disable", "--now", ...units]);
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
