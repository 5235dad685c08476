/**
 * Every resource of every stack file, as the program registers it with the engine. Shows the effect of a change of the
 * program on each stack; does not show that a cluster or a ledger would accept it.
 *
 * `UPDATE=1` writes the expected files; review their diff. test/golden/README.md explains their form.
 */
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { stackRun, stacks, type Registration } from "../support/program/run";
import { documentOf } from "./document";
import { readStackFiles, renderStack } from "./render";

const folder = join(__dirname, "expected");
const read = (file: string) => readFileSync(join(folder, file), "utf8");

describe("golden files", function () {
  this.timeout(180_000);

  for (const stack of stacks) {
    it(`of stack ${stack} have its resources, since every change to them belongs in a review`, async () => {
      const rendered = await renderStack(stack);
      if (process.env.UPDATE === "1") write(stack, rendered);
      assert.deepEqual(expectedFiles(stack), [...rendered.keys()].sort());
      for (const [file, text] of rendered) assert.equal(text, read(file), file);
    });
  }

  for (const stack of stacks) {
    it(`of stack ${stack} leave nothing out: the resources can be made of them again`, async () => {
      assert.deepEqual(await readStackFiles(stack, read), documentOf(await stackRun(stack)));
    });
  }

  it("change with every option and every input of every resource", async () => {
    const stack = "local-ethereum";
    const run = await stackRun(stack);
    const usual = documentOf(run);
    let changes = 0;
    for (const [at, resource] of run.resources.entries()) {
      if (resource.type === "pulumi:pulumi:Stack") continue;
      for (const changed of changesOf(resource)) {
        const resources = run.resources.with(at, changed);
        assert.notDeepEqual(documentOf({ ...run, resources }), usual, `${resource.urn}: ${JSON.stringify(changed)}`);
        changes++;
      }
    }
    assert.ok(changes > 1000, `only ${changes}`);
  });

  it("are there for the project's stacks alone", () => {
    const others = readdirSync(folder).filter((file) => !stacks.includes(file.replace(/\.yaml$/, "")));
    if (process.env.UPDATE === "1") for (const file of others) rmSync(join(folder, file), { recursive: true });
    else assert.deepEqual(others, []);
  });
});

function expectedFiles(stack: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const own = files.filter((file) => file === `${stack}.yaml` || file.startsWith(`${stack}/`));
  return own.filter((file) => statSync(join(folder, file)).isFile()).sort();
}

function write(stack: string, files: ReadonlyMap<string, string>): void {
  rmSync(join(folder, stack), { recursive: true, force: true });
  for (const [file, text] of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
}

/** The resource with one change: of an option, or of a value anywhere in its inputs. */
function* changesOf(resource: Registration): Generator<Registration> {
  for (const option of ["provider", "deletedWith", "replacementTrigger"] as const) {
    yield { ...resource, [option]: "another" };
  }
  for (const option of ["protect", "retainOnDelete", "deleteBeforeReplace"] as const) {
    yield { ...resource, [option]: !resource[option] };
  }
  for (const option of ["dependsOn", "ignoreChanges", "replaceOnChanges", "additionalSecretOutputs"] as const) {
    yield { ...resource, [option]: [...resource[option], "another"] };
  }
  yield { ...resource, customTimeouts: { create: "1m" } };
  if (resource.custom) for (const inputs of othersOf(resource.inputs)) yield { ...resource, inputs };
  else yield { ...resource, parent: "urn:pulumi:stack::project::another:kind:Of::parent" };
}

/** Values that differ from this one in one place. */
function* othersOf(value: unknown): Generator {
  if (Array.isArray(value)) {
    yield [...(value as unknown[]), "another"];
    for (const [at, item] of value.entries()) for (const other of othersOf(item)) yield value.with(at, other);
  } else if (typeof value === "object" && value !== null) {
    yield { ...value, another: true };
    for (const [key, field] of Object.entries(value)) {
      for (const other of othersOf(field)) yield { ...value, [key]: other };
    }
  } else yield typeof value === "string" ? `${value} ` : "another";
}
