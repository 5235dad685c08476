import assert from "node:assert/strict";
import fc from "fast-check";
import {
  deriveAccount,
  enodeIdAddress,
  isPublicKey,
  validateDistinctKeys,
  validatePrivateKey,
} from "../../../../ledger/ethereum/key";
import { BESU_ACCOUNT } from "./vectors";

const ORDER = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
const RIGHT = "write 64 hexadecimal digits (32 bytes), with or without 0x";

function messages(value: unknown): string[] {
  return validatePrivateKey(value, "key").map(({ path, message }) => `${path}: ${message}`);
}

describe("account of a private key", () => {
  it("gives the enode id and address of Besu's documentation, since nodes derive the same", () => {
    assert.deepEqual(deriveAccount(BESU_ACCOUNT.privateKey), BESU_ACCOUNT);
  });

  it("takes a key without 0x and in capitals, as tools write it", () => {
    assert.deepEqual(deriveAccount(BESU_ACCOUNT.privateKey.slice(2).toUpperCase()), BESU_ACCOUNT);
  });

  it("gives the generator point for key 1 and its mirror image for the largest key", () => {
    const [first, last] = ["1", ORDER.replace(/1$/, "0")].map((key) => deriveAccount(key.padStart(64, "0")).enodeId);
    assert.equal(first!.slice(0, 64), "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");
    assert.equal(last!.slice(0, 64), first!.slice(0, 64));
    assert.notEqual(last, first);
  });

  it("derives the same address from the enode id alone, which is all that other members publish", () => {
    assert.equal(enodeIdAddress(BESU_ACCOUNT.enodeId), BESU_ACCOUNT.address);
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
      message: `invalid private key:\n  privateKey: the private key has 6 hexadecimal digits; ${RIGHT}`,
    });
  });
});

describe("private key check", () => {
  const refusals: [string, unknown, string][] = [
    ["31 bytes", "11".repeat(31), `the private key has 62 hexadecimal digits; ${RIGHT}`],
    ["33 bytes", "0x" + "11".repeat(33), `the private key has 66 hexadecimal digits; ${RIGHT}`],
    ["nothing", "", `the private key has 0 hexadecimal digits; ${RIGHT}`],
    [
      "a letter that is no digit",
      "g".repeat(64),
      `the private key holds characters that are not hexadecimal digits; ${RIGHT}`,
    ],
    [
      "a line break at the end",
      `${"11".repeat(32)}\n`,
      "the private key has blanks or a line break around it; give the digits alone",
    ],
    ["PEM", "-----BEGIN EC PRIVATE KEY-----", `the private key is PEM, which Ethereum clients do not read; ${RIGHT}`],
    ["a number, as YAML reads unquoted 0x", 0x8f2a, `a private key must be text, given a number; ${RIGHT}, quoted`],
    ["zero", "0".repeat(64), "the private key is 0; take 32 other random bytes"],
    ["the curve order", ORDER, "the private key is not below the order of secp256k1; take 32 other random bytes"],
    [
      "more than the order",
      "f".repeat(64),
      "the private key is not below the order of secp256k1; take 32 other random bytes",
    ],
  ];
  for (const [name, value, message] of refusals) {
    it(`refuses ${name}`, () => assert.deepEqual(messages(value), [`key: ${message}`]));
  }

  it("accepts the smallest and the largest key", () => {
    assert.deepEqual(messages("1".padStart(64, "0")), []);
    assert.deepEqual(messages(ORDER.replace(/1$/, "0")), []);
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

  it("names both owners of a key that two nodes share, whatever its spelling", () => {
    const key = "ab".repeat(32);
    assert.deepEqual(
      validateDistinctKeys({ "nodes[0].key": key, "nodes[1].key": `0x${key.toUpperCase()}`, other: "11".repeat(32) }),
      [{ path: "nodes[1].key", message: "the same private key as nodes[0].key; give every node its own key" }],
    );
  });
});
