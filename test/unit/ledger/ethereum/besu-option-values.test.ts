/** Values with which Besu ends at its start: the check finds them before a node gets them. */
import assert from "node:assert/strict";
import { besuOptions } from "../../../../components/ethereum/clients/besu";
import type { OptionedChain } from "../../../../ledger/ethereum/clients/client-facts";
import { validateBesuOptionValues } from "../../../../ledger/ethereum/clients/besu-option-values";

const free: OptionedChain = { freeGas: true, fork: "cancun" };

function messages(options: Record<string, string>, chain: OptionedChain = free): string[] {
  return validateBesuOptionValues(options, chain, "options").map(({ path, message }) => `${path}: ${message}`);
}

describe("Besu option values", () => {
  const refusals: [string, Record<string, string>, string][] = [
    [
      "words where Besu reads a number",
      { "tx-pool-max-size": "lots" },
      'options.tx-pool-max-size: given "lots"; must be a whole number',
    ],
    [
      "a percentage where Besu reads a fraction",
      { "--tx-pool-limit-by-account-percentage": "15" },
      'options.--tx-pool-limit-by-account-percentage: given "15"; must be a fraction from 0 to 1, for example 0.15',
    ],
    [
      "a switch that is neither on nor off",
      { "revert-reason-enabled": "yes" },
      'options.revert-reason-enabled: given "yes"; must be true or false',
    ],
    [
      "a price bump where gas is free",
      { "tx-pool-price-bump": "1" },
      'options.tx-pool-price-bump: given "1"; must be left out, because Besu ends on it with a base fee of zero, which a chain with free gas has',
    ],
    [
      "an option of the pool that nodes do not have",
      { "tx-pool-max-prioritized": "5000" },
      'options.tx-pool-max-prioritized: given "5000"; must be left out, because Besu ends on an option of the layered pool, and nodes have the sequenced one. The pool is chosen by tx-pool: "LAYERED"',
    ],
    [
      "an option of the sequenced pool with the layered one",
      { "tx-pool": "layered", "tx-pool-max-size": "9000" },
      'options.tx-pool-max-size: given "9000"; must be left out, because Besu ends on an option of the sequenced pool, and nodes have the layered one',
    ],
    [
      "permissions, for which no file can be mounted",
      { "permissions-accounts-config-file-enabled": "true" },
      'options.permissions-accounts-config-file-enabled: given "true"; must be left out, because permissions need a file, and none can be brought into the pods here',
    ],
    [
      "a limit of trie logs on nodes that execute every block",
      { "bonsai-limit-trie-logs-enabled": "" },
      'options.bonsai-limit-trie-logs-enabled: given ""; must be left out, because Besu ends on it while it synchronises in full, as validators do',
    ],
  ];
  for (const [name, options, expected] of refusals) {
    it(`refuse ${name}`, () => assert.deepEqual(messages(options), [expected]));
  }

  it("are free where nothing contradicts them", () => {
    const fine: [Record<string, string>, OptionedChain?][] = [
      [{ "tx-pool-price-bump": "10" }, { freeGas: false, fork: "cancun" }],
      [{ "tx-pool-price-bump": "10" }, { freeGas: true, fork: "berlin" }],
      [{ "tx-pool": "LAYERED", "tx-pool-max-prioritized": "5000" }],
      [{ "sync-mode": "SNAP", "bonsai-limit-trie-logs-enabled": "true" }],
      [{ "bonsai-limit-trie-logs-enabled": "false", "revert-reason-enabled": "", "rpc-max-logs-range": "20000" }],
    ];
    for (const [options, chain] of fine) assert.deepEqual(messages(options, chain), []);
  });

  it("include all that the program itself writes", () => {
    for (const role of ["validator", "rpc"] as const) {
      const own = besuOptions({
        role,
        chainId: 1,
        gasLimit: "100000000",
        freeGas: true,
        consensus: "qbft",
        contractSizeLimitBytes: 65536,
        hosts: [],
        corsOrigins: [],
        logFormat: "plain",
        options: {},
      });
      assert.deepEqual(messages(own as Record<string, string>), []);
    }
  });
});
