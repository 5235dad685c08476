/** Accounts that exist from block 0 on: ether to pay for gas, and contracts that need no deployment. */
import { checksumAddress, validateAddress, validateDistinctAddresses } from "./address";
import { digitsOf, isHexBytes, parseQuantity, toQuantity } from "./hex";
import { validateInteger } from "./integer";
import { problem, type Problem } from "../../lib/problem";

/** An account in genesis.json. */
export interface GenesisAccount {
  /** Wei, as quantity or decimal text. */
  balance: string;
  nonce?: string;
  /** Runtime bytecode of a contract. */
  code?: string;
  /** Storage slot -> value, both 32-byte words in hexadecimal. */
  storage?: Record<string, string>;
}

/** An account of a new chain, as a user writes it. */
export interface AllocSettings {
  /** Wei: decimal text, quantity, or a number up to 2^53. Default 0. */
  balance?: string | number;
  /** Default 0. */
  nonce?: number;
  /** Runtime bytecode of a contract, `0x...`. Default none. */
  code?: string;
  /** Storage slot -> value, hexadecimal with `0x`, up to 32 bytes. Default none. */
  storage?: Record<string, string>;
}

const maxBalance = 2n ** 256n - 1n;

/** Checks addresses, amounts, bytecode and storage of the accounts of a new chain. */
export function validateAlloc(alloc: Record<string, AllocSettings>, path: string): Problem[] {
  const addresses = Object.keys(alloc);
  const wrong = addresses.flatMap((address) => validateAddress(address, `${path}["${address}"]`));
  const repeated = wrong.length > 0 ? [] : validateDistinctAddresses(addresses, path);
  return [
    ...wrong,
    ...repeated,
    ...addresses.flatMap((address) => validateAccount(alloc[address]!, `${path}["${address}"]`)),
  ];
}

function validateAccount(account: AllocSettings, path: string): Problem[] {
  const problems: Problem[] = [];
  const balance = parseQuantity(account.balance ?? 0);
  if (balance === undefined || balance > maxBalance) {
    const must = 'be wei in quotes, for example "1000000000000000000" for one ether';
    problems.push(problem({ path: `${path}.balance`, given: account.balance, must }));
  }
  if (account.nonce !== undefined) {
    problems.push(
      ...validateInteger(account.nonce, `${path}.nonce`, {
        lowest: 0,
        highest: Number.MAX_SAFE_INTEGER,
      }),
    );
  }
  if (account.code !== undefined && !isHexBytes(account.code)) {
    const must = "be runtime bytecode: 0x and an even number of hexadecimal digits";
    problems.push(problem({ path: `${path}.code`, given: account.code, must }));
  }
  const slots = Object.entries(account.storage ?? {});
  const wrong = slots.filter((slot) =>
    slot.some((text) => typeof text !== "string" || !/^0x[0-9a-f]{1,64}$/i.test(text)),
  );
  return [
    ...problems,
    ...wrong.map(([slot, value]) =>
      problem({
        path: `${path}.storage["${slot}"]`,
        given: value,
        must: "be a slot and its value, each 0x and up to 64 hexadecimal digits",
      }),
    ),
  ];
}

/** The accounts of genesis.json: lower-case addresses, every number a quantity. Expects settings without problems. */
export function buildAlloc(alloc: Record<string, AllocSettings>): Record<string, GenesisAccount> {
  const accounts = Object.entries(alloc).map(([address, { balance, nonce, code, storage }]) => [
    checksumAddress(address).toLowerCase(),
    {
      balance: toQuantity(BigInt(balance ?? 0)),
      ...(nonce === undefined ? {} : { nonce: toQuantity(BigInt(nonce)) }),
      ...(code === undefined ? {} : { code }),
      ...(storage === undefined ? {} : { storage: padStorage(storage) }),
    },
  ]);
  return Object.fromEntries(accounts) as Record<string, GenesisAccount>;
}

/** Full words: go-ethereum refuses an odd number of digits here, which it takes elsewhere. */
function padStorage(storage: Record<string, string>): Record<string, string> {
  const word = (text: string) => `0x${digitsOf(text).padStart(64, "0")}`;
  return Object.fromEntries(Object.entries(storage).map(([slot, value]) => [word(slot), word(value)]));
}
