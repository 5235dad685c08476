/** Stack file section `network.fabric`: a Hyperledger Fabric network. */
import type { z } from "zod";
import { flag, list, map } from "../kit/fields";
import type { Loose } from "../kit/json-schema";
import { error, warning, type Rule, type Surroundings } from "../kit/rule";
import { backupPods, backupProblems, backupText, backupTimes, openBackups } from "../shared/backup";
import { networkPolicy, podSecurity } from "../shared/isolation";
import { monitoring, scrapesInTime } from "../shared/monitoring";
import { protect } from "../shared/workload";
import { chaincodeRules } from "./chaincodes";
import { channel, channelRules, resolveChannel } from "./channels";
import {
  certificates,
  memberNames,
  ordererNames,
  organizationRules,
  organizations,
  resolveOrganization,
} from "./organizations";
import { exposureRules } from "./exposure";
import { joinedNameRules } from "./joined-names";
import { partnerRules, partners } from "./partners";
import { platform, platformRules, resolveImages } from "./platform";
import { policyRules } from "./policies";
import { preset, presetPeerSettings, usualValues } from "./preset";
import { networkRestore, restoreRules } from "./restore";
import { settingRules, settings } from "./settings";

const backup = map({
  ...backupTimes,
  stateDatabases: flag()
    .default(true)
    .describe(
      "Whether volumes of CouchDB are copied, too. Without them a restored peer makes its state again from its blocks.",
    ),
  ...backupPods,
})
  .optional()
  .describe(backupText("the volumes of peers, then those of orderers"));

export const fabricSchema = map({
  version: platform.version,
  images: platform.images,
  imagePullSecrets: platform.imagePullSecrets,
  ordererOrganizations: organizations.orderer,
  peerOrganizations: organizations.peer,
  partners,
  channels: list(channel, { of: "channels" }).default([]).describe("Channels of the network."),
  preset,
  gateway: platform.gateway,
  peer: platform.peer,
  settings,
  resources: platform.resources,
  placement: platform.placement,
  storage: platform.storage,
  backup,
  restore: networkRestore,
  certificates,
  networkPolicy,
  podSecurity: podSecurity("the network's namespaces"),
  monitoring: monitoring("operations ports", "peer 9443, orderer 8443"),
  logging: platform.logging,
  logFormat: platform.logFormat,
  protect,
});

/** The section in the file. */
type FabricFile = z.infer<typeof fabricSchema>;
type With<T, F> = Omit<T, keyof F> & F;
export type OrdererOrganizationConfig = With<FabricFile["ordererOrganizations"][number], { mspId: string }>;
export type PeerOrganizationConfig = With<FabricFile["peerOrganizations"][number], { mspId: string }>;
export type ChaincodeConfig = With<
  FabricFile["channels"][number]["chaincodes"][number],
  { organizations: string[]; indexTexts: Record<string, string> }
>;
type ChannelFile = FabricFile["channels"][number];
type SharedChannel = With<
  ChannelFile,
  {
    /** Peer organisations of this stack. */
    organizations: string[];
    /** Peer organisations of partners. */
    partnerOrganizations: string[];
    /** Orderer organisations of this stack. */
    ordererOrganizations: string[];
    /** Orderer organisations of partners. */
    partnerOrdererOrganizations: string[];
    chaincodes: ChaincodeConfig[];
  }
>;
/** A channel that this stack founds. */
export type FoundedChannel = With<
  SharedChannel,
  {
    founder?: undefined;
    consensus: NonNullable<ChannelFile["consensus"]>;
    capability: NonNullable<ChannelFile["capability"]>;
    batch: Required<ChannelFile["batch"]>;
  }
>;
/** A channel that a partner founded. */
export type JoinedChannel = With<SharedChannel, { founder: string }>;
export type ChannelEntry = FoundedChannel | JoinedChannel;
export type GatewayConfig = FabricFile["gateway"];
/** The section with all defaults filled in. */
export type FabricConfig = With<
  FabricFile,
  {
    images: With<FabricFile["images"], { orderer: string; peer: string }>;
    ordererOrganizations: OrdererOrganizationConfig[];
    peerOrganizations: PeerOrganizationConfig[];
    channels: ChannelEntry[];
    peer: With<FabricFile["peer"], { gatewayConcurrency: number }>;
    logging: string;
    protect: boolean;
  }
>;
export type LooseFabric = Loose<FabricConfig>;

/** Fills in values that follow from others. */
export function resolveFabric(file: Loose<FabricFile>, around: Surroundings): LooseFabric {
  const own = { peers: memberNames(file), orderers: ordererNames(file) };
  const usual = usualValues(file.preset);
  const reading = { readFile: around.readFile, partners: (file.partners ?? []).length > 0, batch: usual.batch };
  return {
    ...file,
    images: resolveImages(file),
    ordererOrganizations: file.ordererOrganizations?.map((entry) => entry && resolveOrganization(entry)),
    peerOrganizations: file.peerOrganizations?.map((entry) => entry && resolveOrganization(entry)),
    channels: file.channels?.map((entry) => entry && resolveChannel(entry, own, reading)),
    peer: file.peer && { ...file.peer, gatewayConcurrency: file.peer.gatewayConcurrency ?? usual.gatewayConcurrency },
    settings: file.settings && { ...file.settings, peer: { ...presetPeerSettings(file), ...file.settings.peer } },
    logging: file.logging ?? usual.logging,
    protect: file.protect ?? around.protect,
  };
}

export const fabricRules: readonly Rule<LooseFabric>[] = [
  ...organizationRules,
  ...exposureRules,
  ...channelRules,
  ...partnerRules,
  ...chaincodeRules,
  ...platformRules,
  ...settingRules,
  ...policyRules,
  ...joinedNameRules,
  ...restoreRules,
  error(({ backup: section }, around) => backupProblems(section, around, "network.fabric.backup")),
  warning(({ backup: section }) => openBackups(section, "network.fabric.backup")),
  error(({ monitoring: section }) => scrapesInTime(section, "network.fabric.monitoring")),
];
