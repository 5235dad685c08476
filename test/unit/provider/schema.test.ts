import assert from "node:assert/strict";
import { problem, secretValue } from "../../../lib/problem";
import { Secret, unknownValue, type PropertyMap } from "../../../provider/framework/property-value";
import {
  flag,
  integer,
  list,
  object,
  oneOf,
  optional,
  parseInputs,
  secretText,
  text,
  withDefault,
} from "../../../provider/framework/schema";

const node = object(
  { token: "test:index:Node", description: "A node." },
  {
    name: text((given, path) =>
      given.startsWith("n") ? [] : [problem({ path, given, must: "start with n" })],
    ).describe("Name."),
    port: integer({ min: 1, max: 65535 }).describe("Port."),
    key: secretText().describe("Key."),
    role: optional(oneOf({ token: "test:index:Role", description: "Role." }, ["peer", "orderer"])).describe("Role."),
    isPublic: withDefault(flag(), false).describe("Whether others may connect."),
  },
);
const network = { nodes: list(node, { min: 1 }).describe("Nodes.") };
const good: PropertyMap = { name: "n1", port: 7050, key: "secret key" };

describe("input schema", () => {
  it("fills defaults and marks secrets that the program left plain", () => {
    const { inputs, problems } = parseInputs(network, { nodes: [good] });
    assert.deepEqual(problems, []);
    assert.deepEqual(inputs, { nodes: [{ name: "n1", port: 7050, key: new Secret("secret key"), isPublic: false }] });
  });

  it("reports all problems at once, each with its path, the given value and the correction", () => {
    const { problems } = parseInputs(network, {
      nodes: [{ name: "x", port: 70000, role: "client", colour: "red" }, "n2", { ...good, isPublic: "yes", name: "" }],
    });
    assert.deepEqual(
      problems.map(({ path, message }) => `${path}: ${message}`),
      [
        "nodes[0].colour: must be left out. Properties here are name, port, key, role, isPublic",
        'nodes[0].name: given "x"; must start with n',
        "nodes[0].port: given 70000; must be a whole number from 1 to 65535",
        "nodes[0].key: missing; must be text that is not empty",
        'nodes[0].role: given "client"; must be one of "peer", "orderer"',
        'nodes[1]: given "n2"; must be an object',
        'nodes[2].name: given ""; must be text that is not empty',
        'nodes[2].isPublic: given "yes"; must be true or false',
      ],
    );
  });

  it("wants as many entries as a list needs", () => {
    assert.deepEqual(parseInputs(network, { nodes: [] }).problems, [
      problem({ path: "nodes", must: "have 1 or more entries, not 0" }),
    ]);
  });

  it("lets unknown values pass at any depth, since a preview must not fail on them", () => {
    for (const nodes of [
      unknownValue,
      [unknownValue],
      [{ ...good, name: unknownValue, port: unknownValue, key: unknownValue }],
    ]) {
      assert.deepEqual(parseInputs(network, { nodes }).problems, []);
    }
  });

  it("keeps secret marks and never repeats what is below them", () => {
    const { inputs, problems } = parseInputs(network, {
      nodes: [{ ...good, name: new Secret("n1"), port: new Secret("0123 hidden") }],
    });
    assert.deepEqual((inputs.nodes as PropertyMap[])[0]?.name, new Secret("n1"));
    assert.deepEqual(problems, [
      problem({ path: "nodes[0].port", given: secretValue, must: "be a whole number from 1 to 65535" }),
    ]);
  });
});
