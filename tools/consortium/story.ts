/**
 * The life of a consortium in steps: founded by one company, joined by a second with peers and an orderer; the two agree on a
 * third.
 */
import { stringify } from "yaml";
import { say } from "../../lib/progress";
import { runLocalCluster } from "../cli/local-cluster";
import { companyNames, type CompanyName } from "./companies";
import { configBlockSeenBy, votingHosts } from "./channel-view";
import type { Companies, Company } from "./company";
import { resolveNames } from "./public-names";
import { channelIn, proposalsIn, type PartnerEntry } from "./public-part";
import type { FabricEdit } from "./stack-copy";
import type { Step } from "./steps";
import { transact } from "./transaction";

export const channel = "trade";
export const chaincode = "asset-transfer";

/** Each company runs the chaincode itself. All state the same definition, and those that differ are refused. */
export const chaincodes = [
  {
    name: chaincode,
    version: "1.0",
    image: "localhost/asset-transfer:1.0",
    endorsementPolicy: "AND('AcmeMSP.peer','BellMSP.peer')",
    replicas: 1,
  },
];

/** Settings of the channel that not every step has. */
export interface ChannelPart {
  ordererOrganizations?: string[];
  approve?: string[];
  batch?: Record<string, unknown>;
  capability?: string;
  chaincodes?: unknown[];
  leave?: boolean;
}

/** The channel in Acme's stack file. @param organizations names of members, also of those without a stack here */
export function founded(organizations: readonly string[], { approve, ...part }: ChannelPart = {}) {
  const own = { batch: { timeout: "200ms" }, chaincodes, ...part };
  return { name: channel, organizations, ...(approve === undefined ? {} : { approve }), ...own };
}

/** The channel in the stack file of another company. */
export function joined(organizations: readonly CompanyName[], { approve, ...part }: ChannelPart = {}) {
  const own = { chaincodes, ...part };
  return { name: channel, founder: "acme", organizations, ...(approve === undefined ? {} : { approve }), ...own };
}

/** Acme's part of the channel from the step on in which Bell's orderer comes, and Bell's. */
export const orderedByBoth = {
  acme: { ordererOrganizations: ["acme-orderer", "bell-orderer"] },
  bell: { ordererOrganizations: ["bell-orderer"] },
} satisfies Record<string, ChannelPart>;

/** Connects two clusters, so that each reaches the other's load balancers. */
export function connect(one: Company, other: Company): Promise<void> {
  return runLocalCluster(one.name, "link", one.name, other.name);
}

/** Publishes the names of all companies' nodes in the DNS of one of them. */
export function publishNames(to: Company, all: readonly Company[]): Promise<void> {
  const records = all.filter((other) => other !== to).flatMap((other) => other.names());
  return resolveNames(to.name, records);
}

