/**
 * Further settings of peers and orderers, by their keys in core.yaml and orderer.yaml.
 * Source of keys and kinds: sampleconfig and orderer/common/localconfig of https://github.com/hyperledger/fabric
 */
import { z } from "zod";
import { durationForm } from "../../ledger/fabric/duration";
import { nearest } from "../../ledger/nearest";
import { problem, type Problem } from "../../lib/problem";
import { map } from "../kit/fields";
import { formatPath } from "../kit/problem";
import { error, warning, type Rule } from "../kit/rule";

type Value = string | number | boolean;
type Node = "orderer" | "peer";

const values = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean()], { error: "text, a number, true or false" }),
  { error: "a map of keys to values" },
);

export const settings = map({
  orderer: values
    .default({})
    .describe(
      "Settings of each orderer, by their key in orderer.yaml, for example `General.Cluster.SendBufferSize: 200`.",
    ),
  peer: values
    .default({})
    .describe("Settings of each peer, by their key in core.yaml, for example `ledger.state.totalQueryLimit: 200000`."),
})
  .prefault({})
  .describe(
    "Further settings of nodes, instead of the program's own; those that the network rests on are refused. A change restarts nodes one at a time. Default: none.",
  );

type Kind = "duration" | "number" | "flag" | "size";

const forms: Record<Kind, { must: string; fits: (value: Value) => boolean }> = {
  duration: {
    must: 'be a duration in quotes, for example "10s"',
    fits: (value) => typeof value === "string" && durationForm.test(value),
  },
  number: {
    must: "be a whole number, 0 or more",
    fits: (value) => typeof value === "number" && Number.isSafeInteger(value) && value >= 0,
  },
  flag: { must: "be true or false", fits: (value) => typeof value === "boolean" },
  size: {
    must: 'be a size as Fabric writes it, for example "16 MB"',
    fits: (value) => typeof value === "string" && /^[0-9]+ ?[KMG]B$/.test(value),
  },
};

/** Keys of one kind below `prefix`. */
function keys(kind: Kind, prefix: string, names: string): [string, Kind][] {
  return names.split(" ").map((name) => [`${prefix}.${name}`, kind]);
}

/** Allowed keys. All releases know them: an orderer refuses to start with an unknown key. */
export const settableKeys: Record<Node, Readonly<Record<string, Kind>>> = {
  orderer: Object.fromEntries([
    ...keys("duration", "General", "ConnectionTimeout Authentication.TimeWindow"),
    ...keys("duration", "General.Keepalive", "ServerMinInterval ServerInterval ServerTimeout"),
    ...keys("duration", "General.Cluster", "DialTimeout RPCTimeout CertExpirationWarningThreshold"),
    ...keys("duration", "General.Cluster", "ReplicationPullTimeout ReplicationRetryTimeout"),
    ...keys("number", "General.Cluster", "SendBufferSize ReplicationBufferSize ReplicationMaxRetries"),
    ...keys("size", "ChannelParticipation", "MaxRequestBodySize"),
  ]),
  peer: Object.fromEntries([
    ...keys("duration", "peer.gateway", "endorsementTimeout broadcastTimeout dialTimeout"),
    ...keys("duration", "peer.keepalive", "interval timeout minInterval client.interval client.timeout"),
    ...keys("duration", "peer.keepalive.deliveryClient", "interval timeout"),
    ...keys("duration", "peer.gossip", "membershipTrackerInterval publishCertPeriod dialTimeout connTimeout"),
    ...keys("duration", "peer.gossip", "aliveTimeInterval aliveExpirationTimeout reconnectInterval"),
    ...keys("duration", "peer.gossip", "digestWaitTime requestWaitTime responseWaitTime"),
    ...keys("number", "peer.gossip", "maxConnectionAttempts msgExpirationFactor recvBuffSize sendBuffSize"),
    ...keys("duration", "peer.gossip.pvtData", "pullRetryThreshold pushAckTimeout reconcileSleepInterval"),
    ...keys("number", "peer.gossip.pvtData", "transientstoreMaxBlockRetention btlPullMargin reconcileBatchSize"),
    ...keys("flag", "peer.gossip.pvtData", "reconciliationEnabled skipPullingInvalidTransactionsDuringCommit"),
    ...keys("number", "peer.gossip.pvtData.implicitCollectionDisseminationPolicy", "requiredPeerCount maxPeerCount"),
    ...keys("duration", "peer", "authentication.timewindow client.connTimeout"),
    ...keys("duration", "peer.deliveryclient", "reconnectTotalTimeThreshold connTimeout reConnectBackoffThreshold"),
    ...keys("number", "peer", "validatorPoolSize maxRecvMsgSize maxSendMsgSize discovery.authCacheMaxSize"),
    ...keys("flag", "peer.discovery", "authCacheEnabled orgMembersAllowedAccess"),
    ...keys("number", "peer.limits.concurrency", "endorserService deliverService"),
    ...keys("duration", "chaincode", "installTimeout startuptimeout"),
    ...keys("number", "chaincode", "keepalive"),
    ...keys("number", "ledger.state", "totalQueryLimit"),
    ...keys("number", "ledger.state.couchDBConfig", "maxRetries maxRetriesOnStartup internalQueryLimit"),
    ...keys("number", "ledger.state.couchDBConfig", "maxBatchUpdateSize cacheSize"),
    ...keys("duration", "ledger.state.couchDBConfig", "requestTimeout"),
    ...keys("flag", "ledger.state.couchDBConfig", "createGlobalChangesDB"),
    ...keys("flag", "ledger.history", "enableHistoryDatabase"),
    ...keys("number", "ledger.pvtdataStore", "collElgProcMaxDbBatchSize collElgProcDbBatchesInterval purgeInterval"),
    ...keys("duration", "ledger.pvtdataStore", "deprioritizedDataReconcilerInterval"),
    ...keys("flag", "ledger.pvtdataStore", "purgedKeyAuditLogging"),
  ]),
};

