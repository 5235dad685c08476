import assert from "node:assert/strict";
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
    name: text((value) => (value.startsWith("n") ? undefined : `"${value}" does not start with n`)).describe("Name."),
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
      problems.map(({ path, message }) => `${path} ${message}`),
      [
        "nodes[0].colour is no property here; known are name, port, key, role, isPublic",
        'nodes[0].name "x" does not start with n',
        "nodes[0].port is 70000; a whole number from 1 to 65535 needed",
        "nodes[0].key is missing; text that is not empty needed",
        'nodes[0].role is "client"; one of "peer", "orderer" needed',
        'nodes[1] is "n2"; an object needed',
        "nodes[2].name is empty text; text that is not empty needed",
        'nodes[2].isPublic is "yes"; true or false needed',
      ],
    );
  });

  it("wants as many entries as a list needs", () => {
    assert.deepEqual(parseInputs(network, { nodes: [] }).problems, [
      { path: "nodes", message: "has 0 entries; at least 1 needed" },
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
      { path: "nodes[0].port", message: "is a text of 11 characters; a whole number from 1 to 65535 needed" },
    ]);
  });
});
