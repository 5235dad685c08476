/**
 * Checks of an existing chain's genesis file, before a network joins the chain or takes it over.
 *
 * They cover values that a client refuses, and values that it skips silently, so that it would disagree with other
 * clients. The sources are named in clients/ and fork.ts.
 */
import { validateAddress } from "./address";
import { clientFacts, type Client } from "./clients";
import type { Consensus } from "./consensus";
import { parseExtraData, validateExtraData } from "./extra-data";
import { activationOf, blockActivations } from "./fork";
import type { GenesisAccount } from "./alloc";
import type { Genesis } from "./genesis-file";
import { validateChainId } from "./genesis-validation";
import { isHexBytes, parseQuantity } from "./hex";
import { problem, type Problem } from "../../lib/problem";
import { isRecord } from "../../lib/values";

/** The protocol that seals the blocks after block 0, from the keys of `config`. */
export function consensusOf(genesis: Genesis): Consensus | undefined {
  // A chain that moves from IBFT2 to QBFT has both keys; its block 0 has the form of IBFT2.
  return (["ibft2", "qbft", "clique"] as const).find((key) => key in genesis.config);
}

/** Every reason why `client` would refuse this genesis, stall on it, or read it differently from other clients. */
export function validateGenesis(genesis: Genesis, client: Client, path: string): Problem[] {
  return [
    ...validateChainId(genesis.config.chainId, `${path}.config.chainId`),
    ...validateEngine(genesis, client, path),
    ...validateRefusedKeys(genesis, client, path),
    ...validateForkOrder(genesis, client, path),
    ...(clientFacts[client].existing.validate?.(genesis, path) ?? []),
    ...validateHeaderFields(genesis, path),
    ...Object.entries(genesis.alloc).flatMap(([address, account]) =>
      validateAllocated(address, account, `${path}.alloc["${address}"]`),
    ),
  ];
}

function validateEngine(genesis: Genesis, client: Client, path: string): Problem[] {
  const { title, consensus: known } = clientFacts[client];
  const consensus = consensusOf(genesis);
  if (consensus === undefined || !known.includes(consensus)) {
    const because = `${title} seals blocks by nothing else`;
    const given = Object.keys(genesis.config);
    return [problem({ path: `${path}.config`, given, must: `have ${known.join(" or ")}`, because })];
  }
  const problems = validateExtraData(consensus, genesis.extraData, `${path}.extraData`);
  if (problems.length > 0 || parseExtraData(consensus, genesis.extraData).validators.length > 0) return problems;
  return hasValidatorContract(genesis) ? [] : [noValidator(genesis, path)];
}

/** Whether a contract holds the validators, so that extraData may be without any. */
function hasValidatorContract(genesis: Genesis): boolean {
  const { qbft } = genesis.config;
  const address = isRecord(qbft) && qbft.validatorcontractaddress;
  return typeof address === "string" && /[1-9a-f]/i.test(address.slice(2));
}

function noValidator(genesis: Genesis, path: string): Problem {
  const because = "otherwise no validator seals block 1";
  const hint = "Take the genesis.json of the running chain";
  return problem({ path: `${path}.extraData`, given: genesis.extraData, must: "name a validator", because, hint });
}

function validateRefusedKeys(genesis: Genesis, client: Client, path: string): Problem[] {
  return Object.entries(clientFacts[client].existing.refusedKeys)
    .filter(([key]) => genesis.config[key] !== undefined)
    .map(([key, because]) => {
      const hint = "Run this chain with another client, or correct the file on every node";
      return problem({
        path: `${path}.config.${key}`,
        given: genesis.config[key],
        must: "be left out",
        because,
        hint,
      });
    });
}

