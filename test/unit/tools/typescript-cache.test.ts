import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(__dirname, "../../..");

/** JSON output of a process that caches its JavaScript. */
function run(script: string): unknown {
  const output = execFileSync(process.execPath, ["-r", "./tools/runtime/typescript-cache.cjs", "-e", script], {
    cwd: root,
    env: { ...process.env, NODE_NO_WARNINGS: "1" },
    encoding: "utf8",
  });
  return JSON.parse(output);
}

describe("tools/runtime/typescript-cache", () => {
  it("puts off what the Pulumi SDK needs only to turn functions into text, and it works when it is needed", () => {
    const script = `
      const pulumi = require("@pulumi/pulumi");
      const heavy = () => Object.keys(require.cache).filter((file) =>
        /node_modules.(typescript.lib.typescript|@npmcli.arborist.lib.index)\\.js$/.test(file)).length;
      const before = heavy();
      pulumi.runtime.serializeFunction(() => 40 + 2).then(async ({ text }) => {
        await pulumi.runtime.computeCodePaths();
        console.log(JSON.stringify({ before, text: text.includes("40 + 2"), after: heavy() }));
      });`;
    assert.deepEqual(run(script), { before: 0, text: true, after: 2 });
  });

  it("puts off what few stacks need, and it works when it is needed", () => {
    const script = `
      const loaded = () => ["@peculiar.x509", "@pulumi.pulumi.automation", "zod.v4.locales.de"].map((path) =>
        Object.keys(require.cache).some((file) => new RegExp("node_modules." + path + "\\\\b").test(file)));
      const { automation } = require("@pulumi/pulumi");
      const { locales } = require("zod");
      const { describeCertificate } = require("./ledger/fabric/certificate-description.ts");
      const before = loaded();
      const works = [typeof automation.LocalWorkspace, typeof locales.de];
      try { describeCertificate("no certificate"); } catch (error) { works.push(error.constructor.name); }
      console.log(JSON.stringify({ before, works, after: loaded() }));`;
    const { before, works, after } = run(script) as Record<string, unknown[]>;
    assert.deepEqual([before, after], [Array(3).fill(false), Array(3).fill(true)]);
    assert.deepEqual(works?.slice(0, 2), ["function", "function"]);
  });

  it("leaves the lines of TypeScript in stack traces, also with another source map support", () => {
    const folder = mkdtempSync(join(tmpdir(), "typescript-cache-"));
    try {
      const file = join(folder, "failing.ts");
      writeFileSync(
        file,
        `interface Gone {\n  now: string;\n}\nexport const stack = new Error("here").stack as string;\n`,
      );
      const script = `console.log(JSON.stringify(require(${JSON.stringify(file)}).stack))`;
      assert.match(run(script) as string, /failing\.ts:4:/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
