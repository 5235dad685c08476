/** Three companies whose consortium stands, each with a stack, a state and a cluster of its own, under the load of one client. */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { recordedCluster } from "../../../local-cluster/clusters";
import { clusterPaths, type LocalCluster } from "../../../local-cluster/settings";
import { runLocalCluster } from "../../../tools/cli/local-cluster";
import { startCluster } from "../../../tools/consortium/clusters";
import { companyNames, type CompanyName } from "../../../tools/consortium/companies";
import { openCompanies, type Companies, type Company } from "../../../tools/consortium/company";
import { committedAt } from "../../../tools/consortium/ledger-view";
import { proposalsIn, type PartnerEntry } from "../../../tools/consortium/public-part";
import {
  chaincode,
  channel,
  connect,
  founded,
  joined,
  orderedByBoth,
  publishNames,
  type ChannelPart,
} from "../../../tools/consortium/story";
import { Cluster } from "../../e2e/support/kubernetes";
import { RecordingClient, type Acknowledgement } from "../../e2e/support/recording-client";
import type { CompanyByHand } from "./company-by-hand";

export class LivingConsortium {
  readonly companies: Companies = openCompanies();
  readonly client: RecordingClient;
  /** Members by the files of those that are in the channel. */
  members: readonly CompanyName[] = companyNames;
  /** A member without a stack, which the founder knows by the document that it wrote. */
  guest: CompanyByHand | undefined;
  /** What each company has in its file for the channel, beside the members. */
  private readonly parts: Record<CompanyName, ChannelPart> = { ...orderedByBoth, corp: {} };

  /** @param directory gets the client's record, and the outputs with its keys */
  constructor(directory: string) {
    this.client = new RecordingClient(directory, { channel, chaincode });
  }

  /** Changes a company's channel, and gives it what the others publish now, with the fingerprints that it has now. */
  edit(name: CompanyName, change: ChannelPart = {}): void {
    this.parts[name] = { ...this.parts[name], ...change };
    const company = this.companies[name];
    const partners = this.othersOf(name).map((other) => other.handOverTo(company));
    const { guest, members } = this;
    if (name === "acme") {
      const all = guest === undefined ? members : [...members, guest.name];
      company.edit({
        partners: guest === undefined ? partners : [...partners, introduce(guest, company)],
        channels: [founded(all, this.parts.acme)],
      });
    } else {
      company.edit({ partners, channels: [joined(members, this.parts[name])] });
    }
  }

  /** One company approves what another one proposes, by its file. @returns what its preview says of the channel */
  async approve(by: CompanyName, proposer: Company): Promise<string> {
    this.edit(by, { approve: [proposalOf(proposer)] });
    const said = await this.companies[by].previewOfChannel();
    console.log(said.map((line) => `  ${line}`).join("\n"));
    await this.companies[by].up();
    return said.join("\n");
  }

  /** Lets the client write as these companies, by what their stacks tell it now. */
  async load(...names: CompanyName[]): Promise<void> {
    await this.client.stop();
    this.client.start(Object.fromEntries(names.map((name) => [name, this.companies[name].stack.outputs()])));
    await this.client.goesOn(...names);
  }

  /** A company's cluster is lost with everything on it, and the company comes back on a new one with what its state has. */
  async rebuild(name: CompanyName): Promise<void> {
    const company = this.companies[name];
    const { environment } = company.stack;
    await runLocalCluster(name, "down");
    await startCluster(name);
    for (const other of this.othersOf(name)) await connect(company, other);
    await publishNames(company, this.othersOf(name));
    // See docs/operations.md, "The cluster is lost".
    environment.PULUMI_K8S_DELETE_UNREACHABLE = "true";
    try {
      await company.up();
    } finally {
      delete environment.PULUMI_K8S_DELETE_UNREACHABLE;
    }
    for (const other of this.othersOf(name)) await publishNames(other, Object.values(this.companies));
    // The channel may be farther than what the founder published, up to which the first update looked.
    await company.up();
  }

  private othersOf(name: CompanyName): Company[] {
    return companyNames.filter((other) => other !== name).map((other) => this.companies[other]);
  }
}

/** The one proposal that a company publishes. */
export function proposalOf(company: Company): string {
  const [digest, ...more] = proposalsIn(company.publicPart());
  assert.ok(digest !== undefined && more.length === 0, `${company.name} publishes not one proposal`);
  return digest;
}

/** Every acknowledged transaction is on the ledger of a company's peer, valid, once, in the acknowledged block. */
export async function assertComplete(company: Company, acknowledged: readonly Acknowledgement[]): Promise<void> {
  const last = Math.max(...acknowledged.map(({ block }) => block));
  const blocks = await committedAt(company, channel, last);
  const wrong = acknowledged.filter(({ transactionId, block }) => String(blocks.get(transactionId)) !== String(block));
  assert.deepEqual(wrong, [], `${wrong.length} of ${acknowledged.length} at ${company.name}`);
  console.log(`  ${company.name} has each of ${acknowledged.length} acknowledged transactions once`);
}

export function settingsOf(name: CompanyName): LocalCluster {
  const cluster = recordedCluster(name);
  assert.ok(cluster, `there is no local cluster ${name}`);
  return cluster;
}

export function clusterOf(name: CompanyName): Cluster {
  return new Cluster(readFileSync(clusterPaths(name).kubeconfig, "utf8"));
}

/** Clusters of the companies, without those that do not run. */
export function livingClusters(): Cluster[] {
  return companyNames.filter((name) => recordedCluster(name) !== undefined).map(clusterOf);
}

/** Hands the document of a company without a stack to one that has one, whose stack file then has this partner. */
function introduce(guest: CompanyByHand, { folder }: Company): PartnerEntry {
  const file = join(folder, "partners", `${guest.name}.json`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, guest.document());
  return { name: guest.name, from: { file }, fingerprint: guest.fingerprint(), cidrs: [] };
}