/** The steps in their order. */
export function story(companies: Companies): Step[] {
  const { acme, bell, corp } = companies;
  const all = companyNames.map((name) => companies[name]);

  return [
    {
      name: "publish",
      title: "Each company brings up its own nodes, and publishes what others need to know",
      words:
        "Nobody else has its keys, its state or its passphrase. `partners: []` in a stack file makes the public part an output: " +
        "certificates, addresses and, later, channels, proposals and signatures. Nothing in it is secret.",
      take: async () => {
        for (const company of all) await company.up();
      },
    },
    {
      name: "names",
      title: "The companies let each other's networks in, and publish the names of their nodes",
      words:
        "The local clusters get a cable to each other's load balancers, as companies have the internet or a private line. " +
        "The records that a public DNS would have go into the DNS of each cluster.",
      take: async () => {
        for (const [one, other] of [
          [acme, bell],
          [acme, corp],
          [bell, corp],
        ] as const) {
          await connect(one, other);
        }
        for (const company of all) await publishNames(company, all);
      },
    },
    {
      name: "found",
      title: "Acme founds the channel trade with Bell",
      words:
        "Acme knows Bell by its public part alone, and only with the fingerprint of its authorities, which the two compared by " +
        "telephone. Acme's orderers start the channel with both as members. The chaincode then waits: most members must approve it.",
      take: async () => {
        edit(acme, { partners: [bell.handOverTo(acme)], channels: [founded(["acme", "bell"])] });
        await acme.up();
      },
    },
    {
      name: "join",
      title: "Bell joins it by Acme's public part",
      words:
        "The channel's first block is in it. Bell runs the chaincode in its own cluster and approves its definition, which makes a " +
        "majority: it is committed.",
      take: async () => {
        edit(bell, { partners: [acme.handOverTo(bell)], channels: [joined(["acme", "bell"])] });
        await bell.up();
      },
    },
    {
      name: "transact",
      title: "A client of Bell writes a transaction that peers of both endorse",
      words:
        "Its policy asks for a peer of each. Bell's gateway finds Acme's peer in the other cluster by its public name.",
      take: () => transact({ channel, chaincode }, bell, [acme, bell]),
    },
    {
      name: "admit",
      title: "Acme admits Bell to the ordering service",
      words:
        "Acme's orderers alone order the channel so far, so Acme's signature is enough to let Bell's organisation in. An orderer of " +
        "Bell that votes is a matter of both: Acme proposes it, by the certificate in Bell's public part.",
      take: async () => {
        edit(acme, {
          partners: [bell.handOverTo(acme)],
          channels: [founded(["acme", "bell"], orderedByBoth.acme)],
        });
        await acme.up();
      },
    },
    {
      name: "order",
      title: "Bell's orderer fetches the chain, and votes",
      words:
        "Bell asks for the same in its own file, which is its signature: nobody copies a digest. Bell's orderer first follows the " +
        "chain that Acme's have, then becomes the third one that votes. Clients learn its name from the channel.",
      take: async () => {
        edit(bell, {
          partners: [acme.handOverTo(bell)],
          channels: [joined(["acme", "bell"], orderedByBoth.bell)],
        });
        await bell.up();
        const hosts = votingHosts(await configBlockSeenBy(bell, channel));
        say(`bell: channel ${channel} is ordered by ${hosts.join(", ")}`);
      },
    },
    {
      name: "propose",
      title: "Acme proposes Corp as a member",
      words:
        "A channel takes a member when most members sign. Acme has one signature of two, so its run ends well with a proposal, " +
        "which has the digest of its bytes as its name.",
      take: async () => {
        edit(acme, {
          partners: [bell.handOverTo(acme), corp.handOverTo(acme)],
          channels: [founded(companyNames, orderedByBoth.acme)],
        });
        await acme.up();
      },
    },
    {
      name: "approve",
      title: "Bell reads the proposal in its own preview, and approves it",
      words:
        "Bell's stack decodes the bytes itself and says what they change. Bell names the digest in its file, and `pulumi up` signs " +
        "these bytes and no others. Its signature is the last that was missing, so the change is sent at once.",
      take: async () => {
        const [digest, ...more] = proposalsIn(acme.publicPart());
        if (digest === undefined || more.length > 0) {
          throw new Error(`acme publishes ${more.length === 0 ? "no" : "more than one"} proposal`);
        }
        edit(bell, {
          partners: [acme.handOverTo(bell), corp.handOverTo(bell)],
          channels: [joined(["acme", "bell"], { ...orderedByBoth.bell, approve: [digest] })],
        });
        say("bell: pulumi preview says of the channel:");
        for (const line of await bell.previewOfChannel()) say(`  ${line}`);
        await bell.up();
      },
    },
    {
      name: "enter",
      title: "Corp joins",
      words:
        "It needs nothing but the files of the others. Its peer fetches the whole ledger, and it runs the chaincode too.",
      take: async () => {
        edit(corp, {
          partners: [acme.handOverTo(corp), bell.handOverTo(corp)],
          channels: [joined(companyNames)],
        });
        await corp.up();
      },
    },
    {
      name: "settle",
      title: "Acme sees that its proposal is in force",
      words:
        "Every stack that runs again sees what others changed, and takes nothing back. Bell's file needs the digest no more.",
      take: async () => {
        await acme.up();
        const { members, sequence } = channelIn(acme.publicPart(), channel);
        say(`acme: channel ${channel} has the members ${members.join(", ")}, by config ${sequence}`);
        edit(bell, { channels: [joined(companyNames, orderedByBoth.bell)] });
        await bell.up();
      },
    },
    lastStep(companies),
  ];
}

/** The step that a run repeats when all others were taken. */
function lastStep({ acme, bell, corp }: Companies): Step {
  return {
    name: "transact-by-all",
    title: "A client of Corp writes a transaction, and all three have it",
    words: "Corp itself need not endorse: the policy names Acme and Bell.",
    take: () => transact({ channel, chaincode }, corp, [acme, bell, corp]),
  };
}

/** Checks that everything stands: each stack is as its file says, and a transaction goes through all of them. */
export async function checkAll(companies: Companies): Promise<void> {
  for (const name of companyNames) await companies[name].up();
  await lastStep(companies).take();
}

/** Changes a company's stack file, and shows the change. */
function edit(company: Company, change: FabricEdit & { partners?: PartnerEntry[] }): void {
  company.edit(change);
  say(`${company.name} edits its stack file, under network.fabric:`);
  const text = stringify(change, { lineWidth: 0, aliasDuplicateObjects: false });
  for (const line of text.trimEnd().split("\n")) say(`  ${line}`);
}
