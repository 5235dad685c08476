import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hostHome, inHost, paths, type LocalCluster } from "../settings";

/** A program that a host keeps running. Its output goes to `logs/<host>/<name>.log`. */
export interface Service {
  name: string;
  /** Executable: absolute, or found on PATH. */
  program: string;
  args: string[];
  environment?: Record<string, string>;
  /** Files that must exist before the start; paths inside the host. */
  after?: { file?: string; socket?: string };
}

/** Condition of services that call the API server: before it answers, they would fail and back off. */
export function afterApiServer({ paths: { apiReady } }: LocalCluster): { file: string } {
  return { file: inHost(apiReady) };
}

/** The host's kubeconfig of a user. */
export function kubeconfigInHost({ paths: { kubeconfigs } }: LocalCluster, user: string): string {
  return inHost(join(kubeconfigs, `${user}.json`));
}

/** Path of a PKI file inside hosts. */
export function pkiInHost({ paths: { pki } }: LocalCluster, file: string): string {
  return inHost(join(pki, file));
}

/** Path of a toolchain executable inside hosts. */
export function programInHost(name: string): string {
  return inHost(join(paths.bin, name));
}

/** Log of a service of a host. */
export function logFile({ paths: { logs } }: LocalCluster, host: string, service: string): string {
  return join(logs, host, `${service}.log`);
}

const waitTries = 6000;

/** The script that process 1 of a host runs for a service. It waits in steps of 50 ms, for 5 minutes at most. */
export function renderService({ program, args, environment = {}, after = {} }: Service): string {
  const conditions = [
    ...(after.file === undefined ? [] : [`[ -e ${quote(after.file)} ]`]),
    ...(after.socket === undefined ? [] : [`[ -S ${quote(after.socket)} ]`]),
  ];
  const waits = conditions.map(
    (condition) => `tries=0\nuntil ${condition} || [ $((tries += 1)) -gt ${waitTries} ]; do sleep 0.05; done\n`,
  );
  const exports = Object.entries(environment).map(([key, value]) => `export ${key}=${quote(value)}\n`);
  const command = [program, ...args].map(quote).join(" \\\n  ");
  return `#!/bin/sh\n${waits.join("")}${exports.join("")}exec ${command}\n`;
}

function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Files of a host's home before its start. */
export interface HostFiles {
  services: Service[];
  /** Configuration files by name, in `config/`. */
  config: Record<string, string>;
}

/** Path of a host's configuration file inside the host. */
export function configInHost(cluster: LocalCluster, host: string, file: string): string {
  return inHost(join(hostHome(cluster, host), "config", file));
}

/** Writes a host's home. Its disk (`var-lib`) stays as it is. */
export function writeHostFiles(cluster: LocalCluster, host: string, { services, config }: HostFiles): void {
  const home = hostHome(cluster, host);
  for (const directory of ["services", "config", "var-lib", "var-log"]) {
    mkdirSync(join(home, directory), { recursive: true });
  }
  mkdirSync(join(cluster.paths.logs, host), { recursive: true });
  writeFileSync(join(home, "hosts"), `127.0.0.1 localhost ${host}\n`);
  writeFileSync(join(home, "resolv.conf"), "");
  for (const [file, content] of Object.entries(config)) writeFileSync(join(home, "config", file), content);
  for (const service of services) {
    const script = join(home, "services", service.name);
    writeFileSync(script, renderService(service));
    chmodSync(script, 0o755);
  }
}
