import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { projectRoot } from "../../../tools/paths";

/** Runs a command with an output that no process reads. */
async function runUnread(file: string, ...words: string[]): Promise<{ code: number | null; errors: string }> {
  const child = spawn(process.execPath, ["-r", "./tools/runtime/typescript-cache.cjs", file, ...words], {
    cwd: projectRoot,
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout.destroy();
  let errors = "";
  child.stderr.on("data", (text: Buffer) => (errors += text.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, errors };
}

describe("tools: a command whose reader is gone, as after `... | head -1`", function () {
  this.timeout(30_000);

  for (const [file, ...words] of [
    ["local-cluster/main.ts", "host", "list"],
    ["tools/cli/environment.ts"],
    ["tools/preview-report/main.ts", "local-fabric", "--file", "test/unit/tools/previews/no-change.json"],
  ] as const) {
    it(`does its work and says nothing more: ${file}`, async () => {
      assert.deepEqual(await runUnread(file, ...words), { code: 0, errors: "" });
    });
  }
});
