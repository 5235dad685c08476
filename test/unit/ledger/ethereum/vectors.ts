/** Values that other tools computed, and accounts that several tests share. */
import { deriveAccount, type AccountKey } from "../../../../ledger/ethereum/key";

/** Key, enode id and address in Besu's documentation (its developer account). */
export const besuAccount = {
  privateKey: "0x8f2a55949038a9610f50fb23b5883af3b4ecb3c3bb792cbcefbd1542c692be63",
  enodeId:
    "09b02f8a5fddd222ade4ea4528faefc399623af3f736be3c44f03e2df22fb792" +
    "f3931a4d9573d333ca74343305762a753388c3422a86d98b713fc91c1ea04842",
  address: "0xFE3B557E8Fb62b89F4916B721be55cEb828dBd73",
};

/** Four validators in the order of the QBFT page of Besu's documentation, which is not ascending, and their extraData there. */
export const besuValidators = [
  "0x4592c8e45706cc08b8f44b11e43cba0cfc5892cb",
  "0x06e23768a0f59cf365e18c2e0c89e151bcdedc70",
  "0xc5327f96ee02d7bcbc1bf1236b8c15148971e1de",
  "0xab5e7f4061c605820d3744227eed91ff8e2c8908",
];
const zeroVanity = "00".repeat(32);
export const besuExtraData = `0xf87aa0${zeroVanity}f854${besuValidators.map((address) => `94${address.slice(2)}`).join("")}c080c0`;

/** Accounts 1, 2, 3 ... with private keys 0x...01, 0x...02, ...: for tests that only need different ones. */
export function account(number: number): AccountKey {
  return deriveAccount(number.toString(16).padStart(64, "0"));
}

export function addresses(count: number): string[] {
  return Array.from({ length: count }, (_, index) => account(index + 1).address);
}
