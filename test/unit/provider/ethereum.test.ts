/** Keys and the first block as resources: kept values and refusals. End-to-end tests show votes on real nodes. */
import assert from "node:assert/strict";
import { sortAddresses } from "../../../ledger/ethereum/address";
import { buildGenesis } from "../../../ledger/ethereum/genesis";
import { genesisHash } from "../../../ledger/ethereum/genesis-hash";
import { genesisText } from "../../../ledger/ethereum/genesis-text";
import { deriveAccount } from "../../../ledger/ethereum/key";
import { unknownValue } from "../../../provider/framework/property-value";
import { account, drawKey } from "../../../provider/ethereum/resources/account";
import { genesis } from "../../../provider/ethereum/resources/genesis";
import { validatorSet } from "../../../provider/ethereum/resources/validator-set";
import type { GenesisInputs, ValidatorSetInputs } from "../../../provider/sdk";
import { testOperation } from "../../support/operation";

const key = (digit: string): string => digit.repeat(64);
const now = new Date(0);
const owner = "test/validator0";

/** Sorted by bytes the second one is first, sorted by characters the first one. */
const turnsDiffer = ["0xF8149c81696d3F56411de13E1527A274276Fe58C", "0xdb427050A505Edc16C218C3958EdC3fAC0984a4e"];

describe("an account", () => {
  it("draws until the bytes are a key of the curve, whose address has the same place in every client's order", () => {
    // The addresses of 7 and 8 start with 0x4a62 and 0x99C851ea, that of 9 with 0x58DA990A.
    const draws = [0, 0xff, 7, 8, 9].map((byte) => Buffer.alloc(32, byte));
    assert.equal(
      drawKey(() => draws.shift() ?? Buffer.alloc(0)),
      "09".repeat(32),
    );
  });

  it("gives up on a source that never gives one", () => {
    assert.throws(() => drawKey(() => Buffer.alloc(32)), /source of randomness is broken/);
  });

  it("takes the user's key, and replaces itself when that becomes another", async () => {
    const { id, state } = await account.create({ owner, privateKey: key("1") }, testOperation().context);
    assert.equal(id, deriveAccount(key("1")).address);
    const diff = (privateKey?: string) =>
      account.diff({ oldInputs: { owner }, oldState: state, newInputs: { owner, privateKey }, now });
    assert.deepEqual(diff(`0x${key("1")}`), []);
    assert.deepEqual(diff(), [], "a key taken out of the stack file stays");
    assert.ok(diff(key("2")).every(({ replaces }) => replaces));
    assert.equal(diff(key("2")).length, 1);
  });
});

describe("the first block", () => {
  const addresses = ["1", "2", "3", "4"].map((digit) => deriveAccount(key(digit)).address);
  const inputs = (settings: object = {}, validators: string[] = addresses): GenesisInputs => ({
    settings: { client: "goquorum", chainId: 1337, blockPeriodSeconds: 1, ...settings },
    validators,
  });

  it("stays when validators come and go: they are voted on", async () => {
    const { state } = await genesis.create(inputs(), testOperation().context);
    const later = inputs({}, [...addresses.slice(1), deriveAccount(key("5")).address]);
    assert.deepEqual(genesis.diff({ oldInputs: inputs(), oldState: state, newInputs: later, now }), []);
    assert.deepEqual(genesis.validate?.(later, inputs()), []);
  });

  it("refuses, before any change, settings that would split a living chain", () => {
    assert.deepEqual(
      genesis.validate?.(inputs({ chainId: 1338 }), inputs()).map(({ path }) => path),
      ["genesis.config.chainId"],
    );
    assert.equal(genesis.validate?.(inputs({ gasLimit: "5000000" }), inputs()).length, 1);
  });

  it("goes on as a genesis.json with transitions, for which settings have no words", async () => {
    const { state } = await genesis.create(inputs(), testOperation().context);
    const made = buildGenesis({ client: "goquorum", chainId: 1337, blockPeriodSeconds: 1, validators: addresses });
    const transitions = [{ block: 5000, blockperiodseconds: 2 }];
    const text = genesisText({ ...made, config: { ...made.config, transitions } });
    const newInputs: GenesisInputs = { existing: { client: "goquorum", text } };
    assert.deepEqual(genesis.validate?.(newInputs, inputs()), []);
    const next = await genesis.update({ id: "", inputs: inputs(), state, newInputs }, testOperation().context);
    assert.equal(next.hash, state.hash);
    assert.match(next.text, /"transitions"/);
  });

  it("shows in the preview of a change the file that nodes restart with, since rollouts follow from it", async () => {
    const { state } = await genesis.create(inputs(), testOperation().context);
    const newInputs = { ...inputs({ requestTimeoutSeconds: 9 }), validators: unknownValue };
    const preview = genesis.preview(newInputs, { inputs: inputs(), state });
    assert.match(String(preview.text), /"requesttimeoutseconds": 9/);
    assert.equal(preview.hash, state.hash);
    assert.deepEqual(genesis.preview({ settings: unknownValue }, { inputs: inputs(), state }), state);
  });

  it("refuses a fork at a time that has passed: nodes that restart first would follow it alone", () => {
    const made = buildGenesis({ client: "besu", chainId: 1337, validators: addresses });
    const chain = (pragueTime?: number): GenesisInputs => ({
      existing: {
        client: "besu",
        text: genesisText({ ...made, config: { ...made.config, ...(pragueTime && { pragueTime }) } }),
      },
    });
    const paths = (time: number) => genesis.validate?.(chain(time), chain()).map(({ path }) => path);
    assert.deepEqual(paths(1_600_000_000), ["genesis.config.pragueTime"]);
    assert.deepEqual(paths(9_000_000_000), []);
  });

  it("is refused with validators whose turns GoQuorum would confuse, unless its chain lives", () => {
    const confused = inputs({}, turnsDiffer);
    assert.deepEqual(
      genesis.validate?.(confused, undefined).map(({ path }) => path),
      ["genesis.validators"],
    );
    assert.deepEqual(genesis.validate?.(confused, confused), []);
    assert.deepEqual(genesis.validate?.(inputs({ client: "besu" }, turnsDiffer), undefined), []);
  });

  it("follows what only times the nodes, and keeps its hash", async () => {
    const { state } = await genesis.create(inputs(), testOperation().context);
    const newInputs = inputs({ requestTimeoutSeconds: 9 }, addresses.slice(1));
    assert.deepEqual(genesis.validate?.(newInputs, inputs()), []);
    const request = { id: "", inputs: inputs(), state, newInputs };
    const next = await genesis.update(request, testOperation().context);
    assert.equal(next.hash, state.hash);
    assert.deepEqual(next.initialValidators, state.initialValidators);
    assert.match(next.text, /"requesttimeoutseconds": 9/);
  });
});

