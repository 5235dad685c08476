/** Pods, as built. End-to-end tests show that a kubelet starts them. */
import assert from "node:assert/strict";
import { parse } from "yaml";
import { componentLabels, networkLabels } from "../../../../components/fabric/names";
import { buildNodeStatefulSet, type NodeSpec } from "../../../../components/fabric/specs/node-statefulset";
import { buildOrdererConfig } from "../../../../components/fabric/specs/orderer-config";
import { buildPeerConfig } from "../../../../components/fabric/specs/peer-config";
import { buildDefaultServiceAccount, buildServiceAccount } from "../../../../components/kubernetes";
import { parseDuration } from "../../../../ledger/fabric/duration";

const amounts = { cpu: "1", memory: "1Gi", "ephemeral-storage": "1Gi" };
const resources = { requests: amounts, limits: { ...amounts, memory: "2Gi" } };
const metadata = { name: "orderer0", namespace: "net-orderer", labels: componentLabels("net", "orderer") };

interface Probe {
  exec?: { command: string[] };
  tcpSocket?: { port: number };
  httpGet?: { path: string; port: number };
  periodSeconds: number;
  failureThreshold: number;
}
interface Pod {
  affinity?: unknown;
  hostAliases?: { ip: string; hostnames: string[] }[];
  nodeSelector?: unknown;
  tolerations?: unknown;
  containers: {
    env: { name: string; value: string }[];
    startupProbe: Probe;
    readinessProbe: Probe;
    livenessProbe: Probe;
  }[];
}

function podOf(workload: { spec?: unknown }): Pod {
  return (workload.spec as { template: { spec: Pod } }).template.spec;
}

function node(change: Partial<NodeSpec> = {}): Pod {
  return podOf(
    buildNodeStatefulSet({
      metadata,
      selector: metadata.labels,
      component: "orderer",
      spread: { labels: componentLabels("net", "orderer"), hosts: "must" },
      image: "orderer:1",
      pullPolicy: "IfNotPresent",
      command: ["orderer"],
      logging: "info",
      logFormat: "plain",
      env: [],
      ports: { grpc: 7050 },
      operationsPort: 8443,
      serving: { tcpSocket: { port: 7053 } },
      resources,
      serviceAccount: "fabric",
      configMap: "config",
      keys: "keys",
      claim: "ledger",
      ...change,
    }),
  );
}

function variables(pod: Pod): Record<string, string> {
  return Object.fromEntries((pod.containers[0]?.env ?? []).map(({ name, value }) => [name, value]));
}

describe("pods of nodes", () => {
  it("have started when they serve, however long a ledger takes, and are looked at every second", () => {
    const [container] = node().containers;
    assert.deepEqual(container?.startupProbe.tcpSocket, { port: 7053 });
    assert.equal(container.startupProbe.periodSeconds, 1);
    assert.ok(container.startupProbe.failureThreshold >= 7 * 24 * 60 * 60);
    assert.deepEqual([container.readinessProbe.httpGet?.path, container.readinessProbe.periodSeconds], ["/healthz", 1]);
    assert.equal(container.livenessProbe.httpGet?.path, "/version");
  });

  it("can be led to themselves on loopback, so that a question to itself needs no DNS and no policy", () => {
    assert.equal(node().hostAliases, undefined);
    assert.deepEqual(node({ ownHosts: ["peer0.net-org1.svc"] }).hostAliases, [
      { ip: "127.0.0.1", hostnames: ["peer0.net-org1.svc"] },
    ]);
  });

  it("keep apart from those of other namespaces of the network as well, which spread does not count", () => {
    const term = {
      labelSelector: { matchLabels: componentLabels("net", "orderer") },
      namespaceSelector: { matchLabels: networkLabels("net") },
    };
    assert.deepEqual(node({ apartIn: networkLabels("net") }).affinity, {
      podAntiAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          { weight: 100, podAffinityTerm: { topologyKey: "kubernetes.io/hostname", ...term } },
          { weight: 50, podAffinityTerm: { topologyKey: "topology.kubernetes.io/zone", ...term } },
        ],
      },
    });
    assert.equal(node().affinity, undefined);
  });

  it("run on the nodes of the cluster that they are given, tainted or not", () => {
    const tolerations = [{ key: "dedicated", operator: "Exists" }];
    const { nodeSelector, tolerations: borne } = node({ placement: { nodeSelector: { pool: "ledger" }, tolerations } });
    assert.deepEqual([nodeSelector, borne], [{ pool: "ledger" }, tolerations]);
    assert.deepEqual([node().nodeSelector, node().tolerations], [undefined, undefined]);
  });

  it("tell Go nine tenths of their memory limit, in bytes", () => {
    assert.equal(variables(node()).GOMEMLIMIT, String(Math.floor(2 * 2 ** 30 * 0.9)));
  });
});

