/** The provider's schema, read by Pulumi's own commands. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ledger } from "../../provider/registry";
import { paths, projectRoot } from "../../tools/paths";

interface PropertySpec {
  description?: string;
  default?: unknown;
  secret?: boolean;
  replaceOnChanges?: boolean;
}

interface ObjectSpec {
  description?: string;
  properties?: Record<string, PropertySpec>;
  required?: string[];
  inputProperties?: Record<string, PropertySpec>;
  requiredInputs?: string[];
}

interface Schema {
  resources: Record<string, ObjectSpec>;
  types: Record<string, ObjectSpec>;
  provider: ObjectSpec;
}

describe("the provider's schema", function () {
  this.timeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), "ledger-schema-"));
  const file = join(folder, "schema.json");
  let schema: Schema;

  const pulumi = (...args: string[]): string =>
    execFileSync(join(paths.bin, "pulumi"), args, {
      encoding: "utf8",
      env: { ...process.env, PULUMI_HOME: folder, PULUMI_SKIP_UPDATE_CHECK: "true" },
      stdio: ["ignore", "pipe", "pipe"],
    });

  before(() => {
    const text = pulumi("package", "get-schema", join(projectRoot, "provider", "pulumi-resource-ledger"));
    writeFileSync(file, text);
    schema = JSON.parse(text) as Schema;
  });
  after(() => rmSync(folder, { recursive: true }));

  it("is one that pulumi schema check accepts", () => {
    assert.doesNotMatch(pulumi("schema", "check", file), /error|warning/i);
  });

  it("has every resource type", () => {
    const declared = ledger.resources.map(({ declaration }) => declaration.token);
    assert.deepEqual(Object.keys(schema.resources).sort(), declared.sort());
  });

  it("says of every property what it means, and of one that may be left out what counts then", () => {
    const wrong: string[] = [];
    const check = (owner: string, properties: Record<string, PropertySpec> = {}, required: string[] = []): void => {
      for (const [name, { description }] of Object.entries(properties)) {
        if (!/^[A-Z0-9`].*\.$/.test(description ?? "")) wrong.push(`${owner}.${name}: no sentence`);
        if (required.includes(name)) continue;
        if (!/Default: /.test(description ?? "")) wrong.push(`${owner}.${name}: no default`);
      }
    };
    const all = { ...schema.resources, ...schema.types, "the provider": schema.provider };
    for (const [token, spec] of Object.entries(all)) {
      if (!/\.$/.test(spec.description ?? "")) wrong.push(`${token}: no sentence`);
      check(token, spec.properties, spec.required);
      check(token, spec.inputProperties, spec.requiredInputs);
    }
    assert.deepEqual(wrong, []);
  });

  it("marks keys as secret at any depth", () => {
    const secret = (spec: ObjectSpec | undefined, name: string): unknown =>
      (spec?.inputProperties ?? spec?.properties)?.[name]?.secret;
    assert.equal(secret(schema.types["ledger:fabric:SigningIdentity"], "privateKey"), true);
    assert.equal(secret(schema.types["ledger:fabric:OrdererAddress"], "adminPrivateKey"), true);
    assert.equal(secret(schema.resources["ledger:pki:Certificate"], "caPrivateKey"), true);
    assert.equal(schema.resources["ledger:pki:Certificate"]?.properties?.["privateKey"]?.secret, true);
    assert.equal(schema.resources["ledger:ethereum:Account"]?.properties?.["privateKey"]?.secret, true);
    assert.equal(secret(schema.provider, "kubeconfig"), true);
  });

  it("marks inputs that replace the resource", () => {
    const identity = ({ inputProperties = {} }: ObjectSpec): string[] =>
      Object.keys(inputProperties).filter((name) => inputProperties[name]?.replaceOnChanges === true);
    assert.deepEqual(
      Object.fromEntries(Object.entries(schema.resources).map(([token, spec]) => [token, identity(spec).sort()])),
      {
        "ledger:pki:CertificateAuthority": ["commonName", "organization"],
        "ledger:pki:Certificate": ["commonName", "nodeOu", "organization", "usage"],
        "ledger:pki:RevocationList": [],
        "ledger:ethereum:Account": ["privateKey"],
        "ledger:ethereum:Genesis": [],
        "ledger:ethereum:ValidatorSet": ["genesisHash"],
        "ledger:ethereum:Rollout": [],
        "ledger:ethereum:ChainPlace": ["genesisHash"],
        "ledger:ethereum:ChainStart": ["genesisHash"],
        "ledger:fabric:Approval": ["channelId", "digest"],
        "ledger:fabric:Channel": [],
        "ledger:fabric:ChannelMembership": ["channelId", "genesisHash"],
        "ledger:fabric:Chaincode": ["channelId", "name"],
        "ledger:fabric:Rollout": [],
        "ledger:kubernetes:Halt": [],
        "ledger:kubernetes:RestorePoint": ["moment", "namespace"],
        "ledger:kubernetes:Rollout": [],
      },
    );
  });
});
