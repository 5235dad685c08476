/** Copies of nodes beside the living network: what they are made of, and what they cannot reach. */
import assert from "node:assert/strict";
import type { V1PersistentVolumeClaim, V1Pod } from "@kubernetes/client-node";
import type { Backup } from "../../../restore-drill/backups";
import { requirePolicies } from "../../../restore-drill/isolation";
import { ThrowAway, type LivingNode } from "../../../restore-drill/throw-away";
import { withDirectory, writeFiles } from "../../support/files";
import { StubApi } from "./stub-api";

const namespace = "fabric-restore-drill";
const beside = `/api/v1/namespaces/${namespace}`;
const contents = "/apis/snapshot.storage.k8s.io/v1/volumesnapshotcontents";
const moment = "20260102t030405z";
const peer: LivingNode = { namespace: "fabric-org1", node: "peer0" };
const orderer: LivingNode = { namespace: "fabric-orderer", node: "orderer0" };

describe("nodes beside the living network", () => {
  let api: StubApi;
  let copies: ThrowAway;

  beforeEach(async () => {
    api = await StubApi.start();
    copies = new ThrowAway(api.config, namespace, AbortSignal.timeout(60_000));
    await copies.create();
  });
  afterEach(() => api.close());

  /** A node of the living network. */
  function addLiving({ namespace: home, node }: LivingNode, volumes: readonly string[]): void {
    const core = `/api/v1/namespaces/${home}`;
    const spec = {
      serviceAccountName: "nodes",
      dnsConfig: { options: [{ name: "ndots", value: "2" }] },
      hostAliases: [
        { ip: "127.0.0.1", hostnames: [`${node}.${home}.svc.cluster.local`] },
        { ip: "10.96.0.7", hostnames: ["peer1.example.com"] },
      ],
      containers: [{ name: "node" }],
      volumes: [
        { name: "keys", secret: { secretName: `${node}-keys` } },
        { name: "config", configMap: { name: `${node}-config` } },
        ...volumes.map((name) => ({ name, persistentVolumeClaim: { claimName: name } })),
      ],
    };
    api.add(`/apis/apps/v1/namespaces/${home}/statefulsets`, {
      metadata: { name: node },
      spec: { template: { spec } },
    });
    api.add(`${core}/serviceaccounts`, { metadata: { name: "nodes" }, imagePullSecrets: [{ name: "registry" }] });
    for (const name of [`${node}-keys`, "registry"]) api.add(`${core}/secrets`, { metadata: { name }, data: {} });
    api.add(`${core}/configmaps`, { metadata: { name: `${node}-config` }, data: {} });
    for (const name of volumes) {
      api.add(`${core}/persistentvolumeclaims`, { metadata: { name }, spec: { storageClassName: "block" } });
    }
  }

  /** A backup with these volumes: `fabric-org1/peer0-ledger`. */
  function backupOf(...volumes: string[]): Backup {
    const snapshots = volumes.map((volume) => {
      const [home = "", name = ""] = volume.split("/");
      const content = `content-of-${name}`;
      api.add(contents, { metadata: { name: content }, spec: { driver: "disks" }, status: { snapshotHandle: name } });
      return {
        metadata: { name: `${name}-${moment}`, namespace: home },
        status: { readyToUse: true, boundVolumeSnapshotContentName: content },
      };
    });
    return { moment, snapshots };
  }

  const claim = (name: string) =>
    api.get(`${beside}/persistentvolumeclaims/${name}`) as unknown as V1PersistentVolumeClaim;

  it("have volumes of the backup, and resolve no name but their own", async () => {
    addLiving(peer, ["peer0-ledger"]);
    await copies.start(backupOf("fabric-org1/peer0-ledger"), [peer]);
    assert.equal(claim("peer0-ledger").spec?.dataSource?.name, "peer0-ledger");
    const { spec } = api.get(`${beside}/pods/peer0-0`) as unknown as V1Pod;
    assert.equal(spec?.dnsPolicy, "None");
    assert.deepEqual(spec?.dnsConfig, { nameservers: ["127.0.0.1"] });
    const aliases = [{ ip: "127.0.0.1", hostnames: ["peer0.fabric-org1.svc.cluster.local"] }];
    assert.deepEqual(spec?.hostAliases, aliases);
  });

  it("share a Secret for images of one name", async () => {
    addLiving(peer, ["peer0-ledger"]);
    addLiving(orderer, ["orderer0-ledger"]);
    await copies.start(backupOf("fabric-org1/peer0-ledger", "fabric-orderer/orderer0-ledger"), [peer, orderer]);
    const secrets = ["registry", "peer0-keys", "orderer0-keys"];
    for (const secret of secrets) assert.ok(api.get(`${beside}/secrets/${secret}`), secret);
    for (const pod of ["peer0-0", "orderer0-0"]) assert.ok(api.get(`${beside}/pods/${pod}`), pod);
  });

  it("begin with an empty state database where the backup has none, and never with an empty ledger", async () => {
    addLiving(peer, ["peer0-couchdb", "peer0-ledger"]);
    await copies.start(backupOf("fabric-org1/peer0-ledger"), [peer]);
    assert.equal(claim("peer0-couchdb").spec?.dataSource, undefined);

    addLiving(orderer, ["orderer0-ledger"]);
    await assert.rejects(copies.start(backupOf("fabric-org1/peer0-ledger"), [orderer]), {
      name: "UserError",
      message: /^Backup 20260102t030405z has no snapshot of volume orderer0-ledger in namespace fabric-orderer: /,
    });
    assert.equal(claim("orderer0-ledger"), undefined);
  });

  it("all end to start when one cannot", async () => {
    addLiving(peer, ["peer0-ledger"]);
    addLiving(orderer, ["orderer0-ledger"]);
    api.stuck.add("peer0-0");
    const starting = copies.start(backupOf("fabric-org1/peer0-ledger"), [peer, orderer]);
    await assert.rejects(starting, /has no snapshot of volume orderer0-ledger/);
  });
});

describe("the policy around them", () => {
  const judge = (cluster: string): void =>
    withDirectory((folder) => {
      writeFiles(folder, { "Pulumi.one.yaml": `config:\n  blockchain-clusters:cluster: ${cluster}\n` });
      requirePolicies("one", folder);
    });

  it("has to be enforced, as far as the stack file knows", () => {
    for (const cluster of [
      "{ vendor: local }",
      "{ vendor: eks }",
      "{ vendor: existing, networkPolicyEnforced: true }",
    ]) {
      judge(cluster);
    }
    for (const cluster of [
      "{ vendor: existing }",
      "{ vendor: existing, networkPolicyEnforced: false }",
      "{ secure: v1 }",
    ]) {
      assert.throws(() => judge(cluster), { name: "UserError", message: /Set cluster\.networkPolicyEnforced to true/ });
    }
  });
});
