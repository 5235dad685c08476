/** Processes of tests end with the tests. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { isAlive } from "../../../lib/process-identity";
import { poll } from "../../../lib/wait";
import { projectRoot } from "../../../tools/paths";

describe("a process that a test started", () => {
  it("ends with a test runner that is killed, and has no time to stop it", async () => {
    const program = `
      const { ManagedProcess } = require("./test/support/processes.ts");
      const sleeping = new ManagedProcess({ name: "s", command: "sleep", args: ["600"], env: {}, logFile: "/dev/null" });
      sleeping.start();
      console.log(sleeping.pid);
      setInterval(() => undefined, 1000);`;
    const loader = join(projectRoot, "tools", "runtime", "typescript-cache.cjs");
    const runner = spawn(process.execPath, ["-r", loader, "-e", program], { cwd: projectRoot });
    const [line] = (await once(runner.stdout, "data")) as [Buffer];
    const pid = Number(line.toString());
    assert.ok(isAlive(pid));
    runner.kill("SIGKILL");
    await poll(async () => (isAlive(pid) ? undefined : true), { what: "the end of the process", timeoutSeconds: 10 });
  });
});
