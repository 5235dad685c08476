import assert from "node:assert/strict";
import fc from "fast-check";
import {
  checksumAddress,
  sortAddresses,
  validateAddress,
  validateDistinctAddresses,
} from "../../../../ledger/ethereum/address";
import { said } from "../../../support/problems";

const right = "must be an address in quotes: 0x and 40 hexadecimal digits";
const anyAddress = fc
  .uint8Array({ minLength: 20, maxLength: 20 })
  .map((bytes) => `0x${Buffer.from(bytes).toString("hex")}`);

describe("address checksum", () => {
  // The examples of EIP-55.
  for (const address of [
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
    "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
    "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
    "0x52908400098527886E0F7030069857D2E4169EE7",
    "0xde709f2102306220921060314715629080e2fb77",
  ]) {
    it(`writes ${address} as EIP-55 does`, () => {
      assert.equal(checksumAddress(address.toLowerCase()), address);
      assert.deepEqual(validateAddress(address, "a"), []);
    });
  }

  it("accepts one case throughout and no 0x, which carry no checksum", () => {
    assert.deepEqual(validateAddress("5AAEB6053F3E94C9B9A09F33669435E7EF1BEAED", "a"), []);
  });

  it("refuses a digit in the wrong case, since that is how a mistyped address shows", () => {
    assert.deepEqual(said(validateAddress("0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "a")), [
      {
        path: "a",
        message:
          'given "0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"; must be an address in the upper and lower case of EIP-55, because another case means that a digit may be mistyped. If every digit is right, write 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
      },
    ]);
  });

  it("refuses a length other than 20 bytes, and a number, which is how YAML reads unquoted 0x", () => {
    assert.deepEqual(said(validateAddress("0x1234", "a")), [
      { path: "a", message: 'given "0x1234"; must be an address in quotes: 0x and 40 hexadecimal digits' },
    ]);
    assert.deepEqual(said(validateAddress(0x1234, "a")), [{ path: "a", message: `given 4660; ${right}` }]);
  });

  it("accepts its own output for every address", () => {
    fc.assert(
      fc.property(anyAddress, (address) => assert.deepEqual(validateAddress(checksumAddress(address), "a"), [])),
    );
  });
});

describe("address order", () => {
  it("is that of the bytes, not of the letters' case, for every list", () => {
    fc.assert(
      fc.property(fc.uniqueArray(anyAddress, { maxLength: 12 }), (list) => {
        const sorted = sortAddresses(list).map((address) => address.toLowerCase());
        assert.deepEqual(
          sorted,
          [...list].sort((a, b) => Buffer.compare(Buffer.from(a.slice(2), "hex"), Buffer.from(b.slice(2), "hex"))),
        );
      }),
    );
  });

  it("names the first owner of a repeated address in any spelling", () => {
    const address = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
    assert.deepEqual(
      said(validateDistinctAddresses([address, "0x" + "11".repeat(20), address.toLowerCase()], "validators")),
      [
        {
          path: "validators[2]",
          message: `given "${address.toLowerCase()}"; must be an address of its own, because validators[0] has it already`,
        },
      ],
    );
  });
});
