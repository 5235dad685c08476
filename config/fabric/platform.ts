/** Platform of a Fabric network's nodes: release, images, requests, volumes and access for clients. */
import type { z } from "zod";
import { problem, type Problem } from "../../lib/problem";
import { duration, image, map, text, wholeNumber } from "../kit/fields";
import type { Loose } from "../kit/json-schema";
import { error, warning, type Rule } from "../kit/rule";
import { exposure, openToAll, unreachable } from "../shared/exposure";
import { isolationMissing } from "../shared/isolation";
import { impossibleTolerations, placement, placements } from "../shared/placement";
import {
  aboveLimits,
  imagePullSecrets,
  logFormat,
  onNetworkStorage,
  pullPolicy,
  resources,
  unpinned,
  volume,
} from "../shared/workload";

const releaseForm = /^[0-9]+\.[0-9]+\.[0-9]+$/;

const version = text(releaseForm, 'a Fabric release in quotes, for example "3.1.5"')
  .default("3.1.5")
  .describe("Fabric release. Default images and available features follow from it.");

const fabricRegistry = "ghcr.io/hyperledger";
/** Release with which Fabric's own build tests: https://github.com/hyperledger/fabric (Makefile, COUCHDB_VER). */
const couchdbImage = "docker.io/library/couchdb:3.4.2";

const images = map({
  orderer: image().optional().describe("Default: `ghcr.io/hyperledger/fabric-orderer:<version>`."),
  peer: image()
    .optional()
    .describe("Image of peers, with the ccaas builder. Default: `ghcr.io/hyperledger/fabric-peer:<version>`."),
  couchdb: image().default(couchdbImage).describe("Image of CouchDB, for organisations with `stateDatabase: couchdb`."),
  pullPolicy,
})
  .prefault({})
  .describe("Images of the nodes. Default: the upstream ones.");

const { type, externalTrafficPolicy, annotations, clientCidrs, clientNamespaces } = exposure({
  type: "Access of clients to an organisation's peers: inside the cluster only, or by a load balancer of its own.",
  annotations: "Annotations of the Service, for example for an internal load balancer of a cloud.",
  people: "clients may connect",
  pods: "may connect",
});

const gateway = map({
  type,
  port: wholeNumber(1, 65535).default(7051).describe("Port of the gateway Service."),
  externalTrafficPolicy,
  annotations,
  clientCidrs,
  clientNamespaces,
})
  .prefault({})
  .describe("Access of clients to the peers, the same for every organisation.");

const nodeResources = map({
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
  .describe("Requests and limits per kind of container.");

const storage = map({
  orderer: volume("30Gi").describe("Blocks and the consensus log of each orderer."),
  peer: volume("50Gi").describe("Blocks and the state database of each peer."),
  couchdb: volume("50Gi").describe("State database of each peer with CouchDB."),
})
  .prefault({})
  .describe("Volumes of the nodes.");

/** Levels of a logging spec, as in `flogging.LoggerLevels.ActivateSpec` of fabric-lib-go. */
const loggingLevels = "payload|debug|info|notice|warning|warn|error|critical|dpanic|panic|fatal";
const loggingField = `([\\w#.-]+(,[\\w#.-]+)*=)?(${loggingLevels}|${loggingLevels.toUpperCase()})`;
const loggingSpec = new RegExp(`^${loggingField}(:${loggingField})*$`);

const logging = text(loggingSpec, 'a Fabric logging spec, for example "info" or "gossip=warn:info"')
  .optional()
  .describe(
    "Logging spec of peers and orderers. Default: `info`; `comm.grpc.server,endorser=warn:info` with `preset: throughput`.",
  );

const placed = placements({
  orderer: placement("orderers"),
  peer: placement("peers"),
  chaincode: placement("chaincode pods"),
  router: placement("routers"),
});

const peer = map({
  executeTimeout: duration()
    .optional()
    .describe(
      "Maximum duration of a chaincode function, a Go duration. A gateway waits as long for one peer's endorsement before it asks another. Default: 30s for the function, 5s for the gateway.",
    ),
  gatewayConcurrency: wholeNumber(1, 100_000)
    .optional()
    .describe(
      "Concurrent requests of a peer's gateway; a client that waits for a commit is one of them. Default: 500; 20000 with `preset: throughput`.",
    ),
})
  .prefault({})
  .describe("Limits of each peer.");

export const platform = {
  imagePullSecrets: imagePullSecrets("one in each organisation's namespace"),
  placement: placed,
  peer,
  version,
  images,
  gateway,
  resources: nodeResources,
  storage,
  logging,
  logFormat: logFormat("peers and orderers"),
};

/** Values that the rules about the platform read. */
export interface LoosePlatform {
  version?: string | undefined;
  images?: Loose<z.infer<typeof images>> | undefined;
  gateway?: Loose<z.infer<typeof gateway>> | undefined;
  resources?: Loose<z.infer<typeof nodeResources>> | undefined;
  placement?: Loose<z.infer<typeof placed>> | undefined;
  storage?: Loose<z.infer<typeof storage>> | undefined;
  networkPolicy?: { required?: boolean | undefined } | undefined;
}

/** Fills in the images of a release. An invalid release has none. */
export function resolveImages({ images: own, version: release = "" }: LoosePlatform): LoosePlatform["images"] {
  const published = (node: string) =>
    releaseForm.test(release) ? `${fabricRegistry}/fabric-${node}:${release}` : undefined;
  return own && { ...own, orderer: own.orderer ?? published("orderer"), peer: own.peer ?? published("peer") };
}

const base = "network.fabric";

/**
 * 2.5 is the first release with all features used here: channel participation, gateway with the V2_5 application
 * capability.
 */
function versionSupported({ version: release }: LoosePlatform): Problem[] {
  const [major = NaN, minor = NaN] = (release ?? "").split(".").map(Number);
  const path = `${base}.version`;
  if (major < 2 || (major === 2 && minor < 5)) return [problem({ path, given: release, must: "be 2.5.0 or later" })];
  const must = "be a release of Fabric 2.5 or 3, which are known here";
  return major > 3 ? [problem({ path, given: release, must })] : [];
}

function imagesPinned({ images: { orderer, peer, couchdb } = {} }: LoosePlatform): Problem[] {
  return unpinned(
    Object.entries({ orderer, peer, couchdb }).map(([kind, value]) => ({ value, path: `${base}.images.${kind}` })),
  );
}

function requestsWithinLimits({ resources: kinds }: LoosePlatform): Problem[] {
  return Object.entries(kinds ?? {}).flatMap(([kind, amounts]) => aboveLimits(amounts, `${base}.resources.${kind}`));
}

/**
 * goleveldb takes a file lock; consensus log and CouchDB rely on fsync. On network storage locks outlive or lose their
 * owner, two nodes open one ledger, and every small write waits for the network.
 */
function ledgersOnBlockStorage({ storage: volumes }: LoosePlatform): Problem[] {
  const reason =
    "over network file systems the lock on a ledger can be lost or outlive its node, so two nodes may write one ledger";
  return onNetworkStorage(volumes, `${base}.storage`, reason);
}

export const platformRules: readonly Rule<LoosePlatform>[] = [
  error(versionSupported),
  error(imagesPinned),
  error(requestsWithinLimits),
  error(({ placement: nodes }) => impossibleTolerations(nodes, `${base}.placement`)),
  error(ledgersOnBlockStorage),
  error(({ gateway: service }) => unreachable(service, `${base}.gateway`)),
  error((fabric, around) => isolationMissing(fabric, around, base)),
  warning(({ gateway: service }) => openToAll(service, `${base}.gateway`)),
];
