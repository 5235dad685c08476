import assert from "node:assert/strict";
import fc from "fast-check";
import { deriveAccount, isPublicKey, validateDistinctKeys, validatePrivateKey } from "../../../../ledger/ethereum/key";
import { besuAccount } from "./vectors";
import { said } from "../../../support/problems";

const order = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
const right = "must be a private key of 64 hexadecimal digits (32 bytes), with or without 0x";
const above = "must be a private key above 0 and below the order of secp256k1";

function messages(value: unknown): string[] {
  return validatePrivateKey(value, "key").map(({ path, message }) => `${path}: ${message}`);
}

describe("account of a private key", () => {
  it("gives the enode id and address of Besu's documentation, since nodes derive the same", () => {
    assert.deepEqual(deriveAccount(besuAccount.privateKey), besuAccount);
  });

  it("takes a key without 0x and in capitals, as tools write it", () => {
    assert.deepEqual(deriveAccount(besuAccount.privateKey.slice(2).toUpperCase()), besuAccount);
  });

  it("gives the generator point for key 1 and its mirror image for the largest key", () => {
    const [first, last] = ["1", order.replace(/1$/, "0")].map((key) => deriveAccount(key.padStart(64, "0")).enodeId);
    assert.equal(first!.slice(0, 64), "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");
    assert.equal(last!.slice(0, 64), first!.slice(0, 64));
    assert.notEqual(last, first);
  });

  it("gives a point of the curve for every key, so that no peer drops the node", () => {
    const keys = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString("hex"));
    fc.assert(
      fc.property(keys, (key) => {
        fc.pre(validatePrivateKey(key, "key").length === 0);
        assert.ok(isPublicKey(deriveAccount(key).enodeId));
      }),
    );
  });

  it("throws the problem for a key that is none, without the key in the message", () => {
    assert.throws(() => deriveAccount("c0ffee"), {
      name: "InputError",
      message: `invalid private key:\n  privateKey: ${right}, because it has 6`,
    });
  });
});

describe("private key check", () => {
  const refusals: [string, unknown, string][] = [
    ["31 bytes", "11".repeat(31), `${right}, because it has 62`],
    ["33 bytes", "0x" + "11".repeat(33), `${right}, because it has 66`],
    ["nothing", "", `${right}, because it has 0`],
    ["a letter that is no digit", "g".repeat(64), `${right}, because it holds other characters`],
    ["a line break at the end", `${"11".repeat(32)}\n`, `${right}, because there are blanks or a line break around it`],
    ["PEM", "-----BEGIN EC PRIVATE KEY-----", `${right}, because it is PEM, which Ethereum clients do not read`],
    ["a number, as YAML reads unquoted 0x", 0x8f2a, `${right}, in quotes, because it is a number`],
    ["zero", "0".repeat(64), `${above}, because it is 0. Take 32 other random bytes`],
    ["the curve order", order, `${above}, because it is not. Take 32 other random bytes`],
    ["more than the order", "f".repeat(64), `${above}, because it is not. Take 32 other random bytes`],
  ];
  for (const [name, value, message] of refusals) {
    it(`refuses ${name}`, () => assert.deepEqual(messages(value), [`key: ${message}`]));
  }

  it("accepts the smallest and the largest key", () => {
    assert.deepEqual(messages("1".padStart(64, "0")), []);
    assert.deepEqual(messages(order.replace(/1$/, "0")), []);
  });

  it("never shows digits of the key, which is a secret", () => {
    const wrong = fc.string({ unit: fc.constantFrom(..."0123456789abcdefg\n"), minLength: 12, maxLength: 70 });
    fc.assert(
      fc.property(wrong, (key) => {
        fc.pre(key.trim().length >= 8);
        assert.ok(!messages(key).join().includes(key.trim()));
      }),
    );
  });

  it("names both owners of a key that two nodes share, in any spelling", () => {
    const key = "ab".repeat(32);
    assert.deepEqual(
      said(
        validateDistinctKeys({ "nodes[0].key": key, "nodes[1].key": `0x${key.toUpperCase()}`, other: "11".repeat(32) }),
      ),
      [{ path: "nodes[1].key", message: "must be a private key of its own, because nodes[0].key has it already" }],
    );
  });
});
