import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const root = join(__dirname, "../../..");

/** How a plugin and a program begin: the language host's script has loaded the SDK before the program. */
const beginnings = {
  plugin: ["-r", "./tools/runtime/promise-traces.cjs"],
  program: ["-r", "@pulumi/pulumi/runtime/debuggable", "-r", "./tools/runtime/promise-traces.cjs"],
} as const;

/** The SDK's record of a promise's origin, and the limit of the next error's stack. */
function noted(flags: readonly string[], env: NodeJS.ProcessEnv): { trace: string; limit: number } {
  const program = `
    const debuggable = require("@pulumi/pulumi/runtime/debuggable");
    const promise = Promise.resolve();
    debuggable.debuggablePromise(promise, "a promise");
    process.on("exit", () => console.log(JSON.stringify({ trace: promise._debugStackTrace, limit: Error.stackTraceLimit })));`;
  const { stdout, stderr } = spawnSync(process.execPath, [...flags, "-e", program], {
    cwd: root,
    env: { ...process.env, ...env },
    encoding: "utf8",
  });
  assert.equal(stderr, "");
  return JSON.parse(stdout) as ReturnType<typeof noted>;
}

describe("traces of the SDK's promises", function () {
  this.timeout(60_000);

  for (const [kind, flags] of Object.entries(beginnings)) {
    it(`are not taken in a ${kind}, since they cost much of its processor time`, () => {
      const { trace, limit } = noted(flags, { PULUMI_DEBUG_PROMISE_LEAKS: "" });
      assert.equal(trace, "Error");
      assert.ok(limit > 0, "other errors keep theirs");
    });

    it(`are recorded in a ${kind} on request, for finding promises that never end`, () => {
      assert.match(
        noted(flags, { PULUMI_DEBUG_PROMISE_LEAKS: "1" }).trace,
        /^Error\n +at (Object\.)?debuggablePromise/,
      );
    });
  }
});
