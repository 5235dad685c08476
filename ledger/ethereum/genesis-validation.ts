/** Checks of the settings of a new chain: the limits of each client, and what would not make a chain. */
import { validateAlloc } from "./alloc";
import { clientFacts } from "./clients";
import type { ClientFacts } from "./clients/client-facts";
import { forks, includesFork } from "./fork";
import { clientDefaults, genesisDefaults, type GenesisSettings } from "./genesis-settings";
import { parseQuantity } from "./hex";
import { validateInteger } from "./integer";
import type { Problem } from "../problem";
import { problemAt } from "./problem";
import { validateValidators } from "./validators";

/** EIP-155 signs with v = 2 * chainId + 36, which JavaScript wallets must be able to count to exactly. */
export const MAX_CHAIN_ID = 4503599627370476;
const GAS_OF_A_TRANSFER = 21_000n;
/** Besu, and JavaScript clients, read the gas limit into a double. */
const MAX_GAS_LIMIT = 0x1fffffffffffffn;
/** 31 bits, as Besu keeps them. */
const MAX_SECONDS = 2 ** 31 - 1;

/** Every reason for which these settings give no chain that their client would seal. */
export function validateGenesisSettings(settings: GenesisSettings, path: string): Problem[] {
  if (!(settings.client in clientFacts)) {
    const right = `choose one of ${Object.keys(clientFacts).join(", ")}`;
    return [problemAt(`${path}.client`, { what: "unknown client", given: settings.client, right })];
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
  if (consensus === undefined || known.includes(consensus)) {
    return [];
  }
  const right = `choose ${known.join(" or ")}`;
  return [
    problemAt(`${path}.consensus`, { what: `${title} does not seal blocks by this protocol`, given: consensus, right }),
  ];
}

/** Checks a chain id: a positive number that EIP-155 signatures of JavaScript clients can carry. */
export function validateChainId(chainId: unknown, path: string): Problem[] {
  return validateInteger(chainId, path, { lowest: 1, highest: MAX_CHAIN_ID, what: "not a chain id" });
}

function validateFork(settings: GenesisSettings, path: string): Problem[] {
  const { client, fork, freeGas = clientDefaults(client).freeGas } = settings;
  const { title, gas } = clientFacts[client];
  const { oldest, newest, newestReason } = clientFacts[client].forks;
  const forkPath = `${path}.fork`;
  if (fork === undefined) {
    return [];
  }
  const range = forks.slice(forks.indexOf(oldest), forks.indexOf(newest) + 1).join(", ");
  if (!forks.includes(fork)) {
    return [problemAt(forkPath, { what: "unknown fork", given: fork, right: `choose one of ${range}` })];
  }
  if (!includesFork(fork, oldest)) {
    return [problemAt(forkPath, { what: `too old a fork for ${title}`, given: fork, right: `choose one of ${range}` })];
  }
  if (!includesFork(newest, fork)) {
    const what = `${title} cannot run a private network with this fork: ${newestReason}`;
    return [problemAt(forkPath, { what, given: fork, right: `choose one of ${range}` })];
  }
  if (includesFork(fork, "london") && freeGas && !gas.hasZeroBaseFee) {
    const what = `${title} has no switch for a zero base fee: with London it starts at 1 gwei and moves with use`;
    return [
      problemAt(forkPath, {
        what,
        given: fork,
        right: "choose berlin, or set freeGas to false and fund accounts in alloc",
      }),
    ];
  }
  return [];
}

function validateGas(settings: GenesisSettings, path: string): Problem[] {
  const { gasLimit, baseFeePerGas, freeGas = clientDefaults(settings.client).freeGas } = settings;
  const problems: Problem[] = [];
  const limit = gasLimit === undefined ? MAX_GAS_LIMIT : parseQuantity(gasLimit);
  if (limit === undefined || limit < GAS_OF_A_TRANSFER || limit > MAX_GAS_LIMIT) {
    const right = `write a number from ${GAS_OF_A_TRANSFER} (one transfer of ether) to ${MAX_GAS_LIMIT} (0x1fffffffffffff)`;
    problems.push(problemAt(`${path}.gasLimit`, { what: "not a usable gas limit of a block", given: gasLimit, right }));
  }
  if (baseFeePerGas !== undefined && parseQuantity(baseFeePerGas) === undefined) {
    const right = "write wei as digits or 0x and hexadecimal digits";
    problems.push(problemAt(`${path}.baseFeePerGas`, { what: "not an amount of wei", given: baseFeePerGas, right }));
  }
  if (baseFeePerGas !== undefined && freeGas) {
    const what = "a base fee on a chain whose gas is free";
    const right = "leave it out, or set freeGas to false";
    problems.push(problemAt(`${path}.baseFeePerGas`, { what, given: baseFeePerGas, right }));
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
    const what = `shorter than the block period of ${blockPeriod} s, so no round would ever end with a block`;
    const right = `set ${2 * blockPeriod}, twice the block period`;
    problems.push(problemAt(`${path}.requestTimeoutSeconds`, { what, given: timeout, right }));
  }
  if (empty !== undefined && empty !== 0 && empty <= blockPeriod) {
    const what = `not longer than the block period of ${blockPeriod} s`;
    const right = `set more than ${blockPeriod}, or 0 to seal empty blocks like others`;
    problems.push(problemAt(`${path}.emptyBlockPeriodSeconds`, { what, given: empty, right }));
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
    const what = `not a contract size that ${title} takes, in bytes`;
    const number = multipleOf === 1 ? "whole number" : `multiple of ${multipleOf}`;
    const right =
      lowest === highest
        ? `leave it out: ${title} has the ${lowest} bytes of EIP-170 built in`
        : `write a ${number} from ${lowest} to ${highest}`;
    problems.push(problemAt(sizePath, { what, given: size, right }));
  }
  if (transaction !== undefined) {
    const transactionPath = `${path}.transactionSizeLimitKiB`;
    problems.push(
      ...validateInteger(transaction, transactionPath, {
        lowest: 32,
        highest: 128,
        what: "not a transaction size that GoQuorum takes",
      }),
    );
  }
  return problems;
}

function fits(value: number, { lowest, highest, multipleOf }: ClientFacts["contractSize"]): boolean {
  return value % multipleOf === 0 && value >= lowest && value <= highest;
}

function validateSeconds(value: number | undefined, path: string, lowest: number): Problem[] {
  return value === undefined
    ? []
    : validateInteger(value, path, { lowest, highest: MAX_SECONDS, what: "out of range" });
}
