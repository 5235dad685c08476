/** Channels of a Fabric network and the chaincodes on them. */
import {
  choice,
  cpu,
  diskRoom,
  dnsLabel,
  duration,
  flag,
  image,
  list,
  map,
  memorySize,
  size,
  text,
  textMap,
  wholeNumber,
} from "./fields";

const organizationNames = (description: string) =>
  list(dnsLabel(30), { min: 1, of: "organisation names" }).optional().describe(description);

const chaincode = map({
  name: text(
    /^(?=.{1,40}$)[A-Za-z0-9]+([_-][A-Za-z0-9]+)*$/,
    'a chaincode name of letters and digits with single "-" or "_" between them, at most 40 characters',
  ).describe("Name clients call it by."),
  version: text(/^[A-Za-z0-9_.+-]{1,20}$/, 'a version in quotes, for example "1.0"').describe(
    "Version of the definition. Raise it with a new image: old and new run side by side until the new one is committed.",
  ),
  image: image().describe("Image that serves the chaincode (chaincode as a service) on port 9999."),
  endorsementPolicy: text(/\S/, "a signature policy or the path of a channel policy")
    .optional()
    .describe(
      "Signature policy such as `AND('Org1MSP.peer','Org2MSP.peer')`, or the path of a channel policy. Default: `/Channel/Application/Endorsement`, a majority of the organisations.",
    ),
  initRequired: flag().default(false).describe("The first transaction must be the chaincode's init function."),
  organizations: organizationNames("Organisations that run and approve it. Default: all of the channel."),
  replicas: wholeNumber(1, 20).default(2).describe("Pods in each organisation."),
  user: wholeNumber(1, 4_294_967_294).default(10_001).describe("User and group id the container runs as."),
  env: textMap().default({}).describe("Further environment variables of the container."),
  resources: map({
    requests: map({
      cpu: cpu().optional(),
      memory: memorySize("128Mi").optional(),
      "ephemeral-storage": diskRoom("100Mi").optional(),
    }).prefault({}),
    limits: map({
      cpu: cpu().optional(),
      memory: memorySize("512Mi").optional(),
      "ephemeral-storage": diskRoom("1Gi").optional(),
    }).prefault({}),
  })
    .prefault({})
    .describe("Requests and limits that differ from `resources.chaincode`."),
});

export const channel = map({
  name: text(
    /^(?=.{1,100}$)[a-z][a-z0-9.-]*$/,
    "a channel name of lower case letters, digits, dots and hyphens that starts with a letter, at most 100 characters",
  ).describe("Channel name."),
  consensus: choice(["etcdraft", "BFT"])
    .default("etcdraft")
    .describe(
      "Consensus of its ordering service. BFT withstands lying nodes, needs Fabric 3 and at least four orderers.",
    ),
  organizations: organizationNames("Peer organisations that are members. Default: all. Every peer of a member joins."),
  batch: map({
    timeout: duration().default("2s").describe("Longest wait after the first transaction of a block."),
    maxMessageCount: wholeNumber(1, 100_000).default(500).describe("Transactions in a block at most."),
    absoluteMaxBytes: size("10Mi", { min: "1Ki", max: "1Gi" }).default("10Mi").describe("Size of a block at most."),
    preferredMaxBytes: size("2Mi", { min: "1Ki", max: "1Gi" })
      .default("2Mi")
      .describe("Size from which a block is closed."),
  })
    .prefault({})
    .describe("When orderers close a block."),
  chaincodes: list(chaincode, { of: "chaincodes" }).default([]).describe("Chaincodes on the channel."),
});
