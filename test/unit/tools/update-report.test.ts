import assert from "node:assert/strict";
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LineReader, UpdateReport, type EngineEvent } from "../../../tools/cli/update-report";
import { temporaryFolder } from "./temporary";

describe("tools: an update without a terminal", () => {
  let lines: string[];
  let seconds: number;
  let report: UpdateReport;

  beforeEach(() => {
    lines = [];
    seconds = 0;
    report = new UpdateReport(
      (line) => lines.push(line),
      () => seconds * 1000,
    );
  });

  const urn = (name: string, type = "kubernetes:apps/v1:StatefulSet"): string =>
    `urn:pulumi:dev::project::blockchain-clusters:fabric:Peer$${type}::${name}`;
  const step = (name: string, op = "create") => ({
    metadata: { op, urn: urn(name), type: "kubernetes:apps/v1:StatefulSet", new: { custom: true } },
  });
  const begin = (name: string, op?: string): void => report.take({ resourcePreEvent: step(name, op) });
  const end = (name: string, op?: string): void => report.take({ resOutputsEvent: step(name, op) });
  const say = (message: string, more: Partial<NonNullable<EngineEvent["diagnosticEvent"]>> = {}): void =>
    report.take({ diagnosticEvent: { message, severity: "info", ...more } });

  function pass(duration: number): void {
    for (const until = seconds + duration; seconds < until; seconds++) report.tick();
    report.tick();
  }

  it("is a line for each changed resource, and none for unchanged ones and components", () => {
    begin("peer0");
    begin("peer1", "same");
    seconds = 2.5;
    end("peer0");
    end("peer1", "same");
    report.take({ resOutputsEvent: { metadata: { ...step("component").metadata, new: {} } } });
    report.take({ summaryEvent: { durationSeconds: 3, resourceChanges: { create: 1, same: 1 } } });
    assert.deepEqual(lines, ["  create StatefulSet peer0 (2.5 s)", "resources: 1 create, 1 unchanged (3 s)"]);
  });

  it("reports long waits, ever more rarely, with the last status of the longest", () => {
    for (const name of ["peer0", "peer1", "peer2", "peer3"]) begin(name);
    say("[1/2] 0/1 Pods ready", { urn: urn("peer0"), ephemeral: true });
    say("scheduled", { urn: urn("peer1") });
    pass(100);
    const waits =
      "StatefulSet peer0: [1/2] 0/1 Pods ready; StatefulSet peer1: scheduled; StatefulSet peer2; and 1 more";
    assert.deepEqual(
      lines,
      [15, 30, 60].map((after) => `  waiting for ${after} s: ${waits}`),
    );
  });

  it("reports a later wait as soon as the first one, after a time without waits", () => {
    begin("peer0");
    pass(20);
    end("peer0");
    pass(1);
    begin("peer1");
    pass(20);
    assert.deepEqual(
      lines.filter((line) => line.includes("waiting")),
      ["  waiting for 15 s: StatefulSet peer0", "  waiting for 15 s: StatefulSet peer1"],
    );
  });

  it("has each error and warning as a whole, where it belongs", () => {
    begin("peer0");
    seconds = 1;
    say("debugging", { severity: "debug" });
    say("careful", { severity: "warning" });
    say("no such image\n  second line\n", { severity: "error", urn: urn("peer0") });
    assert.equal(report.hasError, true);
    report.take({ resOpFailedEvent: step("peer0") });
    assert.deepEqual(lines, [
      "warning: careful",
      "error: StatefulSet peer0: no such image\n  second line",
      "  create StatefulSet peer0 failed (1.0 s)",
    ]);
  });
});

describe("tools: lines that another process writes", () => {
  const folder = temporaryFolder();

  it("come when they are whole, also where a character is cut in two", () => {
    const file = join(folder.path, "events");
    writeFileSync(file, "one\ntw");
    const reader = new LineReader(file);
    assert.deepEqual(reader.read(), ["one"]);
    const letter = Buffer.from("ü");
    appendFileSync(file, Buffer.concat([Buffer.from("o "), letter.subarray(0, 1)]));
    assert.deepEqual(reader.read(), []);
    appendFileSync(file, Buffer.concat([letter.subarray(1), Buffer.from("\n")]));
    assert.deepEqual(reader.read(), ["two ü"]);
    reader.close();
  });
});
