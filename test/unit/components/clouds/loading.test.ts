import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { resolve } from "node:path";

const root = resolve(__dirname, "../../../..");

describe("components/clouds", () => {
  it("loads the SDK of no cloud by itself, since a program needs one of them at most", () => {
    const script = `
      require("./components/clouds");
      const loaded = Object.keys(require.cache).map((file) => /node_modules.@pulumi.([a-z-]+)/.exec(file)?.[1]);
      console.log(JSON.stringify([...new Set(loaded)].filter(Boolean).sort()));`;
    const output = execFileSync(process.execPath, ["-r", "./tools/runtime/typescript-cache.cjs", "-e", script], {
      cwd: root,
      encoding: "utf8",
    });
    assert.deepEqual(JSON.parse(output), ["kubernetes", "pulumi"]);
  });
});
