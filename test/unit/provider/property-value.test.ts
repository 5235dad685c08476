import assert from "node:assert/strict";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import {
  containsUnknown,
  decodeProperties,
  encodeProperties,
  reveal,
  Secret,
  secretTexts,
  unknownValue,
  withSecretMarksOf,
} from "../../../provider/framework/property-value";

const secretValue = {
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value: ["a", { key: "b" }],
};
const unknownOfEachKind = [
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
];

describe("property values on the wire", () => {
  it("come back as they went, secrets marked, because state must not lose the mark", () => {
    const sent = Struct.fromJavaScript({ text: "x", list: [1, true], nested: { secret: secretValue } });
    const decoded = decodeProperties(sent);
    assert.deepEqual(decoded, { text: "x", list: [1, true], nested: { secret: new Secret(["a", { key: "b" }]) } });
    assert.deepEqual(encodeProperties(decoded).toJavaScript(), sent.toJavaScript());
  });

  it("treat null as absent, as the SDK sends what a program left out", () => {
    assert.deepEqual(decodeProperties(Struct.fromJavaScript({ given: 1, left: null })), { given: 1 });
    assert.deepEqual(encodeProperties({ given: 1, left: undefined }).toJavaScript(), { given: 1 });
  });

  for (const text of unknownOfEachKind) {
    it(`know ${text} for an unknown, alone and inside a secret`, () => {
      const decoded = decodeProperties(
        Struct.fromJavaScript({ plain: text, hidden: { ...secretValue, value: { key: text } } }),
      );
      assert.equal(decoded.plain, unknownValue);
      assert.ok(containsUnknown(decoded.hidden));
      assert.deepEqual(reveal(decoded), { plain: unknownValue, hidden: { key: unknownValue } });
    });
  }

  it("name every text below a secret mark and no other", () => {
    const value = { open: "visible", hidden: new Secret({ a: "one", list: ["two", 3] }), list: [new Secret("three")] };
    assert.deepEqual(secretTexts(value).sort(), ["one", "three", "two"]);
  });

  it("take over secret marks at any depth, for values that were read from a node", () => {
    const marked = { a: new Secret("x"), list: [{ key: new Secret("k"), open: "o" }] };
    assert.deepEqual(withSecretMarksOf(marked, { a: "y", list: [{ key: "z", open: "p" }, { key: "new" }] }), {
      a: new Secret("y"),
      list: [{ key: new Secret("z"), open: "p" }, { key: "new" }],
    });
  });
});
