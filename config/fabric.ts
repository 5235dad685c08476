/** Stack file section `network.fabric`: a Hyperledger Fabric network. */
import { type z } from "zod";
import { channel } from "./fabric-channel";
import { organizations } from "./fabric-organization";
import { annotations, choice, cidr, image, list, map, text, wholeNumber, dnsLabel } from "./fields";
import { networkPolicy, protect, resources, volume } from "./workload";

const fabricRegistry = "ghcr.io/hyperledger";
/** The release Fabric's own build tests against: https://github.com/hyperledger/fabric (Makefile, COUCHDB_VER). */
const couchdbImage = "docker.io/library/couchdb:3.4.2";

const images = map({
  orderer: image().optional().describe("Default: `ghcr.io/hyperledger/fabric-orderer:<version>`."),
  peer: image()
    .optional()
    .describe("Default: `ghcr.io/hyperledger/fabric-peer:<version>`. Must carry the ccaas builder."),
  couchdb: image().default(couchdbImage).describe("Used by organisations with `stateDatabase: couchdb`."),
  pullPolicy: choice(["IfNotPresent", "Always", "Never"]).default("IfNotPresent").describe("When nodes pull images."),
}).prefault({});

const gateway = map({
  type: choice(["ClusterIP", "LoadBalancer"])
    .default("ClusterIP")
    .describe("How clients reach an organisation's peers: inside the cluster only, or by a load balancer of its own."),
  port: wholeNumber(1, 65535).default(7051).describe("Port of the gateway Service."),
  externalTrafficPolicy: choice(["Cluster", "Local"])
    .default("Local")
    .describe("LoadBalancer only. Local keeps the client's address, which `clientCidrs` needs on most clouds."),
  annotations: annotations().describe(
    "Annotations of the Service, for example to ask a cloud for an internal load balancer.",
  ),
  clientCidrs: list(cidr(), { of: "networks" })
    .default([])
    .describe("Networks whose clients may connect. A LoadBalancer needs at least one."),
  clientNamespaces: list(dnsLabel(63), { of: "namespaces" })
    .default([])
    .describe("Namespaces of the cluster whose pods may connect."),
}).prefault({});

/** Fields of a logging spec, as `flogging.LoggerLevels.ActivateSpec` of fabric-lib-go reads them. */
const loggingLevels = "payload|debug|info|notice|warning|warn|error|critical|dpanic|panic|fatal";
const loggingField = `([\\w#.-]+(,[\\w#.-]+)*=)?(${loggingLevels}|${loggingLevels.toUpperCase()})`;
const loggingSpec = new RegExp(`^${loggingField}(:${loggingField})*$`);

const schema = map({
  version: text(/^[0-9]+\.[0-9]+\.[0-9]+$/, 'a Fabric release in quotes, for example "3.1.5"')
    .default("3.1.5")
    .describe("Fabric release; picks the default images and what is possible."),
  images: images.describe("Images, where the upstream ones shall not be used."),
  ordererOrganizations: organizations.orderer,
  peerOrganizations: organizations.peer,
  channels: list(channel, { of: "channels" }).default([]).describe("Channels of the network."),
  gateway: gateway.describe("How clients reach the peers; the same for every organisation."),
  resources: map({
    orderer: resources({ cpu: "500m", memory: "1Gi", cpuLimit: "4", memoryLimit: "2Gi" }).describe("Each orderer."),
    peer: resources({ cpu: "1", memory: "2Gi", cpuLimit: "4", memoryLimit: "4Gi" }).describe("Each peer."),
    couchdb: resources({ cpu: "500m", memory: "1Gi", cpuLimit: "4", memoryLimit: "2Gi" }).describe(
      "Each peer's CouchDB.",
    ),
    chaincode: resources({ cpu: "100m", memory: "128Mi", cpuLimit: "2", memoryLimit: "512Mi" }).describe(
      "Each chaincode pod.",
    ),
  })
    .prefault({})
    .describe("Requests and limits per kind of container."),
  storage: map({
    orderer: volume("30Gi").describe("Blocks and the consensus log of each orderer."),
    peer: volume("50Gi").describe("Blocks and the state database of each peer."),
    couchdb: volume("50Gi").describe("The state database of each peer with CouchDB."),
  })
    .prefault({})
    .describe("Volumes of the nodes."),
  certificates: map({
    caValidityDays: wholeNumber(30, 36500)
      .default(5475)
      .describe("Life of the organisations' root certificates, in days."),
    validityDays: wholeNumber(2, 3650).default(365).describe("Life of node and user certificates, in days."),
    renewBeforeDays: wholeNumber(1, 3649)
      .default(30)
      .describe("The first `pulumi up` in this many days before the end renews, with the same key."),
  })
    .prefault({})
    .describe("Life of certificates."),
  networkPolicy,
  podSecurity: choice(["restricted", "baseline", "privileged"])
    .default("restricted")
    .describe("Pod Security level enforced on the network's namespaces. Our own pods always meet `restricted`."),
  monitoring: map({
    namespace: dnsLabel(63).describe("Namespace whose pods may reach the operations ports (peer 9443, orderer 8443)."),
  })
    .optional()
    .describe("Opens the operations ports to a monitoring system."),
  logging: text(loggingSpec, 'a Fabric logging spec, for example "info" or "gossip=warn:info"')
    .default("info")
    .describe("Logging spec of peers and orderers."),
  protect,
});

/** Input of `network.fabric` with everything filled in that follows from the section itself. */
export const fabricSchema = schema.transform((fabric) => {
  const everyPeerOrganization = fabric.peerOrganizations.map((organization) => organization.name);
  return {
    ...fabric,
    images: {
      ...fabric.images,
      orderer: fabric.images.orderer ?? `${fabricRegistry}/fabric-orderer:${fabric.version}`,
      peer: fabric.images.peer ?? `${fabricRegistry}/fabric-peer:${fabric.version}`,
    },
    channels: fabric.channels.map((entry) => {
      const members = entry.organizations ?? everyPeerOrganization;
      return {
        ...entry,
        organizations: members,
        chaincodes: entry.chaincodes.map((chaincode) => ({
          ...chaincode,
          organizations: chaincode.organizations ?? members,
        })),
      };
    }),
  };
});

type Parsed = z.infer<typeof fabricSchema>;
/** The section with defaults that depend on the cluster filled in. */
export type FabricConfig = Omit<Parsed, "protect"> & { protect: boolean };
export type OrdererOrganizationConfig = FabricConfig["ordererOrganizations"][number];
export type PeerOrganizationConfig = FabricConfig["peerOrganizations"][number];
export type ChannelEntry = FabricConfig["channels"][number];
export type ChaincodeConfig = ChannelEntry["chaincodes"][number];
export type GatewayConfig = FabricConfig["gateway"];
