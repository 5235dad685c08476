import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "../../../tools/paths";
import { ask } from "../../../lib/process";

describe("samples: a copy", () => {
  let copy: string;

  beforeEach(() => {
    copy = mkdtempSync(join(tmpdir(), "samples-"));
    symlinkSync(join(projectRoot, "node_modules"), join(copy, "node_modules"));
    writeFileSync(join(copy, "network.json"), "{}");
  });

  afterEach(() => rmSync(copy, { recursive: true }));

  for (const [sample, folders, kind] of [
    ["client/verify.ts", ["client", "stack"], "a running Fabric network"],
    ["client-ethereum/verify.ts", ["client-ethereum", "contract", "stack"], "a running Ethereum network"],
  ] as const) {
    it(`of ${folders.join(", ")} runs ${sample} without the project, since users build on it`, () => {
      for (const folder of folders) {
        cpSync(join(projectRoot, "samples", folder), join(copy, folder), { recursive: true });
      }
      const loader = join(projectRoot, "tools", "runtime", "typescript-cache.cjs");
      const { code, stderr } = ask(process.execPath, ["-r", loader, sample, "--outputs", "network.json"], {
        cwd: copy,
      });
      assert.equal(code, 1);
      assert.ok(stderr.includes(`the outputs of stack network.json are not those of ${kind}; `), stderr);
    });
  }
});