/** go-ethereum and GoQuorum refuse a fork whose predecessor is missing or later (`CheckConfigForkOrder`). */
function validateForkOrder(genesis: Genesis, client: Client, path: string): Problem[] {
  if (!clientFacts[client].existing.refusesForkGaps) return [];
  const problems: Problem[] = [];
  let previous: { key: string; block: bigint | undefined } | undefined;
  for (const { key, isOptional } of blockActivations) {
    const block = activationOf(genesis.config, key);
    if (isOptional && block === undefined) continue;
    const isGap = previous && block !== undefined && (previous.block === undefined || previous.block > block);
    if (previous && isGap) {
      const must = `come no earlier than ${previous.key} (${previous.block ?? "not scheduled"})`;
      const hint = `Give ${previous.key} a block that is not later`;
      problems.push(problem({ path: `${path}.config.${key}`, given: genesis.config[key], must, hint }));
    }
    previous = { key, block };
  }
  return problems;
}

function validateHeaderFields(genesis: Genesis, path: string): Problem[] {
  const quantities = ["nonce", "timestamp", "gasLimit", "difficulty", "baseFeePerGas"] as const;
  const wrong = quantities.filter((key) => genesis[key] !== undefined && parseQuantity(genesis[key]) === undefined);
  const problems = wrong.map((key) =>
    problem({ path: `${path}.${key}`, given: genesis[key], must: 'be a number as text, "0x..."' }),
  );
  if (isDecimal(genesis.nonce)) problems.push(decimalNonce(`${path}.nonce`, genesis.nonce));
  if (!isHexBytes(genesis.mixHash, 32)) {
    problems.push(
      problem({ path: `${path}.mixHash`, given: genesis.mixHash, must: "be 0x and 64 hexadecimal digits" }),
    );
  }
  return [...problems, ...validateAddress(genesis.coinbase, `${path}.coinbase`), ...validateZeroFields(genesis, path)];
}

/** Fields that clients read for their own tests. They are zero in the first block of a chain. */
function validateZeroFields(genesis: Genesis, path: string): Problem[] {
  const fields = genesis as unknown as Record<string, unknown>;
  const keys = ["number", "gasUsed", "parentHash", "excessBlobGas", "blobGasUsed", "parentBeaconBlockRoot"];
  return keys
    .filter((key) => fields[key] !== undefined && parseQuantity(fields[key]) !== 0n)
    .map((key) =>
      problem({ path: `${path}.${key}`, given: fields[key], must: "be left out", because: "block 0 has zero here" }),
    );
}

function validateAllocated(address: string, account: GenesisAccount, path: string): Problem[] {
  const problems = validateAddress(address, path);
  if (parseQuantity(account.balance) === undefined) {
    problems.push(
      problem({ path: `${path}.balance`, given: account.balance, must: 'be wei as text, "0x..." or decimal' }),
    );
  }
  if (isDecimal(account.nonce)) problems.push(decimalNonce(`${path}.nonce`, account.nonce));
  if (account.code !== undefined && !isHexBytes(account.code)) {
    problems.push(
      problem({
        path: `${path}.code`,
        given: account.code,
        must: "be runtime bytecode: 0x and an even number of hexadecimal digits",
      }),
    );
  }
  const words = Object.entries(account.storage ?? {});
  const wrong = words.filter((word) => word.some((text) => !/^(0x)?([0-9a-f]{2}){1,32}$/i.test(text)));
  const must = "be a slot and its value, each 0x and an even number of hexadecimal digits, up to 64";
  return [...problems, ...wrong.map(([slot, given]) => problem({ path: `${path}.storage["${slot}"]`, given, must }))];
}

/** Besu reads a nonce without `0x` as hexadecimal, go-ethereum as decimal: the hashes would differ. */
function decimalNonce(path: string, given: unknown): Problem {
  return problem({
    path,
    given,
    must: 'be hexadecimal text, "0x..."',
    because: "clients disagree whether this is decimal",
  });
}

function isDecimal(nonce: string | number | undefined): boolean {
  return nonce !== undefined && /^[0-9]{2,}$/.test(String(nonce));
}
