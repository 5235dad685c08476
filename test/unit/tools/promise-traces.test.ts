import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const root = join(__dirname, "../../..");

/** The SDK's record of a promise's origin, and the limit of the next error's stack. */
function noted(env: NodeJS.ProcessEnv): { trace: string; limit: number } {
  const program = `
    const { debuggablePromise } = require("@pulumi/pulumi/runtime/debuggable");
    const promise = Promise.resolve();
    debuggablePromise(promise, "a promise");
    process.on("exit", () => console.log(JSON.stringify({ trace: promise._debugStackTrace, limit: Error.stackTraceLimit })));`;
  const { stdout, stderr } = spawnSync(process.execPath, ["-r", "./tools/runtime/promise-traces.cjs", "-e", program], {
    cwd: root,
    env: { ...process.env, ...env },
    encoding: "utf8",
  });
  assert.equal(stderr, "");
  return JSON.parse(stdout) as ReturnType<typeof noted>;
}

describe("traces of the SDK's promises", function () {
  this.timeout(60_000);

  it("are not taken, since they cost a program more than half of its processor time", () => {
    const { trace, limit } = noted({ PULUMI_DEBUG_PROMISE_LEAKS: "" });
    assert.equal(trace, "Error");
    assert.ok(limit > 0, "other errors keep theirs");
  });

  it("are recorded on request, for finding promises that never end", () => {
    assert.match(noted({ PULUMI_DEBUG_PROMISE_LEAKS: "1" }).trace, /^Error\n +at debuggablePromise/);
  });
});
