/** CouchDB beside its peer. The tests run its guard as in the container, on folders in place of the two volumes. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  buildCouchDbSettings,
  buildCouchDbSidecar,
  couchDbSettingsFile,
} from "../../../../components/fabric/specs/couchdb";
import { chainsPath, dataPath } from "../../../../components/fabric/specs/paths";

interface Container {
  name: string;
  restartPolicy?: string;
  command?: string[];
  volumeMounts: { name: string; mountPath: string; subPath?: string; readOnly?: boolean }[];
  startupProbe?: { exec?: { command: string[] } };
  readinessProbe?: { exec?: { command: string[] } };
  livenessProbe?: { exec?: { command: string[] } };
}

const amounts = { cpu: "1", memory: "1Gi", "ephemeral-storage": "1Gi" };
const { initContainers } = buildCouchDbSidecar({
  image: "couchdb:3.4.2",
  pullPolicy: "IfNotPresent",
  resources: { requests: amounts, limits: amounts },
  credentials: "credentials",
  configMap: "settings",
  claim: "peer0-couchdb",
}) as unknown as { initContainers: Container[] };
const [guard, database] = initContainers;
assert.ok(guard && database);

describe("CouchDB beside its peer", () => {
  it("starts before the peer and ends after it, behind a guard that ends before both", () => {
    assert.deepEqual(
      initContainers.map(({ name, restartPolicy }) => [name, restartPolicy]),
      [
        ["couchdb-guard", undefined],
        ["couchdb", "Always"],
      ],
    );
  });

  it("listens on loopback only, so its probes ask from within", () => {
    assert.match(buildCouchDbSettings(), /^\[chttpd\]\nbind_address = 127\.0\.0\.1$/m);
    for (const probe of [database.startupProbe, database.readinessProbe, database.livenessProbe]) {
      assert.equal(probe?.exec?.command[0], "curl");
      assert.match(probe.exec.command.at(-1) ?? "", /^http:\/\/127\.0\.0\.1:5984\//);
    }
  });

  it("has its settings after the image's own and before the administrator that the image writes", () => {
    const mounts = database.volumeMounts.filter(({ mountPath }) => mountPath.startsWith("/opt/couchdb/etc"));
    assert.deepEqual(mounts, [
      {
        name: "couchdb-config",
        mountPath: "/opt/couchdb/etc/default.d/20-fabric.ini",
        subPath: couchDbSettingsFile,
        readOnly: true,
      },
      { name: "couchdb-admin", mountPath: "/opt/couchdb/etc/local.d" },
    ]);
  });

  it("stores what any block may hold, or a peer would end at a value that others have committed", () => {
    const size = /^max_document_size = (\d+)$/m.exec(buildCouchDbSettings())?.[1];
    const largestBlock = 2 ** 30;
    assert.ok(Number(size) > largestBlock);
  });
});

describe("guard of CouchDB's volume", () => {
  let folder: string;
  let ledger: string;
  let data: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "guard-"));
    ledger = join(folder, "ledger");
    data = join(folder, "data");
    for (const path of [
      ledger,
      join(data, "shards/00000000-ffffffff"),
      join(data, ".shards"),
      join(data, "lost+found"),
    ]) {
      mkdirSync(path, { recursive: true });
    }
    writeFileSync(join(data, "_dbs.couch"), "");
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function run() {
    const [shell = "", ...rest] = guard?.command ?? [];
    const script = rest.map((text) => text.replaceAll(dataPath, ledger).replaceAll("/opt/couchdb/data", data));
    return spawnSync(shell, script, { encoding: "utf8" });
  }

  const kept = () => readdirSync(data).sort();
  const everything = [".shards", "_dbs.couch", "lost+found", "shards"];
  const chains = () => join(ledger, chainsPath.slice(dataPath.length));

  it("empties it when the peer's volume is a new one, since the peer would validate old blocks against a later state", () => {
    mkdirSync(join(ledger, "lost+found"));
    assert.equal(run().status, 0);
    assert.deepEqual(kept(), ["lost+found"]);
  });

  it("empties it when the peer has left its last channel, and says so", () => {
    mkdirSync(chains(), { recursive: true });
    const { status, stdout } = run();
    assert.equal(status, 0);
    assert.match(stdout, /^no channel in .*: emptying /);
    assert.deepEqual(kept(), ["lost+found"]);
  });

  it("keeps it beside a channel without blocks of its own, which a peer has that joined by a snapshot", () => {
    mkdirSync(join(chains(), "trade"), { recursive: true });
    assert.equal(run().status, 0);
    assert.deepEqual(kept(), everything);
  });

  it("keeps it and fails when it cannot see what the peer has", () => {
    // Even root, who may read everything, cannot list a missing folder.
    rmSync(ledger, { recursive: true });
    assert.notEqual(run().status, 0);
    assert.ok(existsSync(join(data, "_dbs.couch")));
    assert.deepEqual(kept(), everything);
  });
});