describe("settings that an operator may change", () => {
  const peer = { id: "peer0", network: "net", mspId: "Org1MSP", host: "peer0", bootstrap: [], version: "3.1.5" };

  it("are the longest run of a chaincode function and the gateway's requests at once", () => {
    const settings = buildPeerConfig({
      ...peer,
      stateDatabase: "goleveldb",
      executeTimeout: "90s",
      gatewayConcurrency: 2000,
    });
    assert.match(settings, /^ {2}executetimeout: 90s$/m);
    assert.match(settings, /^ {4}endorsementTimeout: 90s$/m);
    assert.match(settings, /^ {6}gatewayService: 2000$/m);
    const usual = buildPeerConfig({ ...peer, stateDatabase: "goleveldb" });
    assert.match(usual, /^ {2}executetimeout: 30s$/m);
    assert.match(usual, /^ {4}endorsementTimeout: 5s$/m);
    assert.match(usual, /^ {6}gatewayService: 500$/m);
  });

  it("need no change for a channel of a thousand organisations, whose config block is 5 MB", () => {
    const size = /MaxRequestBodySize: (\d+) MB/.exec(buildOrdererConfig("OrdererMSP"))?.[1];
    assert.ok(Number(size) > 10);
  });
});

describe("connections between nodes", () => {
  /** The shortest interval of a gRPC client in Go, and the interval of every gateway. */
  const gatewayPing = parseDuration("10s")!;

  it("outlive silence: servers allow pings as often as gateways and peers send them", () => {
    const { General } = parse(buildOrdererConfig("OrdererMSP")) as {
      General: { Keepalive: { ServerMinInterval: string } };
    };
    const peerConfig = buildPeerConfig({
      ...{ id: "peer0", network: "net", mspId: "Org1MSP", host: "peer0", bootstrap: [], version: "3.1.5" },
      stateDatabase: "goleveldb",
    });
    const { keepalive } = (
      parse(peerConfig) as {
        peer: {
          keepalive: { minInterval: string; client: { interval: string }; deliveryClient: { interval: string } };
        };
      }
    ).peer;
    const pings = [keepalive.client.interval, keepalive.deliveryClient.interval].map((text) => parseDuration(text)!);
    for (const least of [General.Keepalive.ServerMinInterval, keepalive.minInterval]) {
      assert.ok(
        [gatewayPing, ...pings].every((interval) => interval > parseDuration(least)!),
        least,
      );
    }
  });
});

describe("service accounts", () => {
  it("carry the Secrets that pull images, and never a token", () => {
    const own = { name: "fabric", namespace: "net-org1" };
    assert.deepEqual(buildServiceAccount(own, ["registry"]), {
      metadata: own,
      automountServiceAccountToken: false,
      imagePullSecrets: [{ name: "registry" }],
    });
    assert.deepEqual(buildDefaultServiceAccount("net-org1"), {
      metadata: { name: "default", namespace: "net-org1" },
      automountServiceAccountToken: false,
    });
  });
});

describe("logs of a node", () => {
  const formats = (change: Partial<NodeSpec>) =>
    node(change).containers[0]!.env.filter(({ name }) => name === "FABRIC_LOGGING_FORMAT");

  it("have a JSON object per line where the stack file asks for it, and Fabric's own form elsewhere", () => {
    assert.deepEqual(formats({ logFormat: "json" }), [{ name: "FABRIC_LOGGING_FORMAT", value: "json" }]);
    assert.deepEqual(formats({}), []);
  });
});
