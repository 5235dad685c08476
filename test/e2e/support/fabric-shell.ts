/** Fabric's own command lines, in a folder of their own. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ask } from "../../../lib/process";
import { projectRoot } from "../../../local-cluster/settings";

/** Any value of a decoded protocol buffer. */
export type Json = Record<string, unknown>;

/** A block with a config, decoded. */
interface ConfigBlock {
  data: { data: { payload: { data: { config: Json } } }[] };
}

/** An orderer, as command lines reach it. */
export interface OrdererEndpoint {
  /** Host and port. */
  address: string;
  /** File with the certificate authority of its TLS certificate. */
  authority: string;
  /** Name in that certificate. Default: the host. */
  host?: string;
}

export class FabricShell {
  protected readonly folder = mkdtempSync(join(tmpdir(), "fabric-cli-"));

  /** Path of a file in the folder. */
  path(...names: string[]): string {
    return join(this.folder, ...names);
  }

  /** @returns path of the file */
  write(name: string, content: string | Uint8Array): string {
    writeFileSync(this.path(name), content);
    return this.path(name);
  }

  /** Runs `peer` as the identity of an MSP folder. */
  peerAs(mspId: string, mspFolder: string, args: string[]): string {
    return this.run("peer", args, {
      FABRIC_CFG_PATH: this.folder,
      CORE_PEER_TLS_ENABLED: "true",
      CORE_PEER_LOCALMSPID: mspId,
      CORE_PEER_MSPCONFIGPATH: mspFolder,
    });
  }

  /** A channel's newest config from an orderer. @param peer runs `peer` as one who may read it */
  fetchConfig(channel: string, { address, authority, host }: OrdererEndpoint, peer: (args: string[]) => string): Json {
    const name = host === undefined ? [] : ["--ordererTLSHostnameOverride", host];
    const way = ["-o", address, "--tls", "--cafile", authority, ...name];
    peer(["channel", "fetch", "config", this.path("config.pb"), "-c", channel, ...way]);
    const block = this.decode("common.Block", "config.pb") as unknown as ConfigBlock;
    return block.data.data[0]!.payload.data.config;
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

  /** Removes the folder. */
  close(): Promise<void> {
    rmSync(this.folder, { recursive: true, force: true });
    return Promise.resolve();
  }
}
