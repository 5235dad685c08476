/** Checks of the settings of a new chain, among them the limits of each client. */
import { validateAlloc } from "./alloc";
import { clientFacts } from "./clients";
import type { ClientFacts } from "./clients/client-facts";
import { forks, includesFork } from "./fork";
import { clientDefaults, defaultFork, genesisDefaults, type GenesisSettings } from "./genesis-settings";
import { parseQuantity } from "./hex";
import { validateInteger } from "./integer";
import { problem, type Problem } from "../../lib/problem";
import { validateValidators } from "./validators";

/** EIP-155 signs with v = 2 * chainId + 36, which must be an exact number in JavaScript wallets. */
export const maxChainId = 4503599627370476;
const gasOfATransfer = 21_000n;
/** GoQuorum's limits, KiB. */
const transactionSizeKiB = { lowest: 32, highest: 128 };
/** Besu and JavaScript clients read the gas limit into a double. */
const maxGasLimit = 0x1fffffffffffffn;
/** 31 bits, Besu's limit. */
const maxSeconds = 2 ** 31 - 1;

/** Every reason why these settings would give no chain that the client can seal. */
export function validateGenesisSettings(settings: GenesisSettings, path: string): Problem[] {
  if (!Object.hasOwn(clientFacts, settings.client)) {
    const must = `be one of ${Object.keys(clientFacts).join(", ")}`;
    return [problem({ path: `${path}.client`, given: settings.client, must })];
  }
  return [
    ...validateConsensus(settings, path),
    ...validateChainId(settings.chainId, `${path}.chainId`),
    ...validateValidators(settings.validators, `${path}.validators`),
    ...validateFork(settings, path),
    ...validateGas(settings, path),
    ...validateTimes(settings, path),
    ...validateSizes(settings, path),
    ...validateAlloc(settings.alloc ?? {}, `${path}.alloc`),
  ];
}

function validateConsensus({ client, consensus }: GenesisSettings, path: string): Problem[] {
  const { title, consensus: known } = clientFacts[client];
  if (consensus === undefined || known.includes(consensus)) return [];
  const must = `be ${known.join(" or ")}`;
  return [
    problem({ path: `${path}.consensus`, given: consensus, must, because: `${title} seals no blocks by another` }),
  ];
}

/** Checks a chain id: a positive number that EIP-155 signatures of JavaScript clients can carry. */
export function validateChainId(chainId: unknown, path: string): Problem[] {
  return validateInteger(chainId, path, { lowest: 1, highest: maxChainId });
}

function validateFork(settings: GenesisSettings, path: string): Problem[] {
  const { client, fork, freeGas = clientDefaults(client).freeGas } = settings;
  const { title, gas } = clientFacts[client];
  const { oldest, newest, newestReason } = clientFacts[client].forks;
  const forkPath = `${path}.fork`;
  if (fork === undefined) return [];
  const possible = forks.slice(forks.indexOf(oldest), forks.indexOf(newest) + 1);
  const must = `be one of ${possible.join(", ")}`;
  if (!forks.includes(fork)) return [problem({ path: forkPath, given: fork, must })];
  if (!includesFork(fork, oldest)) {
    return [problem({ path: forkPath, given: fork, must, because: `${title} runs no older one` })];
  }
  if (!includesFork(newest, fork)) return [problem({ path: forkPath, given: fork, must, because: newestReason })];
  if (includesFork(fork, "london") && freeGas && !gas.hasZeroBaseFee) {
    const because = `${title} has no switch for a zero base fee: with London it starts at 1 gwei and moves with use`;
    const hint = "Or set freeGas to false and fund accounts in alloc";
    return [problem({ path: forkPath, given: fork, must: "be older than london where gas is free", because, hint })];
  }
  return [];
}

function validateGas(settings: GenesisSettings, path: string): Problem[] {
  const { gasLimit, baseFeePerGas, freeGas = clientDefaults(settings.client).freeGas } = settings;
  const problems: Problem[] = [];
  const limit = gasLimit === undefined ? maxGasLimit : parseQuantity(gasLimit);
  if (limit === undefined || limit < gasOfATransfer || limit > maxGasLimit) {
    const must = `be a number from ${gasOfATransfer} (one transfer of ether) to ${maxGasLimit} (0x1fffffffffffff)`;
    problems.push(problem({ path: `${path}.gasLimit`, given: gasLimit, must }));
  }
  if (baseFeePerGas !== undefined && parseQuantity(baseFeePerGas) === undefined) {
    const must = "be wei in digits, or in 0x and hexadecimal digits";
    problems.push(problem({ path: `${path}.baseFeePerGas`, given: baseFeePerGas, must }));
  }
  if (baseFeePerGas !== undefined && freeGas) {
    const because = "gas is free";
    const hint = "Or set freeGas to false";
    problems.push(problem({ path: `${path}.baseFeePerGas`, given: baseFeePerGas, must: "be left out", because, hint }));
  }
  return problems;
}

