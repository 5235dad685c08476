/** Keystores against the published vectors. test/nodes/ethereum/keystore.test.ts reads and writes them with geth. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { decryptKeystore, deriveSalts, encryptKeystore, type Keystore } from "../../../../ledger/ethereum/keystore";
import { account } from "./vectors";

const cheap = { kdf: "pbkdf2", iterations: 1 } as const;

/**
 * The PBKDF2 example of the Web3 Secret Storage page. Its scrypt example exceeds OpenSSL's limits (N 2^18 with r 1).
 */
const secret = "0x7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d";
const published: Keystore = {
  address: "008aeeda4d805471df9b2a5b0f38a0c3bcba786b",
  crypto: {
    cipher: "aes-128-ctr",
    cipherparams: { iv: "6087dab2f9fdbbfaddc31a909735c1e6" },
    ciphertext: "5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46",
    kdf: "pbkdf2",
    kdfparams: {
      c: 262144,
      dklen: 32,
      prf: "hmac-sha256",
      salt: "ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd",
    },
    mac: "517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2",
  },
  id: "3198bc9c-6672-5ab3-d995-4942343ae5b6",
  version: 3,
};

describe("keystore", function () {
  this.timeout(30_000);

  it("reads the published example", () => {
    assert.equal(decryptKeystore(published, "testpassword").privateKey, secret);
  });

  it("writes the published example from its salt, IV and id, so that nothing but those is by chance", () => {
    const { cipherparams, kdfparams } = published.crypto;
    const salts = {
      salt: Buffer.from(kdfparams.salt, "hex"),
      iv: Buffer.from(cipherparams.iv, "hex"),
      id: published.id,
    };
    assert.deepEqual(encryptKeystore(secret, "testpassword", { kdf: "pbkdf2", iterations: 262144 }, salts), published);
  });

  it("is the same at every run for the same key and password, so that an update without a change changes nothing", () => {
    const [key, other] = [account(1).privateKey, account(2).privateKey];
    assert.deepEqual(encryptKeystore(key, "a", cheap), encryptKeystore(key, "a", cheap));
    const salts = [deriveSalts(key, "a"), deriveSalts(key, "b"), deriveSalts(other, "a")];
    for (const field of ["salt", "iv", "id"] as const) {
      assert.equal(new Set(salts.map((each) => String(each[field]))).size, 3);
    }
  });

  it("gives back every key under every password, and under no other", () => {
    const key = fc
      .uint8Array({ minLength: 31, maxLength: 31 })
      .map((bytes) => `0x01${Buffer.from(bytes).toString("hex")}`);
    fc.assert(
      fc.property(key, fc.string({ unit: "grapheme" }), (privateKey, password) => {
        const keystore = encryptKeystore(privateKey, password, cheap);
        assert.equal(decryptKeystore(keystore, password).privateKey, privateKey);
        assert.throws(() => decryptKeystore(keystore, `${password}x`), /the password does not fit/);
      }),
      { numRuns: 25 },
    );
  });

  it("refuses another version, naming both", () => {
    const keystore = { ...encryptKeystore(secret, "", cheap), version: 1, id: "abc" };
    assert.throws(
      () => decryptKeystore(keystore, ""),
      /^Error: keystore abc: version 1 with aes-128-ctr is not read; it must be version 3 with aes-128-ctr$/,
    );
  });
});
