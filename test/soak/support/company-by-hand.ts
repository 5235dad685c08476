/** A company that has nothing of this project: Fabric's command lines, and the documents that others hand it. */
import assert from "node:assert/strict";
import { createHash, X509Certificate } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { FabricShell, type Json, type OrdererEndpoint } from "../../e2e/support/fabric-shell";

/** A proposal, as another company publishes it. */
export interface PublishedProposal {
  digest: string;
  /** Base64. */
  envelope: string;
}

/** The least that `peer` starts with. */
const peerSettings = stringify({ peer: { BCCSP: { Default: "SW", SW: { Hash: "SHA2", Security: 256 } } } });

export class CompanyByHand extends FabricShell {
  private readonly signatures: { digest: string; mspId: string; signature: string }[] = [];

  /** Makes its keys by cryptogen. @param name of the company, and of its organisation with peers */
  constructor(
    readonly name: string,
    readonly mspId: string,
  ) {
    super();
    const settings = { Name: name, Domain: this.domain, EnableNodeOUs: true, Template: { Count: 1 } };
    const file = this.write("crypto-config.yaml", stringify({ PeerOrgs: [{ ...settings, Users: { Count: 0 } }] }));
    this.run("cryptogen", ["generate", "--config", file, "--output", this.path("crypto")]);
    this.write("core.yaml", peerSettings);
    this.write("configtx.yaml", stringify({ Organizations: [this.section()] }));
  }

  /** Its public part: what configtxgen prints of it, and what it signed. */
  document(): string {
    const group: unknown = JSON.parse(this.run("configtxgen", ["-configPath", this.folder, "-printOrg", this.name]));
    return JSON.stringify({
      ...{ format: "blockchain-clusters/exchange", version: 1 },
      ...{ organizations: [{ name: this.name, role: "peer", group }], signatures: this.signatures },
      ...{ channels: [], proposals: [], chaincodes: [] },
    });
  }

  /** What it tells others by telephone: SHA-256 over a line for each of its authorities, see docs/consortium.md. */
  fingerprint(): string {
    const line = (kind: string, folder: string): string => {
      const [file = ""] = readdirSync(join(this.msp, folder));
      const { raw } = new X509Certificate(readFileSync(join(this.msp, folder, file)));
      return `${this.mspId} ${kind} ${sha256(raw)}\n`;
    };
    return `SHA256:${sha256(line("identity", "cacerts") + line("tls", "tlscacerts"))}`;
  }

  /** Signs a proposal by `peer channel signconfigtx`, for its document from now on. */
  sign({ digest, envelope }: PublishedProposal): void {
    const file = this.write("update.pb", Buffer.from(envelope, "base64"));
    this.peer(["channel", "signconfigtx", "-f", file]);
    const { payload } = this.decode("common.Envelope", "update.pb") as unknown as SignedUpdate;
    const own = payload.data.signatures.find(({ signature_header: { creator } }) => creator.mspid === this.mspId);
    assert.ok(own, `${this.name} did not sign ${digest}`);
    this.encode("common.ConfigSignature", own, "signature.pb");
    const signature = readFileSync(this.path("signature.pb")).toString("base64");
    this.signatures.push({ digest, mspId: this.mspId, signature });
  }

  /** MSP ids of a channel's members, as an orderer tells it. */
  membersOf(channel: string, orderer: OrdererEndpoint): string[] {
    const config = this.fetchConfig(channel, orderer, (args) => this.peer(args));
    const { groups } = (config as unknown as MemberConfig).channel_group.groups.Application;
    return Object.values(groups)
      .map(({ values }) => values.MSP.value.config.name)
      .sort();
  }

  /** Texts of its files, keys included. */
  files(): string[] {
    return textsIn(this.folder);
  }

  private peer(args: string[]): string {
    return this.peerAs(this.mspId, join(this.organization, "users", `Admin@${this.domain}`, "msp"), args);
  }

  private get domain(): string {
    return `${this.name}.example.com`;
  }

  /** Folder that cryptogen made. */
  private get organization(): string {
    return this.path("crypto", "peerOrganizations", this.domain);
  }

  private get msp(): string {
    return join(this.organization, "msp");
  }

  /** The organisation with the policies of Fabric's sample configuration. */
  private section(): Json {
    const rule = (...roles: string[]): Json => {
      const principals = roles.map((role) => `'${this.mspId}.${role}'`).join(", ");
      return { Type: "Signature", Rule: `OR(${principals})` };
    };
    const policies = {
      Readers: rule("admin", "peer", "client"),
      Writers: rule("admin", "client"),
      Admins: rule("admin"),
      Endorsement: rule("peer"),
    };
    return { Name: this.name, ID: this.mspId, MSPDir: this.msp, Policies: policies };
  }
}

/** Texts of the files in a folder. */
export function textsIn(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map((file) => readFileSync(join(file.parentPath, file.name), "latin1"));
}

function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** What an envelope with an update has of signatures. */
interface SignedUpdate {
  payload: { data: { signatures: (Json & { signature_header: { creator: { mspid: string } } })[] } };
}

interface MemberConfig {
  channel_group: {
    groups: { Application: { groups: Record<string, { values: { MSP: { value: { config: { name: string } } } } }> } };
  };
}
