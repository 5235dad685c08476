/** Fabric's own command lines on a stack's network, as docs/clients.md describes them. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { defaultCluster, projectRoot } from "../../../local-cluster/settings";
import { FabricShell } from "./fabric-shell";

/** An administrator at a shell, with the identities of a stack in a temporary folder. */
export class FabricCli extends FabricShell {
  private readonly forwards: ChildProcess[] = [];

  constructor(stackName: string) {
    super();
    const program = join(projectRoot, "samples", "client", "identity-files.ts");
    const node = [...["-r", "ts-node/register/transpile-only"], program];
    this.run(process.execPath, [...node, "--stack", stackName, "--to", this.folder]);
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
    return this.peerAs(mspId, this.path(organization, "administrator", "msp"), args);
  }

  /** Ends the forwards and removes the folder. */
  override async close(): Promise<void> {
    for (const child of this.forwards) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill();
      await once(child, "close");
    }
    await super.close();
  }
}
