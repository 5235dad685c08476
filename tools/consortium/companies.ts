/** The companies of the consortium on this machine. */
import { join } from "node:path";
import { paths } from "../paths";

export const companyNames = ["acme", "bell", "corp"] as const;

/** Name of a company: also that of its organisation with peers, and of its local cluster. */
export type CompanyName = (typeof companyNames)[number];

/** Stack files of the companies, among the project's. */
export const stackNames: Record<CompanyName, string> = {
  acme: "local-consortium-founder",
  bell: "local-consortium-member",
  corp: "local-consortium-observer",
};

export const mspIds: Record<CompanyName, string> = { acme: "AcmeMSP", bell: "BellMSP", corp: "CorpMSP" };

/** Folder of a company: its stack file, its state, and the files that it got from others. No other company looks into it. */
export function folderOf(name: CompanyName): string {
  return join(paths.consortium, name);
}

/** Passphrase of a company's secrets. On this machine it is no secret, but no two companies have the same. */
export function passphraseOf(name: CompanyName): string {
  return `the word of ${name}`;
}