describe("the first block of a chain that was made elsewhere", () => {
  const addresses = ["1", "2", "3", "4"].map((digit) => deriveAccount(key(digit)).address);
  const made = buildGenesis({ client: "goquorum", chainId: 4711, validators: addresses });
  const inputs = (change: object = {}): GenesisInputs => {
    const text = genesisText({ ...made, config: { ...made.config, ...change } });
    return { existing: { client: "goquorum", text } };
  };

  it("is what its text says, already in a preview", async () => {
    const { id, state } = await genesis.create(inputs(), testOperation().context);
    assert.equal(id, genesisHash(made));
    assert.deepEqual([state.chainId, state.initialValidators], [4711, sortAddresses(addresses)]);
    assert.deepEqual(genesis.preview(inputs(), undefined), state);
    const unknown = { existing: { client: "goquorum" as const, text: unknownValue } };
    assert.equal(genesis.preview(unknown, undefined).hash, unknownValue);
  });

  it("is refused where the client would not run it, or would not follow the change", () => {
    const paths = (next: GenesisInputs, previous?: GenesisInputs) =>
      genesis.validate?.(next, previous).map(({ path }) => path);
    assert.deepEqual(paths(inputs({ londonBlock: 0 })), ["genesis.config.londonBlock"]);
    assert.deepEqual(paths({ existing: { client: "goquorum", text: "no JSON" } }), ["genesis"]);
    assert.deepEqual(paths(inputs({ chainId: 4712 }), inputs()), ["genesis.config.chainId"]);
    assert.deepEqual(paths(inputs(), inputs()), []);
  });

  it("is either new or existing", () => {
    const settings = { client: "goquorum" as const, chainId: 1 };
    for (const wrong of [{}, { settings }, { ...inputs(), settings, validators: addresses }]) {
      assert.match(genesis.validate?.(wrong, undefined)[0]?.message ?? "", /^must have settings and validators/);
    }
  });
});

