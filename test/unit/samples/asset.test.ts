import assert from "node:assert/strict";
import fc from "fast-check";
import { canonicalJson, parseAsset, parseKey } from "../../../samples/chaincode/src/asset";

describe("asset-transfer chaincode: values of an asset", () => {
  it("names every bad value at once, with the given value and the correction", () => {
    assert.throws(
      () => parseAsset({ id: "", color: "blue", size: "-1", owner: "a\u0000b", appraisedValue: "1e3" }),
      new Error(
        "id is empty; give at least one character; " +
          'owner "a\\u0000b" holds U+0000 or U+10FFFF, which ledger keys cannot; ' +
          'size "-1" is not a whole number from 0 to 9007199254740991; ' +
          'appraisedValue "1e3" is not a whole number from 0 to 9007199254740991',
      ),
    );
  });

  it("refuses numbers that would not survive a round trip, since the ledger holds decimal text", () => {
    for (const size of ["9007199254740992", "01", "+1", " 1", "0x10", "1.0", "NaN", ""]) {
      assert.throws(
        () => parseAsset({ id: "a", color: "", size, owner: "o", appraisedValue: "0" }),
        new Error(`size ${JSON.stringify(size)} is not a whole number from 0 to 9007199254740991`),
      );
    }
  });

  it("takes any whole number it can represent exactly", () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (size) => {
        assert.equal(
          parseAsset({ id: "a", color: "", size: String(size), owner: "o", appraisedValue: "0" }).Size,
          size,
        );
      }),
    );
  });

  it("refuses the code points that delimit composite keys", () => {
    assert.throws(() => parseKey("owner", "x\u{10FFFF}"), /owner "x.*" holds U\+0000 or U\+10FFFF/u);
    assert.equal(parseKey("owner", "Zoë 😀"), "Zoë 😀");
  });
});

describe("asset-transfer chaincode: canonical JSON", () => {
  it("does not depend on the order in which fields were set, at any depth", () => {
    assert.equal(canonicalJson({ b: [{ d: 1, c: 2 }], a: null }), canonicalJson({ a: null, b: [{ c: 2, d: 1 }] }));
    assert.equal(canonicalJson({ b: [{ d: 1, c: 2 }], a: null }), '{"a":null,"b":[{"c":2,"d":1}]}');
  });

  it("is JSON of the same value", () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const plain: unknown = JSON.parse(JSON.stringify(value));
        assert.deepEqual(JSON.parse(canonicalJson(plain)), plain);
      }),
    );
  });
});
