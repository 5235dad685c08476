/**
 * A peer's core.yaml, complete: many settings have no default in the peer's code. Source of names and values:
 * sampleconfig/core.yaml of https://github.com/hyperledger/fabric
 */
import { stringify } from "yaml";
import { ports } from "../names";
import type { PeerOptions } from "../options";
import { shortestPingInterval } from "./keepalive";
import { mspPath, productionPath, tlsFiles } from "./paths";
import { withSettings } from "./settings";

export interface PeerConfigSpec extends PeerOptions {
  /** Id in logs and metrics, for example `peer0.org1`. */
  id: string;
  network: string;
  mspId: string;
  /** DNS name of the peer's Service. */
  host: string;
  /** `host:port` by which other organisations know the peer. Default: that of its Service. */
  externalEndpoint?: string;
  /** `host:port` of peers of the same organisation for gossip to start with. */
  bootstrap: string[];
  stateDatabase: "goleveldb" | "couchdb";
  /** Fabric release, for example `3.1.5`. */
  version: string;
  /** Settings of the stack file, by key: `ledger.state.totalQueryLimit`. Default: none. */
  settings?: Readonly<Record<string, unknown>>;
}

export function buildPeerConfig(spec: PeerConfigSpec): string {
  return stringify(withSettings(peerConfig(spec), spec.settings ?? {}));
}

function peerConfig(spec: PeerConfigSpec): object {
  return {
    peer: peerSection(spec),
    // Empty on purpose: chaincode runs as a service, and with an endpoint health checks look for a Docker socket.
    vm: { endpoint: "" },
    chaincode: chaincodeSection(spec),
    ledger: ledgerSection(spec),
    operations: {
      listenAddress: `0.0.0.0:${ports.peer.operations}`,
      tls: {
        enabled: true,
        cert: { file: tlsFiles.certificate },
        key: { file: tlsFiles.privateKey },
        // The kubelet has no certificate for /healthz and /version; /metrics and /logspec require one in any case.
        clientAuthRequired: false,
        clientRootCAs: { files: [tlsFiles.caCertificate] },
      },
    },
    metrics: { provider: "prometheus" },
  };
}

function peerSection(spec: PeerConfigSpec) {
  const address = `${spec.host}:${ports.peer.grpc}`;
  return {
    id: spec.id,
    networkId: spec.network,
    listenAddress: `0.0.0.0:${ports.peer.grpc}`,
    address,
    addressAutoDetect: false,
    // Address for chaincode that the peer itself starts. There is none, so only loopback is open.
    chaincodeListenAddress: "127.0.0.1:7052",
    // A peer or orderer whose machine has just failed answers nothing. With these timeouts the gateway goes on to the
    // next before a client gives up, which waits 15 s for endorsements and 10 s for its submission; the defaults of 30 s
    // are longer than most clients wait, and only a timeout of its own makes a gateway leave a peer out.
    gateway: {
      enabled: true,
      endorsementTimeout: spec.executeTimeout ?? "5s",
      broadcastTimeout: "4s",
      dialTimeout: "2m",
    },
    keepalive: {
      interval: "7200s",
      timeout: "20s",
      minInterval: shortestPingInterval,
      client: { interval: "60s", timeout: "20s" },
      // A peer only listens to its orderer, so pings alone show that the orderer's machine is gone. 10 s is the shortest
      // interval that gRPC has. With Fabric's 60 s and 20 s the peer would wait for blocks for up to 80 s.
      deliveryClient: { interval: "10s", timeout: "3s" },
    },
    gossip: gossipSection(address, spec),
    tls: {
      enabled: true,
      clientAuthRequired: false,
      cert: { file: tlsFiles.certificate },
      key: { file: tlsFiles.privateKey },
      rootcert: { file: tlsFiles.caCertificate },
      clientRootCAs: { files: [tlsFiles.caCertificate] },
    },
    authentication: { timewindow: "15m" },
    fileSystemPath: productionPath,
    BCCSP: { Default: "SW", SW: { Hash: "SHA2", Security: 256 } },
    mspConfigPath: mspPath,
    localMspId: spec.mspId,
    localMspType: "bccsp",
    client: { connTimeout: "3s" },
    deliveryclient: {
      // Every peer takes blocks from the orderers itself. Block gossip is deprecated, and its default differs between
      // releases.
      blockGossipEnabled: false,
      reconnectTotalTimeThreshold: "3600s",
      connTimeout: "3s",
      reConnectBackoffThreshold: "3600s",
    },
    handlers: {
      authFilters: authFilters(spec.version),
      decorators: [{ name: "DefaultDecorator" }],
      endorsers: { escc: { name: "DefaultEndorsement" } },
      validators: { vscc: { name: "DefaultValidation" } },
    },
    discovery: {
      enabled: true,
      authCacheEnabled: true,
      authCacheMaxSize: 1000,
      authCachePurgeRetentionRatio: 0.75,
      orgMembersAllowedAccess: false,
    },
    limits: {
      concurrency: { endorserService: 2500, deliverService: 2500, gatewayService: spec.gatewayConcurrency ?? 500 },
    },
    maxRecvMsgSize: 104857600,
    maxSendMsgSize: 104857600,
  };
}

