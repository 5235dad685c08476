/** Report of an update from the events of a real engine, whose form Pulumi may change. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UpdateReport, type EngineEvent } from "../../tools/cli/update-report";
import { PulumiProgram } from "../support/pulumi-program";

const source = `
import { CertificateAuthority } from "provider/sdk";
const input = require("./input.json");
new CertificateAuthority("ca", { commonName: "ca.org1", organization: "org1", ...input.ca });
`;

describe("an update without a terminal, under the engine", function () {
  this.timeout(120_000);
  let program: PulumiProgram;
  let folder: string;

  before(async () => {
    program = await PulumiProgram.create(source);
    folder = mkdtempSync(join(tmpdir(), "events-"));
  });
  after(async () => {
    await program.remove();
    rmSync(folder, { recursive: true });
  });

  async function told(): Promise<string[]> {
    const file = join(folder, "events.jsonl");
    rmSync(file, { force: true });
    await program.start("up", "--yes", "--skip-preview", "--event-log", file).outcome;
    const lines: string[] = [];
    const report = new UpdateReport((line) => lines.push(line.replace(/\d+(\.\d+)? s/, "N s")));
    for (const line of readFileSync(file, "utf8").split("\n").filter(Boolean)) {
      report.take(JSON.parse(line) as EngineEvent);
    }
    assert.doesNotMatch(lines.join("\n"), /PRIVATE KEY/);
    return lines;
  }

  it("is one line for each created resource, and the sum", async () => {
    const lines = await told();
    assert.ok(lines.includes("  create CertificateAuthority ca (N s)"), lines.join("\n"));
    assert.match(lines.at(-1) ?? "", /^resources: .*create.*\(N s\)$/);
  });

  it("is the sum alone where nothing changed", async () => {
    assert.deepEqual(
      (await told()).map((line) => line.split(":")[0]),
      ["resources"],
    );
  });

  it("has the whole error of a failed resource", async () => {
    program.setInput({ ca: { validityDays: -1 } });
    const text = (await told()).join("\n");
    assert.match(text, /^error: CertificateAuthority ca: .*validityDays/ms);
  });
});
