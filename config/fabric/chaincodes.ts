/** Chaincodes on the channels of a Fabric network. */
import type { z } from "zod";
import { validateCollections } from "../../ledger/fabric/collections";
import { chaincodeNameForm, chaincodeVersionForm, validateChaincodeName } from "../../ledger/fabric/validate-names";
import { problem, type Problem } from "../../lib/problem";
import {
  cpu,
  diskRoom,
  dnsLabel,
  flag,
  image,
  list,
  map,
  memorySize,
  objectName,
  text,
  textMap,
  wholeNumber,
} from "../kit/fields";
import type { Loose } from "../kit/json-schema";
import { formatPath } from "../kit/problem";
import type { ReadFile } from "../kit/read-file";
import { duplicates, entriesOf, error, type Rule, type Surroundings } from "../kit/rule";
import { aboveLimits, amountNames, unpinned, type ResourcesConfig } from "../shared/workload";
import { collection, isWhole } from "./collections";
import { indexFields, indexProblems, indexTexts, type LooseIndexes } from "./indexes";
import { membersKnown } from "./organizations";

export const organizationNames = (description: string) =>
  list(dnsLabel(30), { min: 1, of: "organisation names" }).optional().describe(description);

export const chaincode = map({
  name: text(
    chaincodeNameForm,
    'a chaincode name of letters and digits with single "-" or "_" between them, at most 40 characters',
    40,
  ).describe("Name in clients' calls."),
  version: text(chaincodeVersionForm, 'a version in quotes, for example "1.0"', 20).describe(
    "Version of the definition. Raise it with a new image: the old version runs beside the new one until the new one is committed.",
  ),
  image: image().describe("Image of the chaincode's server (chaincode as a service), with port 9999."),
  previous: map({
    version: text(chaincodeVersionForm, 'a version in quotes, for example "1.0"', 20).describe("The former `version`."),
    image: image().describe("The former `image`."),
  })
    .optional()
    .describe(
      "Former version, whose pods stay beside those of `version`: on a channel of several companies it serves until enough of them approved the new one. Take it out then. Default: none.",
    ),
  endorsementPolicy: text(/\S/, "a signature policy or the path of a channel policy")
    .optional()
    .describe(
      "Signature policy such as `AND('Org1MSP.peer','Org2MSP.peer')`, or the path of a channel policy. Default: `/Channel/Application/Endorsement`, a majority of the organisations.",
    ),
  initRequired: flag().default(false).describe("Whether the first transaction must be the chaincode's init function."),
  organizations: organizationNames("Organisations that run and approve it. Default: all members of the channel."),
  replicas: wholeNumber(1, 20)
    .default(2)
    .describe(
      "Pods in each organisation. A peer sends all calls of a chaincode to one of them, so more pods than peers are never used at once.",
    ),
  // Kubernetes takes no higher id: `IsValidUserID` of its apimachinery.
  user: wholeNumber(1, 2_147_483_647).default(10_001).describe("User and group id of the container."),
  env: textMap()
    .default({})
    .describe("Further environment variables of the container. A section set with `--secret` keeps them in a Secret."),
  envFrom: list(
    map({
      secret: objectName("a Secret").describe("Name of your Secret in the organisation's namespace."),
    }),
    { of: "maps with the key secret" },
  )
    .default([])
    .describe(
      "Secrets whose every key becomes a variable; `env` takes precedence. Pods read them at their start, and wait for missing ones. Default: none.",
    ),
  collections: list(collection, { of: "collections" })
    .default([])
    .describe("Private data collections. Fabric never removes a committed one. Default: none."),
  indexes: indexFields.optional(),
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

export type LooseChaincode = Loose<z.infer<typeof chaincode>>;

/** Values that the rules about chaincodes read. */
export interface LooseChaincodes {
  channels?:
    | (
        | {
            name?: string | undefined;
            founder?: string | undefined;
            organizations?: (string | undefined)[] | undefined;
            partnerOrganizations?: (string | undefined)[] | undefined;
            chaincodes?: (LooseChaincode | undefined)[] | undefined;
          }
        | undefined
      )[]
    | undefined;
  resources?: { chaincode?: Loose<ResourcesConfig> | undefined } | undefined;
}

/** Fills in the organisations that run a chaincode, by default all members of the channel, and contents of files. */
export function resolveChaincode<T extends { organizations?: O[] | undefined; indexes?: LooseIndexes }, O>(
  entry: T,
  members: readonly O[],
  readFile: ReadFile,
): T & { organizations: O[]; indexTexts: Record<string, string> } {
  return {
    ...entry,
    organizations: entry.organizations ?? [...new Set(members)],
    indexTexts: indexTexts(entry.indexes, readFile),
  };
}

const channelsPath = "network.fabric.channels";

/** Channels of the file, with their paths. */
export function channelsOf<C>({ channels }: { channels?: (C | undefined)[] | undefined }) {
  return entriesOf(channels, channelsPath).map(({ item: channel, index, path }) => ({ channel, index, path }));
}

/** Chaincodes of all channels, with their paths. */
export function chaincodesOf(fabric: LooseChaincodes) {
  return channelsOf(fabric).flatMap(({ channel, index: channelIndex, path: at }) =>
    entriesOf(channel.chaincodes, `${at}.chaincodes`).map(({ item: chaincode, index, path }) => {
      return { chaincode, channel, channelIndex, index, path };
    }),
  );
}

/** Common form of names that are equal as names of Kubernetes objects. */
export function sameName(chaincode: string): string {
  return chaincode.toLowerCase().replaceAll("_", "-");
}

/** Names of chaincodes must differ as names of Kubernetes objects, where `A_1` and `a-1` are the same. */
function uniqueChaincodes(fabric: LooseChaincodes): Problem[] {
  return channelsOf(fabric).flatMap(({ channel, path }) =>
    duplicates(
      'a chaincode name (upper and lower case, "-" and "_" count as the same)',
      entriesOf(channel.chaincodes, `${path}.chaincodes`).map(({ item: { name }, path: at }) => ({
        value: name,
        key: name === undefined ? undefined : sameName(name),
        path: `${at}.name`,
      })),
    ),
  );
}

/** Names of Fabric's own chaincodes are taken. The schema finds other mistakes in names. */
function chaincodeNamesFree(fabric: LooseChaincodes): Problem[] {
  return chaincodesOf(fabric).flatMap(({ chaincode: { name }, path }) =>
    name === undefined ? [] : validateChaincodeName(name, `${path}.name`),
  );
}

/** Variables with which the program gives a chaincode its address, id and certificate; no stack file sets them. */
export const chaincodeVariables = [
  "CHAINCODE_ID",
  "CORE_CHAINCODE_ID",
  "CORE_CHAINCODE_ID_NAME",
  "CHAINCODE_SERVER_ADDRESS",
  "CORE_CHAINCODE_ADDRESS",
  "CHAINCODE_TLS_DISABLED",
  "CORE_PEER_TLS_ENABLED",
  "CHAINCODE_TLS_KEY",
  "CORE_CHAINCODE_TLS_KEY_FILE",
  "CHAINCODE_TLS_CERT",
  "CORE_CHAINCODE_TLS_CERT_FILE",
  "CORE_TLS_CLIENT_KEY_FILE",
  "CORE_TLS_CLIENT_CERT_FILE",
  "CORE_TLS_CLIENT_KEY_PATH",
  "CORE_TLS_CLIENT_CERT_PATH",
  "CORE_PEER_TLS_ROOTCERT_FILE",
] as const;

function chaincodeVariablesFree(fabric: LooseChaincodes): Problem[] {
  return chaincodesOf(fabric).flatMap(({ chaincode: { env }, channelIndex, index }) =>
    Object.keys(env ?? {}).flatMap((name): Problem[] => {
      const isTaken = (chaincodeVariables as readonly string[]).includes(name);
      if (!isTaken && /^[A-Za-z_][A-Za-z0-9_.-]*$/.test(name)) return [];
      const right = isTaken
        ? { must: "be left out", because: "the program tells the chaincode its address, id and certificate" }
        : { must: "be a name of letters, digits, _, . and - that does not start with a digit" };
      const path = formatPath([...channelsPath.split("."), channelIndex, "chaincodes", index, "env", name]);
      return [problem({ path, given: name, ...right })];
    }),
  );
}

function chaincodeOrganizationsKnown(fabric: LooseChaincodes): Problem[] {
  return chaincodesOf(fabric).flatMap(({ chaincode: { organizations }, channel, path }) =>
    membersKnown(organizations, channel.organizations ?? [], "the channel's organisations", `${path}.organizations`),
  );
}

/**
 * Name of a chaincode's Service and Deployment in the namespace of each organisation that runs it. It contains the
 * version, so that a new version runs beside the old one until the channel has switched.
 */
export function chaincodeServiceName(channel: string, chaincode: string, version: string): string {
  return `${channel}-${chaincode}-${version}`
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/-$/, "");
}

/** Names of Services are DNS labels of 63 characters at most. */
function chaincodeServicesFit(fabric: LooseChaincodes): Problem[] {
  return chaincodesOf(fabric).flatMap(({ chaincode: { name, version }, channel, path: at }) => {
    if (channel.name === undefined || name === undefined || version === undefined) return [];
    const service = chaincodeServiceName(channel.name, name, version);
    if (service.length <= 63) return [];
    const must = `be ${service.length - 63} characters shorter`;
    const because = `it makes the Service "${service}" of ${service.length}, and 63 is the most, with channel and version`;
    return [problem({ path: `${at}.name`, given: name, must, because })];
  });
}

function indexesReadable(fabric: LooseChaincodes, { readFile }: Surroundings): Problem[] {
  return chaincodesOf(fabric).flatMap(({ chaincode: { indexes }, channelIndex, index }) =>
    indexProblems(indexes, readFile, [...channelsPath.split("."), channelIndex, "chaincodes", index, "indexes"]),
  );
}

/** A list with an unreadable part has a problem of its own. */
function collectionsPossible(fabric: LooseChaincodes): Problem[] {
  return chaincodesOf(fabric).flatMap(({ chaincode: { collections }, path }) => {
    const whole = (collections ?? []).filter(isWhole);
    return whole.length === collections?.length ? validateCollections(whole, `${path}.collections`) : [];
  });
}

function imagesPinned(fabric: LooseChaincodes): Problem[] {
  return unpinned(
    chaincodesOf(fabric).flatMap(({ chaincode: { image: own, previous }, path }) => [
      { value: own, path: `${path}.image` },
      ...(previous === undefined ? [] : [{ value: previous.image, path: `${path}.previous.image` }]),
    ]),
  );
}

/** The pods of both versions have names with their version, compared as names of Kubernetes objects. */
function previousDiffers(fabric: LooseChaincodes): Problem[] {
  return chaincodesOf(fabric).flatMap(({ chaincode: { name = "", version, previous }, path }) => {
    if (version === undefined || previous?.version === undefined) return [];
    const [now, before] = [version, previous.version].map((each) => chaincodeServiceName("", name, each));
    if (now !== before) return [];
    const must = `be another version than ${version}`;
    const because = "letters, digits and nothing else count in names of pods";
    return [problem({ path: `${path}.previous.version`, given: previous.version, must, because })];
  });
}

function requestsWithinLimits(fabric: LooseChaincodes): Problem[] {
  const shared = fabric.resources?.chaincode;
  return chaincodesOf(fabric).flatMap(({ chaincode, path }) =>
    aboveLimits(withDefaults(chaincode.resources, shared), `${path}.resources`),
  );
}

/** Resources that the chaincode sets itself, completed by shared settings. Shared ones alone have their own check. */
function withDefaults(own: LooseChaincode["resources"], shared: Loose<ResourcesConfig> | undefined) {
  if (own === undefined) return undefined;
  const said = amountNames.filter((name) => own.requests?.[name] !== undefined || own.limits?.[name] !== undefined);
  const merge = (which: "requests" | "limits"): Loose<ResourcesConfig["requests"]> =>
    Object.fromEntries(said.map((name) => [name, own[which]?.[name] ?? shared?.[which]?.[name]]));
  return { requests: merge("requests"), limits: merge("limits") };
}

export const chaincodeRules: readonly Rule<LooseChaincodes>[] = [
  error(uniqueChaincodes),
  error(chaincodeNamesFree),
  error(chaincodeVariablesFree),
  error(chaincodeOrganizationsKnown),
  error(chaincodeServicesFit),
  error(imagesPinned),
  error(previousDiffers),
  error(requestsWithinLimits),
  error(indexesReadable),
  error(collectionsPossible),
];
