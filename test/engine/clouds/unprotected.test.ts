/** Reading lost protection from an event log that the real engine wrote. */
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readUnprotected } from "../../../tools/preview-report/unprotected";
import { StandInCloud, standInPlugins } from "../../support/clouds";
import { PulumiProgram } from "../../support/pulumi-program";

const source = `
import { Key } from "@pulumi/aws/kms";
import { Provider } from "@pulumi/aws/provider";
const { keys } = require("./input.json");
const provider = new Provider("aws", { region: "eu-central-1" });
for (const [name, protect] of Object.entries(keys)) new Key(name, {}, { provider, protect: protect as boolean });
`;

describe("a protection that is lifted, under the engine", function () {
  this.timeout(120_000);

  let standIn: StandInCloud;
  let program: PulumiProgram;
  const events = join(tmpdir(), `unprotected-${process.pid}.jsonl`);

  before(async () => {
    standIn = await StandInCloud.open([]);
    program = await PulumiProgram.create(source, { plugins: standInPlugins, environment: standIn.environment });
    program.setInput({ keys: { lifted: true, kept: true, open: false } });
    await program.up();
  });

  after(async () => {
    await program.remove();
    standIn.remove();
    rmSync(events, { force: true });
  });

  it("is in the event log, though nothing else of the resource changes", async () => {
    program.setInput({ keys: { lifted: false, kept: true, open: false } });
    await program.succeed("preview", "--event-log", events);
    assert.deepEqual(readUnprotected(events), [
      { operation: "unprotect", type: "aws:kms/key:Key", kind: "Key", name: "lifted", reasons: ["protect"] },
    ]);
  });
});
