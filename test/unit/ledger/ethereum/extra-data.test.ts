import assert from "node:assert/strict";
import { RLP } from "@ethereumjs/rlp";
import fc from "fast-check";
import type { Consensus } from "../../../../ledger/ethereum/consensus";
import { buildExtraData, parseExtraData, validateExtraData } from "../../../../ledger/ethereum/extra-data";
import { fromHex, toHex } from "../../../../ledger/ethereum/hex";
import { besuExtraData, besuValidators, addresses } from "./vectors";

const protocols: Consensus[] = ["qbft", "ibft2", "clique"];
const validators = fc.uniqueArray(
  fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => `0x${Buffer.from(bytes).toString("hex")}`),
  { minLength: 1, maxLength: 20 },
);

function bytesOf(text: string): number {
  return (text.length - 2) / 2;
}

describe("extraData of block 0", () => {
  it("is that of Besu's documentation for the same validators, but sorted", () => {
    const sorted = [...besuValidators].sort();
    const expected = besuExtraData.replace(
      besuValidators.map((address) => `94${address.slice(2)}`).join(""),
      sorted.map((address) => `94${address.slice(2)}`).join(""),
    );
    assert.equal(buildExtraData("qbft", besuValidators), expected);
    assert.notEqual(expected, besuExtraData);
  });

  it("has no validators for QBFT with a validator contract, as Besu's documentation writes it", () => {
    assert.equal(buildExtraData("qbft", []), `0xe5a0${"0".repeat(64)}c0c080c0`);
  });

  const sizes: Record<Consensus, Record<number, number>> = {
    qbft: { 1: 60, 4: 124, 7: 187 },
    ibft2: { 1: 64, 4: 128, 7: 191 },
    clique: { 1: 117, 3: 157, 5: 197 },
  };
  for (const protocol of protocols) {
    for (const [count, bytes] of Object.entries(sizes[protocol])) {
      it(`has ${bytes} bytes for ${count} validators under ${protocol}`, () => {
        assert.equal(bytesOf(buildExtraData(protocol, addresses(Number(count)))), bytes);
      });
    }
  }

  it("ends in no vote, round 0 and no seals, which QBFT and IBFT2 spell differently", () => {
    assert.ok(buildExtraData("qbft", addresses(4)).endsWith("c080c0"));
    assert.ok(buildExtraData("ibft2", addresses(4)).endsWith("808400000000c0"));
  });

  for (const protocol of protocols) {
    it(`gives the same bytes for every order of ${protocol} validators, and reads them back ascending`, () => {
      fc.assert(
        fc.property(validators, (list) => {
          const built = buildExtraData(protocol, list);
          assert.equal(built, buildExtraData(protocol, list.toReversed()));
          assert.deepEqual(
            parseExtraData(protocol, built).validators.map((address) => address.toLowerCase()),
            list.toSorted(),
          );
        }),
      );
    });
  }

  it("refuses an address that is wrong, and then one that stands there twice", () => {
    const [one] = addresses(1) as [string];
    assert.throws(() => buildExtraData("qbft", [one, "0x12"]), /validators\[1\]: given "0x12"; must be an address/);
    assert.throws(
      () => buildExtraData("qbft", [one, one.toLowerCase()]),
      /validators\[1\]: .*because validators\[0\] has it already/,
    );
  });
});

describe("extraData check", () => {
  function messages(protocol: Consensus, value: unknown): string[] {
    return validateExtraData(protocol, value, "extraData").map(({ message }) => message);
  }

  it("accepts what is built, and keeps another's vanity", () => {
    const vanity = Buffer.from("a chain of ours".padEnd(32, "\0"));
    const items = RLP.decode(fromHex(buildExtraData("qbft", addresses(4)))) as Uint8Array[];
    const text = toHex(RLP.encode([vanity, ...items.slice(1)]));
    assert.equal(parseExtraData("qbft", text).vanity, toHex(vanity));
  });

  it("refuses the bytes of another protocol", () => {
    for (const [written, read] of [
      ["qbft", "ibft2"],
      ["ibft2", "qbft"],
      ["clique", "qbft"],
      ["qbft", "clique"],
    ] as const) {
      const [message] = messages(read, buildExtraData(written, addresses(4)));
      assert.match(message ?? "", /^given "0x.*; must be 0x(,| and the RLP)/);
    }
  });

  it("refuses validators out of order, since clients refuse such lists from block 1 on, and says the order", () => {
    const [message] = messages("qbft", besuExtraData);
    assert.match(message ?? "", /; must name the validators in ascending order: 0x/);
    assert.match(message ?? "", /in ascending order: 0x06[^,]*, 0x45[^,]*, 0xa[^,]*, 0x[Cc]5/i);
  });

  it("refuses Clique without a signer or with a piece of one, which geth does not start with", () => {
    const right = "be 0x, 32 bytes of vanity, the signers (20 bytes each, at least one, ascending) and 65 zero bytes";
    for (const bytes of [96, 97, 98, 116]) {
      const [message] = messages("clique", `0x${"00".repeat(bytes)}`);
      assert.match(message ?? "", /; must be 0x, 32 bytes of vanity, the signers/);
      assert.ok(message?.endsWith(right));
    }
  });

  it("refuses anything that is no hexadecimal text", () => {
    for (const value of [undefined, 12, "f87a", "0xabc", "0xzz"]) {
      assert.match(messages("qbft", value)[0] ?? "", /must be 0x and the RLP of/);
    }
  });
});

describe("RLP", () => {
  it("reads back every nesting of bytes, which headers, extraData and tries are made of", () => {
    const { item } = fc.letrec((tie) => ({
      item: fc.oneof({ maxDepth: 4 }, fc.uint8Array({ maxLength: 80 }), fc.array(tie("item"), { maxLength: 6 })),
    }));
    fc.assert(
      fc.property(item, (value) => {
        assert.deepEqual(RLP.decode(RLP.encode(value as Uint8Array)), value);
      }),
    );
  });
});