function validateTimes(settings: GenesisSettings, path: string): Problem[] {
  const { blockPeriodSeconds: period, requestTimeoutSeconds: timeout, emptyBlockPeriodSeconds: empty } = settings;
  const problems = [
    ...validateSeconds(period, `${path}.blockPeriodSeconds`, 1),
    ...validateSeconds(timeout, `${path}.requestTimeoutSeconds`, 1),
    ...validateSeconds(empty, `${path}.emptyBlockPeriodSeconds`, 0),
    ...validateSeconds(settings.timestampSeconds, `${path}.timestampSeconds`, 0),
    ...validateSeconds(settings.epochLength, `${path}.epochLength`, 1),
  ];
  const blockPeriod = period ?? genesisDefaults.blockPeriodSeconds;
  if (timeout !== undefined && timeout < blockPeriod) {
    const because = "no round would end with a block before the block period is over";
    const must = `be ${blockPeriod} or more`;
    const hint = `${2 * blockPeriod}, twice the block period, is the default`;
    problems.push(problem({ path: `${path}.requestTimeoutSeconds`, given: timeout, must, because, hint }));
  }
  if (empty !== undefined && empty !== 0 && empty <= blockPeriod) {
    const must = `be more than the block period of ${blockPeriod} s, or 0 to seal empty blocks like others`;
    problems.push(problem({ path: `${path}.emptyBlockPeriodSeconds`, given: empty, must }));
  }
  return problems;
}

function validateSizes(settings: GenesisSettings, path: string): Problem[] {
  const { client, contractSizeLimitBytes: size, transactionSizeLimitKiB: transaction } = settings;
  const sizePath = `${path}.contractSizeLimitBytes`;
  const { title, contractSize } = clientFacts[client];
  const problems: Problem[] = [];
  if (size !== undefined && !fits(size, contractSize)) {
    const { lowest, highest, multipleOf } = contractSize;
    const number = multipleOf === 1 ? "whole number" : `multiple of ${multipleOf}`;
    const isFixed = lowest === highest;
    const must = isFixed ? "be left out" : `be a ${number} of bytes from ${lowest} to ${highest}`;
    const because = isFixed ? `${title} has the ${lowest} bytes of EIP-170 built in` : `${title} takes no other`;
    problems.push(problem({ path: sizePath, given: size, must, because }));
  }
  if (transaction !== undefined) {
    const transactionPath = `${path}.transactionSizeLimitKiB`;
    problems.push(...validateInteger(transaction, transactionPath, transactionSizeKiB));
  }
  return problems;
}

function fits(value: number, { lowest, highest, multipleOf }: ClientFacts["contractSize"]): boolean {
  return value % multipleOf === 0 && value >= lowest && value <= highest;
}

function validateSeconds(value: number | undefined, path: string, lowest: number): Problem[] {
  return value === undefined ? [] : validateInteger(value, path, { lowest, highest: maxSeconds });
}

/**
 * Settings that no client reads on such a chain. They do no harm, and chains made by earlier releases may have some, so
 * only the check of stack files refuses them.
 */
export function findIdleSettings(settings: GenesisSettings, path: string): Problem[] {
  const { client } = settings;
  if (!Object.hasOwn(clientFacts, client)) return [];
  const defaults = clientDefaults(client);
  const { consensus = defaults.consensus, freeGas = defaults.freeGas, fork = defaultFork(client, freeGas) } = settings;
  const { title, limitsTransactions } = clientFacts[client];
  const reasons: Partial<Record<keyof GenesisSettings, string>> = {
    ...(limitsTransactions ? {} : { transactionSizeLimitKiB: `${title} reads no such limit from genesis` }),
    ...(consensus === "clique"
      ? {
          requestTimeoutSeconds: "Clique has no rounds",
          emptyBlockPeriodSeconds: "Clique seals empty blocks like others",
        }
      : {}),
    // With free gas the fee has a problem of its own.
    ...(!freeGas && forks.includes(fork) && !includesFork(fork, "london")
      ? { baseFeePerGas: `blocks have a base fee from london on, and fork is ${fork}` }
      : {}),
  };
  return Object.entries(reasons).flatMap(([key, because]) => {
    const given = settings[key as keyof GenesisSettings];
    return given === undefined ? [] : [problem({ path: `${path}.${key}`, given, must: "be left out", because })];
  });
}
