/**
 * Checks of a genesis file that somebody else wrote: an existing chain to join or to take over.
 *
 * What each client refuses, and what it skips silently and would then disagree about, from the
 * sources named in client.ts and fork.ts.
 */
import { validateAddress } from "./address";
import { clientFacts, type Client, type Consensus } from "./client";
import { parseExtraData, validateExtraData } from "./extra-data";
import { activationOf, blockActivations, isActiveAtGenesis } from "./fork";
import type { GenesisAccount } from "./alloc";
import type { Genesis } from "./genesis";
import { validateChainId } from "./genesis-validation";
import { digitsOf, isHexBytes, parseQuantity } from "./hex";
import { isRecord } from "./json";
import type { Problem } from "../problem";
import { problemAt } from "./problem";

/** `config` keys that a client cannot live with -> why. */
const refusedKeys: Record<Client, Record<string, string>> = {
  besu: {
    clique: "Besu has no Clique since 26.4.0",
    ethash: "Besu has no proof of work since 26.7.0",
    ibft: "Besu only imports IBFT 1 chains",
  },
  goquorum: {
    istanbul: "IBFT 1 of GoQuorum is not supported here, QBFT is",
    ibft: "IBFT 1 of GoQuorum is not supported here, QBFT is",
    clique: "GoQuorum is supported here with QBFT",
    londonBlock: "GoQuorum 22.7 knows no fork after Berlin and skips this key silently",
    shanghaiTime: "GoQuorum 22.7 knows no fork after Berlin and skips this key silently",
    cancunTime: "GoQuorum 22.7 knows no fork after Berlin and skips this key silently",
    pragueTime: "GoQuorum 22.7 knows no fork after Berlin and skips this key silently",
  },
  geth: {
    ethash: "geth 1.13 seals no proof of work",
    qbft: "geth has no QBFT; choose goquorum or besu",
    ibft2: "geth has no IBFT2; choose besu",
    terminalTotalDifficulty: "it turns the chain over to a consensus client, and sealing stops",
    terminalTotalDifficultyPassed: "it turns the chain over to a consensus client, and sealing stops",
    shanghaiTime: "Clique of geth 1.13 rejects Shanghai",
    cancunTime: "Clique of geth 1.13 rejects Shanghai and all after it",
    pragueTime: "Clique of geth 1.13 rejects Shanghai and all after it",
  },
};

/**
 * Contracts that Besu calls in every block from Prague on (EIP-7002, EIP-7251), where `config` names them. Chains of QBFT
 * and IBFT2 that name none do without. The deposit contract of EIP-6110 is not called, only its logs are read.
 */
const CALLED_CONTRACTS = ["withdrawalRequestContractAddress", "consolidationRequestContractAddress"];

/** The protocol that seals the blocks after block 0, by the key in `config`. */
export function consensusOf(genesis: Genesis): Consensus | undefined {
  // A chain that moves from IBFT2 to QBFT has both; block 0 is then IBFT2's.
  return (["ibft2", "qbft", "clique"] as const).find((key) => key in genesis.config);
}

/** Every reason for which `client` would refuse this genesis, stall on it, or read it differently from other clients. */
export function validateGenesis(genesis: Genesis, client: Client, path: string): Problem[] {
  return [
    ...validateChainId(genesis.config.chainId, `${path}.config.chainId`),
    ...validateEngine(genesis, client, path),
    ...validateRefusedKeys(genesis, client, path),
    ...validateForkOrder(genesis, client, path),
    ...(client === "besu" ? validateBesuKeys(genesis, path) : []),
    ...validateHeaderFields(genesis, client, path),
    ...Object.entries(genesis.alloc).flatMap(([address, account]) =>
      validateAllocated(address, account, `${path}.alloc["${address}"]`),
    ),
  ];
}

