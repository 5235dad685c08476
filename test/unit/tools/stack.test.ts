import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../../lib/user-error";
import { stacks } from "../../support/program/run";
import { checkFile } from "../../../config/check-file";
import { paths } from "../../../tools/paths";
import { checkStackFile, projectName, readStackFile, stackNames } from "../../../tools/cli/stack-file";
import { folderBackend } from "../../../tools/cli/environment";
import { isHeld, pendingOperations, stackLocks } from "../../../tools/cli/stack-lock";
import { temporaryFolder } from "./temporary";

describe("tools: stack files", () => {
  const folder = temporaryFolder();
  const write = (name: string, text: string): void => writeFileSync(join(folder.path, `Pulumi.${name}.yaml`), text);
  const isLocal = (name: string): boolean => readStackFile(name, folder.path).isLocal;

  it("knows the stacks whose cluster this project starts", () => {
    write("here", "config:\n  blockchain-clusters:cluster:\n    vendor: local\n");
    write("there", "config:\n  blockchain-clusters:cluster:\n    vendor: existing\n");
    assert.deepEqual([isLocal("here"), isLocal("there")], [true, false]);
  });

  it("knows the name of the local cluster that a stack is on", () => {
    const nameOf = (name: string): string => readStackFile(name, folder.path).localCluster;
    write("one", "config:\n  blockchain-clusters:cluster: { vendor: local }\n");
    write("other", "config:\n  blockchain-clusters:cluster: { vendor: local, name: east }\n");
    assert.deepEqual([nameOf("one"), nameOf("other")], ["local", "east"]);
  });

  it("knows the stacks whose local cluster takes snapshots of volumes", () => {
    const has = (name: string): boolean => readStackFile(name, folder.path).hasSnapshots;
    write("with", "config:\n  blockchain-clusters:cluster: { vendor: local, snapshots: true }\n");
    write("without", "config:\n  blockchain-clusters:cluster: { vendor: local }\n");
    write("elsewhere", "config:\n  blockchain-clusters:cluster: { vendor: existing, snapshots: true }\n");
    assert.deepEqual(["with", "without", "elsewhere"].map(has), [true, false, false]);
  });

  it("knows the stacks whose local cluster measures its pods for an autoscaler", () => {
    const has = (name: string): boolean => readStackFile(name, folder.path).hasMetrics;
    const writeNetwork = (name: string, vendor: string, network: string): void =>
      write(
        name,
        `config:\n  blockchain-clusters:cluster: { vendor: ${vendor} }\n  blockchain-clusters:network: ${network}\n`,
      );
    const scaled = "{ type: ethereum, ethereum: { rpc: { autoscaling: { maxReplicas: 3 } } } }";
    writeNetwork("scaled", "local", scaled);
    writeNetwork("fixed", "local", "{ type: ethereum, ethereum: { rpc: { replicas: 3 } } }");
    writeNetwork("fabric", "local", "{ type: fabric, fabric: {} }");
    writeNetwork("own", "existing", scaled);
    assert.deepEqual(["scaled", "fixed", "fabric", "own"].map(has), [true, false, false, false]);
  });

  it("follows merge keys, as Pulumi does", () => {
    write("merged", "x: &x { vendor: local }\nconfig:\n  blockchain-clusters:cluster: { <<: *x, nodes: 3 }\n");
    assert.equal(isLocal("merged"), true);
  });

  it("leaves a file without a cluster to the program, which says what it lacks", () => {
    write("empty", "");
    write("text", "config: hello\n");
    assert.deepEqual([isLocal("empty"), isLocal("text")], [false, false]);
  });

  it("names the stacks there are when one is not there", () => {
    write("here", "");
    write("there", "");
    assert.deepEqual(stackNames(folder.path), ["here", "there"]);
    assert.throws(
      () => readStackFile("nowhere", folder.path),
      /There is no stack nowhere: .*Pulumi\.nowhere\.yaml is missing\. Stacks: here, there\./,
    );
  });

  it("names the file that is not YAML", () => {
    write("broken", "config: [\n");
    assert.throws(() => readStackFile("broken", folder.path), /Pulumi\.broken\.yaml is not YAML: /);
  });
});

