import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Activity } from "../../../samples/chaincode/src/activity";
import { readSettings } from "../../../samples/chaincode/src/settings";

const chaincodeId = `asset-transfer_1.0:${"0".repeat(64)}`;

describe("asset-transfer chaincode: settings of the server", () => {
  let directory: string;
  let file: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "chaincode-settings-"));
    file = join(directory, "tls.pem");
    writeFileSync(file, "");
  });

  afterEach(() => rmSync(directory, { recursive: true }));

  it("listens on every address at port 9999 without TLS when only the package id is given", () => {
    const settings = readSettings({ CHAINCODE_ID: chaincodeId });
    assert.deepEqual(settings, { chaincodeId: chaincodeId, address: "0.0.0.0:9999", tls: undefined });
  });

  it("takes TLS files and the roots of client certificates", () => {
    const settings = readSettings({
      CHAINCODE_ID: chaincodeId,
      CHAINCODE_SERVER_ADDRESS: "127.0.0.1:7052",
      CHAINCODE_TLS_KEY: file,
      CHAINCODE_TLS_CERT: file,
      CHAINCODE_TLS_CLIENT_CACERT: file,
    });
    assert.equal(settings.address, "127.0.0.1:7052");
    assert.deepEqual(settings.tls, { key: file, certificate: file, clientCaCertificate: file });
  });

  it("names every wrong variable at once", () => {
    const environment = { CHAINCODE_ID: "asset", CHAINCODE_SERVER_ADDRESS: "here", CHAINCODE_TLS_KEY: "/no/such" };
    assert.throws(
      () => readSettings(environment),
      new Error(
        [
          'CHAINCODE_ID is "asset"; set the package id, "label:" and 64 hexadecimal digits',
          'CHAINCODE_SERVER_ADDRESS is "here"; set host:port, for example 0.0.0.0:9999',
          "only CHAINCODE_TLS_KEY is set; TLS needs both key and certificate",
          'CHAINCODE_TLS_KEY is "/no/such", which is no file here',
        ].join("\n"),
      ),
    );
  });

  it("refuses roots of client certificates without TLS, since nothing would check them", () => {
    assert.throws(
      () => readSettings({ CHAINCODE_ID: chaincodeId, CHAINCODE_TLS_CLIENT_CACERT: file }),
      /CHAINCODE_TLS_CLIENT_CACERT is set without CHAINCODE_TLS_KEY and CHAINCODE_TLS_CERT/,
    );
  });
});

describe("asset-transfer chaincode: activity", () => {
  it("is idle at once when nothing runs", async () => {
    await new Activity().idle(60_000);
  });

  it("is idle after the last transaction ended, also when one failed", async () => {
    const activity = new Activity();
    const first = new EventEmitter();
    const second = new EventEmitter();
    const running = [first, second].map((end) => activity.during(() => once(end, "done")));
    let idle = false;
    const waiting = activity.idle(60_000).then(() => (idle = true));

    first.emit("error", new Error("refused"));
    await assert.rejects(running[0]!, new Error("refused"));
    assert.equal(idle, false);

    second.emit("done");
    await waiting;
    await running[1];
  });

  it("stops waiting for a transaction that never ends, as when its peer died in the middle", async () => {
    const activity = new Activity();
    void activity.during(() => new Promise(() => undefined));
    await activity.idle(1);
  });
});
