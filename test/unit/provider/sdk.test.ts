/** Classes of the provider for programs. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";

describe("provider/sdk", () => {
  it("loads declarations alone: no implementation, no client of nodes or of Kubernetes", () => {
    const root = join(__dirname, "..", "..", "..");
    const script = 'require("./provider/sdk"); console.log(JSON.stringify(Object.keys(require.cache)));';
    const output = execFileSync(process.execPath, ["-r", "ts-node/register", "-e", script], {
      cwd: root,
      encoding: "utf8",
    });
    const loaded = JSON.parse(output) as string[];
    assert.ok(loaded.some((file) => file.endsWith("provider/fabric/declarations.ts")));
    const heavy =
      /provider\/\w+\/(resources|clients|work)\/|@kubernetes\/client-node|fabric-protos\/.*_grpc_pb|@peculiar\/x509/;
    assert.deepEqual(
      loaded.filter((file) => heavy.test(file)),
      [],
    );
  }).timeout(60_000);
});
