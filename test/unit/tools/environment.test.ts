import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  hasOwnBackend,
  localBackend,
  localPassphrase,
  shellChanges,
  toolEnvironment,
} from "../../../tools/cli/environment";
import { paths } from "../../../tools/paths";
import { temporaryFolder } from "./temporary";

describe("tools: environment of a local stack", () => {
  it("keeps its state in this project, under a passphrase that needs no typing", () => {
    const environment = toolEnvironment({ isLocal: true, base: { PATH: "/usr/bin" } });
    assert.equal(environment.PULUMI_BACKEND_URL, localBackend);
    assert.equal(environment.PULUMI_CONFIG_PASSPHRASE, localPassphrase);
  });

  it("leaves the user's own Pulumi home alone", () => {
    const environment = toolEnvironment({
      isLocal: true,
      base: { PATH: "/usr/bin", PULUMI_HOME: "/home/ana/.pulumi" },
    });
    assert.equal(environment.PULUMI_HOME, paths.pulumiHome);
  });

  it("keeps a backend that the user names", () => {
    const environment = toolEnvironment({ isLocal: true, base: { PULUMI_BACKEND_URL: "s3://states" } });
    assert.equal(environment.PULUMI_BACKEND_URL, "s3://states");
  });

  it("puts the tools first on PATH, once, however often it is applied", () => {
    const once = toolEnvironment({ isLocal: true, base: { PATH: "/usr/bin:/bin" } });
    const twice = toolEnvironment({ isLocal: true, base: once });
    assert.ok(once.PATH?.startsWith(`${paths.bin}:`));
    assert.ok(once.PATH?.endsWith(":/usr/bin:/bin"));
    assert.equal(twice.PATH, once.PATH);
  });
});

describe("tools: environment of a stack of the user's own", () => {
  const folder = temporaryFolder();

  it("takes back what a local stack has set, when one command runs inside another", () => {
    const local = toolEnvironment({ isLocal: true, base: { PATH: "/usr/bin" } });
    const own = toolEnvironment({ isLocal: false, base: local });
    assert.equal(own.PULUMI_BACKEND_URL, undefined);
    assert.equal(own.PULUMI_CONFIG_PASSPHRASE, undefined);
  });

  it("keeps the user's backend, passphrase and login", () => {
    const base = {
      PULUMI_BACKEND_URL: "gs://states",
      PULUMI_CONFIG_PASSPHRASE: "own",
      PULUMI_HOME: "/home/ana/.pulumi",
    };
    const environment = toolEnvironment({ isLocal: false, base });
    assert.equal(environment.PULUMI_BACKEND_URL, "gs://states");
    assert.equal(environment.PULUMI_CONFIG_PASSPHRASE, "own");
    assert.equal(environment.PULUMI_CREDENTIALS_PATH, "/home/ana/.pulumi");
  });

  it("knows a backend by its variable, a token or a login, and not by the state of local stacks", () => {
    const home = join(folder.path, ".pulumi");
    assert.equal(hasOwnBackend({ PULUMI_HOME: home }), false);
    assert.equal(hasOwnBackend({ PULUMI_HOME: home, PULUMI_BACKEND_URL: localBackend }), false);
    assert.equal(hasOwnBackend({ PULUMI_HOME: home, PULUMI_BACKEND_URL: "", PULUMI_ACCESS_TOKEN: "" }), false);
    assert.equal(hasOwnBackend({ PULUMI_HOME: home, PULUMI_BACKEND_URL: "s3://states" }), true);
    assert.equal(hasOwnBackend({ PULUMI_HOME: home, PULUMI_ACCESS_TOKEN: "pul-0" }), true);
    mkdirSync(home);
    writeFileSync(join(home, "credentials.json"), JSON.stringify({ current: "https://api.pulumi.com" }));
    assert.equal(hasOwnBackend({ PULUMI_HOME: home }), true);
  });
});

describe("tools: environment for a shell", () => {
  it("sets, changes and removes variables with any values", () => {
    const from = { PATH: process.env.PATH, GONE: "x", KEPT: "same", CHANGED: "old" };
    const to = { PATH: process.env.PATH, KEPT: "same", CHANGED: `it's "$HOME" \\ new\nline` };
    const script = `${shellChanges(from, to)}printf '%s|%s|%s' "\${GONE-none}" "$KEPT" "$CHANGED"`;
    const output = execFileSync("sh", ["-c", script], { env: from, encoding: "utf8" });
    assert.equal(output, `none|same|${to.CHANGED}`);
  });
});
