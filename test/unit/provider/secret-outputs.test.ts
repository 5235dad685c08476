/** Outputs that the state encrypts, as the engine gets them. */
import assert from "node:assert/strict";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { defineResource } from "../../../provider/framework/declaration";
import { EngineLog } from "../../../provider/framework/engine-log";
import { provide, type ProviderPackage } from "../../../provider/framework/package";
import { decodeProperties, encodeProperties, Secret } from "../../../provider/framework/property-value";
import { Provider } from "../../../provider/framework/provider";
import { Redactor } from "../../../provider/framework/redact";
import type { Resource } from "../../../provider/framework/resource";
import { list, object, optional, secret, secretText, text } from "../../../provider/framework/schema";

const node = object({ token: "test:index:Node", description: "A node." }, { key: secretText().describe("Its key.") });
const declared = defineResource({
  token: "test:index:Thing",
  description: "A thing.",
  inputs: { name: text().describe("Its name.") },
  outputs: {
    name: text().describe("Its name."),
    nodes: optional(secret(list(node))).describe("Its nodes. Default: none."),
  },
});

interface State {
  name: string;
  nodes?: { key: string }[];
}

describe("an output that the state encrypts", () => {
  async function stateOf(state: State): Promise<unknown> {
    const thing: Resource<{ name: string }, State> = {
      defaultTimeoutSeconds: 5,
      diff: () => [],
      preview: () => ({ name: "a" }),
      create: () => Promise.resolve({ id: "1", state }),
      update: () => Promise.resolve(state),
      read: () => Promise.resolve(undefined),
      delete: () => Promise.resolve(),
    };
    const things: ProviderPackage<object> = {
      name: "test",
      version: "0.0.0",
      description: "Things.",
      configuration: { fields: {}, check: (inputs) => ({ inputs, problems: [] }), diff: () => [] },
      connect: () => ({}),
      resources: [provide(declared, () => Promise.resolve(thing))],
    };
    const redactor = new Redactor();
    const provider = new Provider(things, new EngineLog(redactor), redactor);
    const urn = "urn:pulumi:test::test::test:index:Thing::thing";
    const request = new proto.CreateRequest().setType(declared.token).setUrn(urn);
    const response = await provider.create(request.setProperties(encodeProperties({ name: "a" })));
    const { nodes } = decodeProperties(response.getProperties());
    return nodes;
  }

  it("is marked as a whole, and absent where it is not there", async () => {
    assert.deepEqual(await stateOf({ name: "a", nodes: [{ key: "k" }] }), new Secret([{ key: "k" }]));
    assert.equal(await stateOf({ name: "a" }), undefined);
    const none = { name: "a", nodes: undefined } as unknown as State;
    assert.equal(await stateOf(none), undefined);
  });
});