describe("tools: locks of a stack", () => {
  const folder = temporaryFolder();
  const lock = { pid: 4711, username: "ana", hostname: "here", timestamp: "2026-01-01T00:00:00Z" };

  it("finds the lock of an engine where the file backend keeps it", () => {
    const locks = join(folder.path, ".pulumi", "locks", "organization", "project", "stack");
    mkdirSync(locks, { recursive: true });
    writeFileSync(join(locks, "a.json"), JSON.stringify(lock));
    writeFileSync(join(locks, "a.json.attrs"), "{}");
    assert.deepEqual(stackLocks(folderBackend(folder.path), "project", "stack"), [lock]);
    assert.deepEqual(stackLocks(`file://${folder.path}`, "project", "other"), []);
  });

  it("counts the operations that a killed engine left in the state", () => {
    const stacks = join(folder.path, ".pulumi", "stacks", "project");
    const count = (latest: unknown): number | undefined => {
      mkdirSync(stacks, { recursive: true });
      writeFileSync(join(stacks, "stack.json"), JSON.stringify({ version: 3, checkpoint: { latest } }));
      return pendingOperations(folderBackend(folder.path), "project", "stack");
    };
    const operation = { resource: {}, type: "creating" };
    assert.deepEqual([count({ pending_operations: [operation] }), count({}), count(undefined)], [1, 0, 0]);
    assert.equal(pendingOperations(folderBackend(folder.path), "project", "compressed"), undefined);
    assert.equal(pendingOperations("s3://states", "project", "stack"), undefined);
    writeFileSync(join(stacks, "cut-off.json"), "");
    assert.equal(pendingOperations(folderBackend(folder.path), "project", "cut-off"), undefined);
  });

  it("looks into no backend that is elsewhere", () => {
    assert.deepEqual(stackLocks("s3://states", "project", "stack"), []);
  });

  it("releases the lock of an engine that is gone", () => {
    assert.equal(isHeld({ ...lock, pid: 2 ** 30 }, "here"), false);
  });

  it("respects the lock of an engine on another machine, which is invisible here", () => {
    assert.equal(isHeld({ ...lock, pid: 2 ** 30 }, "there"), true);
  });

  it("does not take another program with the engine's old process id for the engine", () => {
    assert.equal(isHeld({ ...lock, pid: process.pid }, "here"), false);
  });
});

describe("tools: mistakes in a stack file", () => {
  const folder = temporaryFolder();
  const check = (text: string): Promise<void> => {
    writeFileSync(join(folder.path, "Pulumi.dev.yaml"), text);
    return checkStackFile("dev", folder.path);
  };

  it("is said before anything is installed or started", async () => {
    await assert.rejects(
      check("config:\n  blockchain-clusters:cluster: { vendor: local }\n"),
      new UserError(
        "Stack dev has 1 problem; nothing was changed.\n" +
          "  network: missing; must be a map of keys, with the key type: one of fabric, ethereum",
      ),
    );
  });

  it("is nothing where maps are merged, which Pulumi does and YAML 1.2 no longer", async () => {
    await check(
      [
        "config:",
        "  blockchain-clusters:cluster: { vendor: local }",
        "  blockchain-clusters:network:",
        "    type: ethereum",
        "    ethereum:",
        "      resources:",
        "        validator: &node { requests: { memory: 2Gi } }",
        "        rpc: { <<: *node, limits: { memory: 8Gi } }",
        "",
      ].join("\n"),
    );
  });

  it("is left to the program where only Pulumi can read it", async () => {
    await check("config:\n  blockchain-clusters:network: { ethereum: { faucet: { privateKey: { secure: v1:x } } } }\n");
  });

  it("is nothing in the files of this project", () => {
    for (const name of stacks) assert.equal(checkFile(projectName(), join(paths.stacks, `Pulumi.${name}.yaml`)), "");
  });
});
