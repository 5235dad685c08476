import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../../tools/paths";
import { levelCount, levels, sum, summary } from "../../../tools/test-runner/levels";
import { temporaryFolder } from "./temporary";

describe("tools: the sum of a test run", () => {
  it("adds the levels up to one line", () => {
    const total = sum([
      { passed: 3, failed: 0 },
      { passed: 2, failed: 1 },
    ]);
    assert.equal(summary(total), "5 passed, 1 failed");
    assert.equal(summary(sum([])), "0 passed, 0 failed");
  });

  it("takes the count of a level that came to its end", () => {
    assert.deepEqual(levelCount({ passed: 4, failed: 0 }, 0), { passed: 4, failed: 0 });
    assert.deepEqual(levelCount({ passed: 4, failed: 2 }, 2), { passed: 4, failed: 2 });
  });

  it("counts a level that broke as failed, or its tests would just be missing", () => {
    assert.deepEqual(levelCount(undefined, 143), { passed: 0, failed: 1 });
    assert.deepEqual(levelCount({ passed: 4, failed: 0 }, 7), { passed: 4, failed: 1 });
  });

  it("counts a level without tests as failed, since it proves nothing", () => {
    assert.deepEqual(levelCount({ passed: 0, failed: 0 }, 0), { passed: 0, failed: 1 });
  });

  it("has a level for each folder of tests", () => {
    const folders = readdirSync(join(projectRoot, "test"), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name !== "support")
      .map((entry) => entry.name);
    assert.deepEqual(levels.map(({ name }) => name).sort(), folders.sort());
  });
});

describe("tools: test reporter", () => {
  const folder = temporaryFolder();

  it("counts passed and failed tests, and a failed hook as one", () => {
    writeFileSync(
      join(folder.path, "sample.test.js"),
      `it("passes", () => {});
       it("fails", () => { throw new Error("no"); });
       describe("with a broken hook", () => { before(() => { throw new Error("no"); }); it("never runs", () => {}); });`,
    );
    const countFile = join(folder.path, "count.json");
    const mocha = [
      "node_modules/mocha/bin/mocha.js",
      "--reporter",
      join(projectRoot, "tools", "test-runner", "reporter.ts"),
    ];
    const result = spawnSync(process.execPath, [...mocha, join(folder.path, "sample.test.js")], {
      cwd: projectRoot,
      env: { ...process.env, TEST_COUNT_FILE: countFile },
      encoding: "utf8",
    });
    assert.match(result.stdout, /Error: no[^]*1 passing[^]*2 failing[^]*Error: no/, "at once, and again at the end");
    assert.deepEqual(JSON.parse(readFileSync(countFile, "utf8")), { passed: 1, failed: 2 });
  });
});