function validateEngine(genesis: Genesis, client: Client, path: string): Problem[] {
  const { title, consensus: known } = clientFacts[client];
  const consensus = consensusOf(genesis);
  if (consensus === undefined || !known.includes(consensus)) {
    const what = `config has no protocol that ${title} seals blocks by`;
    const right = `config.${known.join(" or config.")} must be there`;
    return [problemAt(`${path}.config`, { what, given: Object.keys(genesis.config), right })];
  }
  const problems = validateExtraData(consensus, genesis.extraData, `${path}.extraData`);
  if (problems.length > 0 || parseExtraData(consensus, genesis.extraData).validators.length > 0) {
    return problems;
  }
  return hasValidatorContract(genesis) ? [] : [noValidator(genesis, path)];
}

/** Whether a contract names the validators, so that extraData need not. */
function hasValidatorContract(genesis: Genesis): boolean {
  const { qbft } = genesis.config;
  const address = isRecord(qbft) && qbft.validatorcontractaddress;
  return typeof address === "string" && /[1-9a-f]/i.test(address.slice(2));
}

function noValidator(genesis: Genesis, path: string): Problem {
  const what = "extraData names no validator, so nobody seals block 1";
  const right = "take the genesis.json of the running chain";
  return problemAt(`${path}.extraData`, { what, given: genesis.extraData, right });
}

function validateRefusedKeys(genesis: Genesis, client: Client, path: string): Problem[] {
  return Object.entries(refusedKeys[client])
    .filter(([key]) => genesis.config[key] !== undefined)
    .map(([key, reason]) => {
      const right = "run this chain with another client, or correct the file on every node";
      return problemAt(`${path}.config.${key}`, { what: reason, given: genesis.config[key], right });
    });
}

/** go-ethereum and GoQuorum refuse a fork whose predecessor is missing or later (`CheckConfigForkOrder`). */
function validateForkOrder(genesis: Genesis, client: Client, path: string): Problem[] {
  if (client === "besu") {
    return [];
  }
  const problems: Problem[] = [];
  let previous: { key: string; block: bigint | undefined } | undefined;
  for (const { key, isOptional } of blockActivations) {
    const block = activationOf(genesis.config, key);
    if (isOptional && block === undefined) {
      continue;
    }
    const isGap = previous && block !== undefined && (previous.block === undefined || previous.block > block);
    if (previous && isGap) {
      const what = `${key} comes before ${previous.key} (${previous.block ?? "not scheduled"})`;
      const right = `give ${previous.key} a block that is not later`;
      problems.push(problemAt(`${path}.config.${key}`, { what, given: genesis.config[key], right }));
    }
    previous = { key, block };
  }
  return problems;
}

function validateBesuKeys(genesis: Genesis, path: string): Problem[] {
  const problems: Problem[] = [];
  for (const engine of ["qbft", "ibft2"]) {
    const rules = genesis.config[engine];
    if (isRecord(rules) && "xemptyblockperiodseconds" in rules) {
      const what = "Besu no longer reads this key since 26.8.1";
      const right = "rename it to emptyblockperiodseconds";
      problems.push(problemAt(`${path}.config.${engine}.xemptyblockperiodseconds`, { what, right }));
    }
  }
  return [...problems, ...validateCalledContracts(genesis, path)];
}

/** With an address and no code there, Besu starts and never seals a block ("Invalid system call address"). */
function validateCalledContracts(genesis: Genesis, path: string): Problem[] {
  // A later Prague may find contracts that a transaction has made by then.
  if (!isActiveAtGenesis(genesis, "pragueTime")) return [];
  const withCode = new Set(
    Object.entries(genesis.alloc).flatMap(([address, { code = "0x" }]) =>
      digitsOf(code) === "" ? [] : [digitsOf(address)],
    ),
  );
  return CALLED_CONTRACTS.flatMap((key) => {
    const address = genesis.config[key];
    if (address === undefined || (typeof address === "string" && withCode.has(digitsOf(address)))) return [];
    const what = "Prague is active in block 0 and alloc has no code at this address, so no block would ever be sealed";
    const right = "give the account its code in alloc, or leave the address out";
    return [problemAt(`${path}.config.${key}`, { what, given: address, right })];
  });
}