/** Gossip carries membership and private data. Blocks come from the orderers. */
function gossipSection(address: string, { bootstrap, externalEndpoint = address }: PeerConfigSpec) {
  return {
    bootstrap,
    endpoint: address,
    // Without it a peer is unknown to other organisations: no discovery, no endorsement by them.
    externalEndpoint,
    useLeaderElection: false,
    orgLeader: true,
    state: { enabled: false },
    // Peers of two organisations that join a channel in the same instant refuse each other once, since neither knows
    // the other's organisation yet. With the default of 25 s the first transaction would wait that long. The number of
    // attempts keeps the default's total of 50 minutes.
    reconnectInterval: "2s",
    maxConnectionAttempts: 1500,
    pvtData: {
      pullRetryThreshold: "60s",
      transientstoreMaxBlockRetention: 20000,
      pushAckTimeout: "3s",
      btlPullMargin: 10,
      reconcileBatchSize: 10,
      reconcileSleepInterval: "1m",
      reconciliationEnabled: true,
      skipPullingInvalidTransactionsDuringCommit: false,
      implicitCollectionDisseminationPolicy: { requiredPeerCount: 0, maxPeerCount: 1 },
    },
  };
}

/** Fabric 3.1 also refuses proposals from outside the time window. */
function authFilters(version: string) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const filters = [{ name: "DefaultAuth" }, { name: "ExpirationCheck" }];
  return major > 3 || (major === 3 && minor >= 1) ? [...filters, { name: "TimeWindowCheck" }] : filters;
}

function chaincodeSection({ executeTimeout = "30s" }: PeerConfigSpec) {
  return {
    // A list of builders replaces the default list, so it must contain the builder for chaincode as a service.
    externalBuilders: [
      {
        name: "ccaas_builder",
        path: "/opt/hyperledger/ccaas_builder",
        propagateEnvironment: ["CHAINCODE_AS_A_SERVICE_BUILDER_CONFIG"],
      },
    ],
    installTimeout: "300s",
    startuptimeout: "300s",
    executetimeout: executeTimeout,
    mode: "net",
    keepalive: 0,
    system: { _lifecycle: "enable", cscc: "enable", lscc: "enable", qscc: "enable" },
    logging: { level: "info", shim: "warning" },
  };
}

function ledgerSection({ stateDatabase }: PeerConfigSpec) {
  return {
    state: {
      stateDatabase: stateDatabase === "couchdb" ? "CouchDB" : "goleveldb",
      totalQueryLimit: 100000,
      ...(stateDatabase === "couchdb" ? { couchDBConfig: couchDbSection() } : {}),
    },
    history: { enableHistoryDatabase: true },
    pvtdataStore: {
      collElgProcMaxDbBatchSize: 5000,
      collElgProcDbBatchesInterval: 1000,
      deprioritizedDataReconcilerInterval: "60m",
      purgeInterval: 100,
      purgedKeyAuditLogging: true,
    },
    snapshots: { rootDir: `${productionPath}/snapshots` },
  };
}

/**
 * The database runs in the same pod. User and password come from a Secret, by environment. They are no keys here: peers
 * log the value of every key at their start, values of the environment included.
 */
function couchDbSection() {
  return {
    couchDBAddress: `127.0.0.1:${ports.couchdb}`,
    // 16 s in total, enough for a restart of the database's container. With Fabric's default, 3, a peer panics after
    // 0.9 s.
    maxRetries: 7,
    maxRetriesOnStartup: 20,
    requestTimeout: "35s",
    internalQueryLimit: 1000,
    maxBatchUpdateSize: 1000,
    createGlobalChangesDB: false,
    cacheSize: 64,
  };
}
