/** Fabric's own command lines on a stack's network, as docs/clients.md describes them. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ask } from "../../../lib/process";
import { defaultCluster, projectRoot } from "../../../local-cluster/settings";

/** Any value of a decoded protocol buffer. */
export type Json = Record<string, unknown>;

/** An administrator at a shell, with the identities of a stack in a temporary folder. */
export class FabricCli {
  private readonly folder = mkdtempSync(join(tmpdir(), "fabric-cli-"));
  private readonly forwards: ChildProcess[] = [];

  constructor(stackName: string) {
    const program = join(projectRoot, "samples", "client", "identity-files.ts");
    const node = [...["-r", "ts-node/register/transpile-only"], program];
    this.run(process.execPath, [...node, "--stack", stackName, "--to", this.folder]);
  }

  /** Path of a file in the folder of identities. */
  path(...names: string[]): string {
    return join(this.folder, ...names);
  }

  write(name: string, content: string): string {
    writeFileSync(this.path(name), content);
    return this.path(name);
  }

  /** Opens a pod's port on loopback, and returns its address. */
  async forward(namespace: string, pod: string, port: number): Promise<string> {
    const args = [
      "--kubeconfig",
      defaultCluster.paths.kubeconfig,
      "port-forward",
      "-n",
      namespace,
      `pod/${pod}`,
      `:${port}`,
    ];
    const child = spawn("kubectl", args, { stdio: ["ignore", "pipe", "pipe"] });
    this.forwards.push(child);
    let errors = "";
    child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
    const first = once(createInterface({ input: child.stdout }), "line") as Promise<[string]>;
    const [line] = await Promise.race([first, once(child, "close").then(() => [errors])]);
    const own = /^Forwarding from 127\.0\.0\.1:(\d+)/.exec(line ?? "")?.[1];
    if (own === undefined) throw new Error(`kubectl ${args.join(" ")}: ${line}`);
    return `localhost:${own}`;
  }

  /** Runs `peer` as the administrator of an organisation. */
  peer(organization: string, mspId: string, ...args: string[]): string {
    return this.run("peer", args, {
      FABRIC_CFG_PATH: this.folder,
      CORE_PEER_TLS_ENABLED: "true",
      CORE_PEER_LOCALMSPID: mspId,
      CORE_PEER_MSPCONFIGPATH: this.path(organization, "administrator", "msp"),
    });
  }

  /** JSON of the message in a file. */
  decode(type: string, file: string): Json {
    const output = this.path("decoded.json");
    this.run("configtxlator", ["proto_decode", "--type", type, "--input", this.path(file), "--output", output]);
    return JSON.parse(readFileSync(output, "utf8")) as Json;
  }

  /** Writes a message into a file. */
  encode(type: string, message: Json, file: string): void {
    const input = this.write("message.json", JSON.stringify(message));
    this.run("configtxlator", ["proto_encode", "--type", type, "--input", input, "--output", this.path(file)]);
  }

  run(command: string, args: string[], env: Record<string, string> = {}): string {
    const { code, stdout, output } = ask(command, args, { cwd: projectRoot, env: { ...process.env, ...env } });
    if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${code}:\n${output}`);
    return stdout;
  }

  /** Ends the forwards and removes the folder. */
  async close(): Promise<void> {
    for (const child of this.forwards) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill();
      await once(child, "close");
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
