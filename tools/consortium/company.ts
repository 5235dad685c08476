/** A company of the consortium: its stack, with a file, a state and a passphrase of its own. */
import { existsSync, mkdirSync } from "node:fs";
import { join, relative } from "node:path";
import { recordedCluster } from "../../local-cluster/clusters";
import { say } from "../../lib/progress";
import { folderBackend } from "../cli/environment";
import { PulumiStack } from "../cli/pulumi";
import { readStackFile } from "../cli/stack-file";
import { paths, projectRoot } from "../paths";
import { companyNames, folderOf, mspIds, passphraseOf, stackNames, type CompanyName } from "./companies";
import { publicNames, type AddressRecord, type NamingOutputs } from "./public-names";
import { handOver, type PartnerEntry, type PublicOutputs } from "./public-part";
import { StackCopy, type FabricEdit } from "./stack-copy";

export class Company {
  readonly mspId: string;
  readonly folder: string;
  readonly stackFile: StackCopy;
  readonly stack: PulumiStack;

  constructor(readonly name: CompanyName) {
    this.mspId = mspIds[name];
    this.folder = folderOf(name);
    const stack = stackNames[name];
    this.stackFile = new StackCopy(stack, this.folder);
    this.stackFile.create(paths.stacks);
    const state = join(this.folder, "state");
    mkdirSync(state, { recursive: true });
    this.stack = new PulumiStack(readStackFile(stack, this.folder), {
      folder: this.folder,
      variables: {
        PULUMI_BACKEND_URL: folderBackend(state),
        PULUMI_CONFIG_PASSPHRASE: passphraseOf(name),
      },
    });
  }

  /** Prepares the stack for pulumi: makes it, or clears away what a killed run has left. */
  select(): void {
    this.stack.select();
    this.stack.recover();
  }

  /** @param flags further arguments of `pulumi up` */
  async up(...flags: string[]): Promise<void> {
    say(`${this.name}: pulumi up`);
    await this.stack.change("up", "--yes", "--skip-preview", "--suppress-outputs", ...flags);
  }

  /** What the preview says of the channel. @throws UserError with everything that a preview says which fails */
  async previewOfChannel(): Promise<string[]> {
    const text = await this.stack.previewText();
    const lines = text.split("\n").map((line) => line.trim());
    return lines.filter((line) => /^((info|warning): )?channel /.test(line));
  }

  edit(change: FabricEdit): void {
    this.stackFile.edit(change);
  }

  /** Its nodes' public names. */
  names(): AddressRecord[] {
    return publicNames(this.stack.outputs() as NamingOutputs);
  }

  /** Whether it has the public part of another company. */
  hasPartOf(other: Company): boolean {
    return existsSync(this.fileOf(other));
  }

  /** File with the public part of another company. */
  fileOf({ name }: Company): string {
    return join(this.folder, "partners", `${name}.json`);
  }

  /** Gives its public part to another company. @returns itself as a partner in the other's stack file */
  handOverTo(other: Company): PartnerEntry {
    const path = relative(projectRoot, other.fileOf(this));
    const { loadBalancerRange = "" } = recordedCluster(this.name) ?? {};
    const partner = handOver(this.publicPart(), { name: this.name, path, cidrs: [loadBalancerRange] });
    say(`${other.name} gets the public part of ${this.name}: ${path}`);
    say(`  fingerprint, which both compare by another way: ${partner.fingerprint}`);
    return partner;
  }

  publicPart(): PublicOutputs {
    return this.stack.outputs() as PublicOutputs;
  }
}

export type Companies = Record<CompanyName, Company>;

/** The companies, each with a copy of its stack file. */
export function openCompanies(): Companies {
  return Object.fromEntries(companyNames.map((name) => [name, new Company(name)])) as Companies;
}