/**
 * Parts of both files that the program fixes: keys, addresses, paths, rights, and settings on which the network
 * depends.
 */
const fixed =
  /^(general\.(listen|tls|localmsp|bccsp|bootstrap|genesis|profile|cluster\.(listen|server|client|root|tlshandshake))|fileledger|consensus|admin|debug|operations|metrics|channelparticipation\.enabled|vm|peer\.(id|networkid|listenaddress|address|chaincode|tls|bccsp|msp|localmsp|filesystempath|handlers|profile|gateway\.enabled|discovery\.enabled|gossip\.(bootstrap|endpoint|externalendpoint|useleaderelection|orgleader|state|election|skipblock))|chaincode\.(mode|externalbuilders|builder|system|id|pull)|ledger\.(snapshots|state\.(statedatabase|couchdbconfig\.(couchdbaddress|username|password))))/i;

/** Keys with a setting of their own in the stack file. */
const elsewhere: Readonly<Record<string, string>> = {
  "peer.limits.concurrency.gatewayService": "network.fabric.peer.gatewayConcurrency",
  "chaincode.executetimeout": "network.fabric.peer.executeTimeout",
};

/** Values that the rules about settings read. */
export interface LooseSettings {
  peerOrganizations?: readonly ({ stateDatabase?: string | undefined } | undefined)[] | undefined;
  settings?: Partial<Record<Node, Readonly<Record<string, Value | undefined>>>> | undefined;
}

const base = ["network", "fabric", "settings"];

function settingsKnown({ settings: given }: LooseSettings): Problem[] {
  return (["orderer", "peer"] as const).flatMap((node) =>
    Object.entries(given?.[node] ?? {}).flatMap(([key, value]) => checkSetting(node, key, value)),
  );
}

function checkSetting(node: Node, key: string, value: Value | undefined): Problem[] {
  const path = formatPath([...base, node, key]);
  const kind = settableKeys[node][key];
  if (kind !== undefined) {
    const { must, fits } = forms[kind];
    return value === undefined || fits(value) ? [] : [problem({ path, given: value, must })];
  }
  const own = elsewhere[key];
  if (own !== undefined) return [problem({ path, must: "be left out", because: `${own} sets it` })];
  if (fixed.test(key)) {
    return [problem({ path, must: "be left out", because: "the program fixes it: the network rests on it" })];
  }
  const meant = nearest(key, Object.keys(settableKeys[node]));
  const file = node === "orderer" ? "orderer.yaml" : "core.yaml";
  const hint = meant === undefined ? undefined : `Did you mean "${meant}"?`;
  return [problem({ path, must: `be a key of ${file} that every release of Fabric here knows`, hint })];
}

/** Settings of a database that no peer has. */
function settingsOfCouchDb({ settings: given, peerOrganizations }: LooseSettings): Problem[] {
  if (peerOrganizations?.some((organization) => organization?.stateDatabase !== "goleveldb") !== false) return [];
  return Object.entries(given?.peer ?? {}).flatMap(([key, value]) =>
    key.startsWith("ledger.state.couchDBConfig.")
      ? [
          problem({
            path: formatPath([...base, "peer", key]),
            given: value,
            should: "be left out",
            because: "no organisation has `stateDatabase: couchdb`",
          }),
        ]
      : [],
  );
}

export const settingRules: readonly Rule<LooseSettings>[] = [error(settingsKnown), warning(settingsOfCouchDb)];
