/**
 * A private key encrypted with a password, in the file format of geth's accounts: Web3 Secret Storage
 * version 3 (https://ethereum.org/developers/docs/data-structures-and-encoding/web3-secret-storage/).
 *
 * Salt, IV and id follow from the key and the password: the same account gives the same file at
 * every run, and only the key has to be stored. Without the key they are unpredictable.
 */
import { createCipheriv, createDecipheriv, createHmac, pbkdf2Sync, scryptSync } from "node:crypto";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { deriveAccount, type AccountKey } from "./key";
import { digitsOf, fromHex, toHex } from "./hex";

/** Cost of deriving a key from the password. */
export type KeyDerivation = { kdf: "scrypt"; n: number; r: number; p: number } | { kdf: "pbkdf2"; iterations: number };

/** Random-looking values of one keystore. */
export interface KeystoreSalts {
  /** 32 bytes for the key derivation. */
  salt: Uint8Array;
  /** 16 bytes for AES-128-CTR. */
  iv: Uint8Array;
  /** UUID of the file. */
  id: string;
}

interface ScryptParameters {
  dklen: number;
  n: number;
  p: number;
  r: number;
  salt: string;
}

interface Pbkdf2Parameters {
  c: number;
  dklen: number;
  prf: string;
  salt: string;
}

/** Content of the file; bytes are hexadecimal without `0x`. */
export interface Keystore {
  address: string;
  crypto: {
    cipher: string;
    cipherparams: { iv: string };
    ciphertext: string;
    kdf: string;
    kdfparams: ScryptParameters | Pbkdf2Parameters;
    mac: string;
  };
  id: string;
  version: number;
}

/**
 * geth's own "light" cost (`accounts/keystore`: N 4096, p 6), about 50 ms. The standard cost, N 262144,
 * takes a second and 256 MiB for each account at each run. It would protect nothing here, since a signer's
 * password lies beside its keystore.
 */
const lightScrypt: KeyDerivation = { kdf: "scrypt", n: 4096, r: 8, p: 6 };

const derivedKeyBytes = 32;
const maxScryptMemory = 512 * 1024 * 1024;
const ownCipher = "aes-128-ctr";

/** Salt, IV and id that follow from key and password. */
export function deriveSalts(privateKey: string, password: string): KeystoreSalts {
  const part = (label: string) =>
    Uint8Array.from(createHmac("sha256", fromHex(privateKey)).update(`keystore ${label}\0${password}`).digest());
  return { salt: part("salt"), iv: part("iv").subarray(0, 16), id: uuid(part("id")) };
}

/**
 * The keystore of an account.
 *
 * @param salts Default: `deriveSalts(privateKey, password)`.
 * @throws InputError when `privateKey` is no private key.
 */
export function encryptKeystore(
  privateKey: string,
  password: string,
  cost: KeyDerivation = lightScrypt,
  salts: KeystoreSalts = deriveSalts(privateKey, password),
): Keystore {
  const account = deriveAccount(privateKey);
  const kdfparams = parametersOf(cost, salts.salt);
  const derived = deriveKey(password, kdfparams);
  const cipher = createCipheriv(ownCipher, derived.subarray(0, 16), salts.iv);
  const ciphertext = Buffer.concat([cipher.update(fromHex(privateKey)), cipher.final()]);
  return {
    address: digitsOf(account.address),
    crypto: {
      cipher: ownCipher,
      cipherparams: { iv: hex(salts.iv) },
      ciphertext: hex(ciphertext),
      kdf: cost.kdf,
      kdfparams,
      mac: macOf(derived, ciphertext),
    },
    id: salts.id,
    version: 3,
  };
}

/**
 * The account in a keystore.
 *
 * @throws Error when the password is wrong or the file is not of this format.
 */
export function decryptKeystore(keystore: Keystore, password: string): AccountKey {
  const { cipher, cipherparams, ciphertext, kdfparams, mac } = keystore.crypto;
  if (keystore.version !== 3 || cipher !== ownCipher) {
    throw new Error(
      `keystore ${keystore.id}: version ${keystore.version} with ${cipher} is not read; it must be version 3 with ${ownCipher}`,
    );
  }
  const derived = deriveKey(password, kdfparams);
  const encrypted = fromHex(ciphertext);
  if (macOf(derived, encrypted) !== mac.toLowerCase()) {
    throw new Error(`keystore ${keystore.id} of 0x${keystore.address}: the password does not fit`);
  }
  const decipher = createDecipheriv(ownCipher, derived.subarray(0, 16), fromHex(cipherparams.iv));
  return deriveAccount(toHex(Buffer.concat([decipher.update(encrypted), decipher.final()])));
}

/**
 * A name in geth's form. geth finds an account by the file's content, and skips names that begin with a dot or
 * end with a tilde. It also skips symbolic links (`accounts/keystore/file_cache.go`), as which Kubernetes mounts the
 * files of a Secret.
 */
export function keystoreFileName(address: string): string {
  return `UTC--1970-01-01T00-00-00.000000000Z--${digitsOf(address)}`;
}

function parametersOf(cost: KeyDerivation, salt: Uint8Array): ScryptParameters | Pbkdf2Parameters {
  return cost.kdf === "scrypt"
    ? { dklen: derivedKeyBytes, n: cost.n, p: cost.p, r: cost.r, salt: hex(salt) }
    : { c: cost.iterations, dklen: derivedKeyBytes, prf: "hmac-sha256", salt: hex(salt) };
}

function deriveKey(password: string, parameters: ScryptParameters | Pbkdf2Parameters): Uint8Array {
  const salt = fromHex(parameters.salt);
  if ("c" in parameters) return Uint8Array.from(pbkdf2Sync(password, salt, parameters.c, parameters.dklen, "sha256"));
  const { n, r, p, dklen } = parameters;
  return Uint8Array.from(scryptSync(password, salt, dklen, { N: n, r, p, maxmem: maxScryptMemory }));
}

/** Keccak-256 of the second half of the derived key and the ciphertext. */
function macOf(derived: Uint8Array, ciphertext: Uint8Array): string {
  return hex(keccak_256(Uint8Array.from([...derived.subarray(16, 32), ...ciphertext])));
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

/** A version 8 UUID (RFC 9562: bits of one's own choosing) from the first 16 bytes. */
function uuid(bytes: Uint8Array): string {
  const digits = Uint8Array.from(bytes.subarray(0, 16));
  digits[6] = (digits[6]! & 0x0f) | 0x80;
  digits[8] = (digits[8]! & 0x3f) | 0x80;
  return hex(digits).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