describe("a set of validators", () => {
  const node = (digit: string) => ({
    name: `validator${digit}`,
    namespace: "ethereum",
    pod: `validator${digit}-0`,
    rpcPort: 8545,
    address: deriveAccount(key(digit)).address,
  });
  const inputs = (...digits: string[]): ValidatorSetInputs => ({
    client: "goquorum",
    consensus: "qbft",
    genesisHash: "0x1",
    validators: digits.map(node),
  });
  const diff = (newInputs: ValidatorSetInputs) =>
    validatorSet.diff({
      oldInputs: inputs("1", "2"),
      oldState: { addresses: [], changedElsewhere: [] },
      newInputs,
      now,
    });

  it("is the same in any order, and however its nodes are reached", () => {
    const moved = inputs("2", "1");
    moved.validators.forEach((validator) => (validator.pod = "elsewhere"));
    assert.deepEqual(diff(moved), []);
  });

  it("changes by a vote when a validator comes or goes", () => {
    for (const next of [inputs("1", "2", "3"), inputs("1")]) {
      assert.deepEqual(diff(next), [{ path: "validators", kind: "update" }]);
    }
  });

  it("has its addresses in a preview as soon as all keys are known", () => {
    assert.equal(validatorSet.preview({ ...inputs("1"), validators: unknownValue }, undefined).addresses, unknownValue);
    assert.deepEqual(validatorSet.preview(inputs("1"), undefined).addresses, [node("1").address]);
  });

  it("shows in a preview that a validator stays that others voted in", () => {
    const addresses = ["1", "2", "4"].map((digit) => node(digit).address);
    const state = { addresses: sortAddresses(addresses), changedElsewhere: [`add validator ${node("4").address}`] };
    assert.deepEqual(validatorSet.preview(inputs("1"), { inputs: inputs("1", "2"), state }), {
      addresses: sortAddresses([node("1").address, node("4").address]),
      changedElsewhere: state.changedElsewhere,
    });
  });

  describe("that companies share", () => {
    const partner = (digit: string) => ({ partner: "bell", address: node(digit).address });
    const shared = (own: string[], others: string[], leaving: string[] = []): ValidatorSetInputs => ({
      ...inputs(...own),
      partnerValidators: others.map(partner),
      leaving: leaving.map((digit) => node(digit).address),
    });
    const state = { addresses: sortAddresses([node("1").address, node("3").address]), changedElsewhere: [] };
    const vote = { action: "add", address: node("4").address, voters: [], votesNeeded: 2, validators: 2 } as const;
    const pathsOf = (oldInputs: ValidatorSetInputs, newInputs: ValidatorSetInputs, oldState: object = state) =>
      validatorSet
        .diff({ oldInputs, newInputs, oldState: { ...state, ...oldState }, now })
        .map(({ path, kind, replaces = false }) => `${kind} ${path} ${replaces}`);

    it("changes by a vote when the file names another company's validator, or names it no more, or has one leave", () => {
      const before = shared(["1"], ["3"]);
      assert.deepEqual(pathsOf(before, shared(["1"], ["3", "4"])), ["update partnerValidators false"]);
      assert.deepEqual(pathsOf(before, shared(["1"], [])), ["update partnerValidators false"]);
      assert.deepEqual(pathsOf(before, shared(["1"], ["3"], ["1"])), ["update leaving false"]);
      assert.deepEqual(pathsOf(shared(["1"], ["3", "4"]), shared(["1"], ["4", "3"])), []);
      assert.deepEqual(pathsOf(inputs("1"), shared(["1"], [])), [], "an empty list of partners is no vote");
    });

    it("is looked at again by each update while a vote is pending", () => {
      const before = shared(["1"], ["4"]);
      assert.deepEqual(pathsOf(before, before, { pending: [vote] }), ["update pending false"]);
      assert.deepEqual(pathsOf(before, before, { pending: [] }), []);
    });

    it("has no addresses in a preview, since nobody knows how others vote", () => {
      const previous = { inputs: shared(["1"], ["3"]), state };
      const preview = validatorSet.preview(shared(["1"], ["3", "4"]), previous);
      assert.deepEqual([preview.addresses, preview.pending], [unknownValue, unknownValue]);
    });

    it("votes against other companies' validators where a list leaves them out, and not where the list itself is gone", () => {
      const problems = (next: ValidatorSetInputs, previous: ValidatorSetInputs) =>
        validatorSet.validate?.(next, previous).map(({ path, message }) => `${path}: ${message}`);
      assert.deepEqual(problems(inputs("1"), shared(["1"], ["3"])), [
        `partnerValidators: must stay a list, because this stack's validators would vote against ${node("3").address} of bell. ` +
          "Where that is meant, write `partners: []`, or `partners` without their addresses",
      ]);
      assert.deepEqual(problems(shared(["1"], []), shared(["1"], ["3"])), []);
      assert.deepEqual(problems(inputs("1"), shared(["1"], [])), []);
    });

    it("is refused with a validator of both companies, and with one that leaves and is not there", () => {
      const paths = (wrong: ValidatorSetInputs) => validatorSet.validate?.(wrong, undefined).map(({ path }) => path);
      assert.deepEqual(paths(shared(["1"], ["1"])), ["partnerValidators[0]"]);
      assert.deepEqual(paths(shared(["1"], ["3", "3"])), ["partnerValidators[1]"]);
      assert.deepEqual(paths(shared(["1"], ["3"], ["3"])), ["leaving[0]"]);
      assert.deepEqual(paths(shared(["1"], ["3"], ["1"])), []);
    });
  });

  it("refuses two nodes with one key", () => {
    assert.equal(validatorSet.validate?.(inputs("1", "1"), undefined).length, 1);
  });

  it("refuses a validator that GoQuorum would give another turn after a restart, unless the chain has that order already", () => {
    const after = inputs("1", "2");
    after.validators.forEach((validator, index) => (validator.address = turnsDiffer[index]!));
    const before = { ...after, validators: after.validators.slice(0, 1) };
    assert.deepEqual(
      validatorSet.validate?.(after, before).map(({ path }) => path),
      ["validators"],
    );
    assert.deepEqual(validatorSet.validate?.({ ...after, client: "besu" }, before), []);
    assert.deepEqual(validatorSet.validate?.(after, after), []);
    assert.deepEqual(validatorSet.validate?.(after, undefined), []);
  });
});