function validateHeaderFields(genesis: Genesis, client: Client, path: string): Problem[] {
  const quantities = ["nonce", "timestamp", "gasLimit", "difficulty", "baseFeePerGas"] as const;
  const wrong = quantities.filter((key) => genesis[key] !== undefined && parseQuantity(genesis[key]) === undefined);
  const problems = wrong.map((key) =>
    problemAt(`${path}.${key}`, { what: "not a number", given: genesis[key], right: 'write it as "0x..."' }),
  );
  if (isDecimal(genesis.nonce)) {
    problems.push(decimalNonce(`${path}.nonce`, genesis.nonce));
  }
  if (client === "goquorum" && genesis.baseFeePerGas !== undefined) {
    const what = "GoQuorum has no base fee and leaves it out of block 0, so its hash would differ from other clients'";
    problems.push(problemAt(`${path}.baseFeePerGas`, { what, given: genesis.baseFeePerGas, right: "leave it out" }));
  }
  if (!isHexBytes(genesis.mixHash, 32)) {
    problems.push(
      problemAt(`${path}.mixHash`, {
        what: "not 32 bytes",
        given: genesis.mixHash,
        right: "write 0x and 64 hexadecimal digits",
      }),
    );
  }
  return [...problems, ...validateAddress(genesis.coinbase, `${path}.coinbase`), ...validateZeroFields(genesis, path)];
}

/** Fields that clients read for their own tests, and that a chain's first block has as zero. */
function validateZeroFields(genesis: Genesis, path: string): Problem[] {
  const fields = genesis as unknown as Record<string, unknown>;
  const keys = ["number", "gasUsed", "parentHash", "excessBlobGas", "blobGasUsed", "parentBeaconBlockRoot"];
  return keys
    .filter((key) => fields[key] !== undefined && parseQuantity(fields[key]) !== 0n)
    .map((key) =>
      problemAt(`${path}.${key}`, { what: "block 0 has zero here", given: fields[key], right: "leave it out" }),
    );
}

function validateAllocated(address: string, account: GenesisAccount, path: string): Problem[] {
  const problems = validateAddress(address, path);
  if (parseQuantity(account.balance) === undefined) {
    problems.push(
      problemAt(`${path}.balance`, {
        what: "not an amount of wei",
        given: account.balance,
        right: 'write it as "0x..." or decimal text',
      }),
    );
  }
  if (isDecimal(account.nonce)) {
    problems.push(decimalNonce(`${path}.nonce`, account.nonce));
  }
  if (account.code !== undefined && !isHexBytes(account.code)) {
    problems.push(
      problemAt(`${path}.code`, {
        what: "not bytecode",
        given: account.code,
        right: "write 0x and an even number of digits",
      }),
    );
  }
  const words = Object.entries(account.storage ?? {});
  const wrong = words.filter((word) => word.some((text) => !/^(0x)?([0-9a-f]{2}){1,32}$/i.test(text)));
  const right = "write slot and value as 0x and an even number of hexadecimal digits, up to 64";
  return [
    ...problems,
    ...wrong.map(([slot, given]) =>
      problemAt(`${path}.storage["${slot}"]`, { what: "not a storage word", given, right }),
    ),
  ];
}

/** Besu reads nonces as hexadecimal whether or not they say so, go-ethereum as decimal: the hashes would differ. */
function decimalNonce(path: string, given: unknown): Problem {
  return problemAt(path, {
    what: "clients disagree whether this nonce is decimal",
    given,
    right: 'write it as "0x..."',
  });
}

function isDecimal(nonce: string | number | undefined): boolean {
  return nonce !== undefined && /^[0-9]{2,}$/.test(String(nonce));
}
