/** The search for private keys, by which a story says that a company has none of another one's. */
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { keysFound, keysIn } from "../../e2e/support/found-keys";

const newKey = (): string =>
  generateKeyPairSync("ec", {
    namedCurve: "P-256",
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  }).privateKey;

describe("the search for private keys", () => {
  const [one, other] = [newKey(), newKey()];
  const keys = keysIn(one);

  it("finds each key of a state, in text, in JSON, in JSON in JSON and as base64, once", () => {
    const nested = JSON.stringify({ outputs: JSON.stringify({ one }), secret: Buffer.from(one).toString("base64") });
    assert.deepEqual(keysIn(nested), keys);
    assert.equal(keysIn(JSON.stringify([one, other])).size, 2);
    assert.equal(keysIn("no key").size, 0);
  });

  it("finds a company's key at another one, in whatever form, and takes no other key for it", () => {
    const forms = [
      one,
      JSON.stringify({ one }),
      JSON.stringify(JSON.stringify({ one })),
      JSON.stringify({ data: { "key.pem": Buffer.from(one).toString("base64") } }),
      `2026-01-02 a log line with ${[...keys][0]}`,
    ];
    for (const form of forms) {
      assert.deepEqual(keysFound(keys, form), [...keys], form);
      assert.deepEqual(keysFound(keysIn(other), form), [], form);
    }
  });
});
