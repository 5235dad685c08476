import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "./temporary";

const root = join(__dirname, "../../..");

/** As many constructors as the SDK's own stand between a resource's creation and its stack trace. */
const program = `
  const { Resource } = require("@pulumi/pulumi/resource");
  class Own { constructor() { this.trace = Resource.stackTrace(4); } }
  class Custom extends Own { constructor() { super(); } }
  class ConfigMap extends Custom { constructor() { super(); } }
  const create = () => new ConfigMap();
  console.log(JSON.stringify(create().trace.map((frame) => frame?.line)));
`;

describe("stack traces of resources", function () {
  this.timeout(60_000);

  const folder = temporaryFolder();

  const traceOf = (...flags: string[]): (number | null)[] => {
    const file = join(folder.path, "program.cjs");
    writeFileSync(file, program);
    const { stdout, stderr } = spawnSync(process.execPath, ["-r", "./tools/runtime/lazy-modules.cjs", ...flags, file], {
      cwd: root,
      env: { ...process.env, NODE_PATH: join(root, "node_modules") },
      encoding: "utf8",
    });
    assert.equal(stderr, "");
    return JSON.parse(stdout) as (number | null)[];
  };

  it("end at the place that creates the resource, since the state is a tenth larger by the rest", () => {
    const whole = traceOf();
    assert.ok(whole.length > 1, "the SDK's own trace goes on to the start of the program");
    assert.equal(whole[0], 6, "and begins in the function that creates the resource");
    const hook = ["-r", "./tools/runtime/resource-traces.cjs"];
    assert.deepEqual(traceOf(...hook), [6]);
    assert.deepEqual(
      traceOf("-r", "@pulumi/pulumi/resource", ...hook),
      [6],
      "also where the SDK was loaded before, as in programs",
    );
  });
});
