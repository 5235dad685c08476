import assert from "node:assert/strict";
import { status } from "@grpc/grpc-js";
import { CommitError, StatusCode, type Contract, type Status } from "@hyperledger/fabric-gateway";
import type { Chaincode } from "../../../samples/client/chaincode";
import { createAsset, type Asset } from "../../../samples/client/assets";
import { describeError, errorKind, isOutcomeUnknown, isTransient } from "../../../samples/client/errors";
import { submit, submitOnce, type Patience } from "../../../samples/client/transaction";
import { refusedByChaincode, unendorsedInTime } from "../../support/endorsement-answers";
import { commitStatusError, endorseError, submitError } from "./gateway-errors";

/** Tries again at once, for longer than any test. */
const eagerPatience: Patience = { seconds: 60, firstDelay: 0, longestDelay: 0 };
/** Never tries again: the time is over before the first pause. */
const noPatience: Patience = { seconds: 0, firstDelay: 1, longestDelay: 1 };

const call = { name: "CreateAsset", arguments: ["a1"] };

/** A gateway whose steps end as in the lists, in order. Errors are thrown, other values are results. */
class ScriptedGateway {
  readonly proposals: { name: string; arguments: unknown }[] = [];
  readonly submitted: string[] = [];

  constructor(
    private readonly script: { endorse?: unknown[]; submit?: unknown[]; status?: unknown[]; evaluate?: unknown[] },
  ) {}

  get chaincode(): Chaincode {
    return { contract: this.contract, status: (transactionId) => this.step("status", validStatus(transactionId)) };
  }

  private get contract(): Contract {
    return {
      newProposal: (name: string, options: { arguments: unknown }) => {
        this.proposals.push({ name, arguments: options.arguments });
        const transactionId = `tx${this.proposals.length}`;
        return { endorse: () => this.step("endorse", this.transaction(transactionId)) };
      },
      evaluate: () => this.step("evaluate", new Uint8Array()),
    } as unknown as Contract;
  }

  private transaction(transactionId: string) {
    return {
      getTransactionId: () => transactionId,
      getResult: () => Buffer.from("result"),
      submit: () => {
        this.submitted.push(transactionId);
        return this.step("submit", { getStatus: () => this.step("status", validStatus(transactionId)) });
      },
    };
  }

  private async step<T>(name: keyof ScriptedGateway["script"], otherwise: T): Promise<T> {
    const next = this.script[name]?.shift();
    if (next instanceof Error) throw next;
    return (next as T | undefined) ?? otherwise;
  }
}

function validStatus(transactionId: string): Status {
  return { successful: true, code: StatusCode.VALID, blockNumber: 7n, transactionId };
}

describe("sample client: submitting a transaction", () => {
  it("reports transaction id, block number and the chaincode's result", async () => {
    const committed = await submit(new ScriptedGateway({}).chaincode, call, eagerPatience);
    assert.deepEqual(committed, { transactionId: "tx1", blockNumber: 7n, result: "result", submissions: 1 });
  });

  it("sends the same transaction again when no commit status came, since a new one could be a second transfer", async () => {
    const gateway = new ScriptedGateway({ status: [commitStatusError(status.DEADLINE_EXCEEDED)] });
    const committed = await submit(gateway.chaincode, call, eagerPatience);
    assert.deepEqual(gateway.submitted, ["tx1", "tx1"]);
    assert.equal(gateway.proposals.length, 1);
    assert.equal(committed.submissions, 2);
  });

  it("sends the same transaction again when no orderer took it, as between two raft leaders", async () => {
    const gateway = new ScriptedGateway({ submit: [submitError(status.UNAVAILABLE), submitError(status.UNAVAILABLE)] });
    await submit(gateway.chaincode, call, eagerPatience);
    assert.deepEqual(gateway.submitted, ["tx1", "tx1", "tx1"]);
  });

  it("asks for the status only, when BFT orderers refuse a second copy of an accepted transaction", async () => {
    const lost = submitError(status.UNAVAILABLE, "connection lost");
    const known = submitError(status.UNAVAILABLE, "failed to submit request: request already processed");
    const gateway = new ScriptedGateway({ submit: [lost, known] });
    const committed = await submit(gateway.chaincode, call, eagerPatience);
    assert.deepEqual(committed, { transactionId: "tx1", blockNumber: 7n, result: "result", submissions: 2 });
    assert.deepEqual(gateway.submitted, ["tx1", "tx1"]);
  });

  it("proposes again while discovery does not know enough peers yet", async () => {
    const notReady = "no combination of peers can be derived which satisfy the endorsement policy";
    const gateway = new ScriptedGateway({ endorse: [endorseError(status.FAILED_PRECONDITION, notReady)] });
    await submit(gateway.chaincode, call, eagerPatience);
    assert.equal(gateway.proposals.length, 2);
  });

  it("does not try again what the chaincode refused", async () => {
    const refusal = endorseError(
      status.ABORTED,
      "failed to endorse",
      "chaincode response 500, asset a1 exists already",
    );
    const gateway = new ScriptedGateway({ endorse: [refusal] });
    await assert.rejects(submit(gateway.chaincode, call, eagerPatience), refusal);
    assert.equal(gateway.proposals.length, 1);
  });

  it("does not try again what an orderer refused for good", async () => {
    const refusal = submitError(status.ABORTED, "received unsuccessful response from orderer: status=BAD_REQUEST");
    const gateway = new ScriptedGateway({ submit: [refusal] });
    await assert.rejects(submit(gateway.chaincode, call, eagerPatience), refusal);
    assert.equal(gateway.submitted.length, 1);
  });

  it("says which validation a transaction failed and in which block, and does not try again", async () => {
    const invalid = { successful: false, code: StatusCode.MVCC_READ_CONFLICT, blockNumber: 9n, transactionId: "tx1" };
    const gateway = new ScriptedGateway({ status: [invalid] });
    await assert.rejects(submit(gateway.chaincode, call, eagerPatience), (error: unknown) => {
      assert.ok(error instanceof CommitError);
      assert.equal(error.message, "transaction tx1 is in block 9 but invalid: MVCC_READ_CONFLICT");
      return true;
    });
    assert.equal(gateway.submitted.length, 1);
  });

  it("gives up when its patience is over and passes on the last answer", async () => {
    const gateway = new ScriptedGateway({ submit: [submitError(status.UNAVAILABLE, "no Raft leader")] });
    await assert.rejects(
      submit(gateway.chaincode, call, noPatience),
      new Error("gave up after 0 s; the last answer was: no Raft leader", { cause: submitError(status.UNAVAILABLE) }),
    );
    assert.equal(gateway.submitted.length, 1);
  });

  it("tries only once on request, for measurements", async () => {
    const gateway = new ScriptedGateway({ submit: [submitError(status.UNAVAILABLE)] });
    await assert.rejects(submitOnce(gateway.chaincode, call));
    assert.equal(gateway.submitted.length, 1);
  });
});

describe("sample client: creating an asset", () => {
  const asset: Asset = { ID: "a1", Color: "blue", Size: 5, Owner: "Ana", AppraisedValue: 300 };
  const refusal = () =>
    endorseError(status.ABORTED, "failed to endorse", "chaincode response 500, asset a1 exists already");

  it("sends the values in the order the chaincode takes them", async () => {
    const gateway = new ScriptedGateway({});
    assert.equal((await createAsset(gateway.chaincode, asset)).outcome, "created");
    assert.deepEqual(gateway.proposals, [{ name: "CreateAsset", arguments: ["a1", "blue", "5", "Ana", "300"] }]);
  });

  it("is done when an equal asset exists already, as after a creation whose answer was lost", async () => {
    const gateway = new ScriptedGateway({ endorse: [refusal()], evaluate: [Buffer.from(JSON.stringify(asset))] });
    assert.deepEqual(await createAsset(gateway.chaincode, asset), { outcome: "exists already, equal" });
  });

  it("fails when another asset has that ID and says in what it differs", async () => {
    const other = Buffer.from(JSON.stringify({ ...asset, Owner: "Ben" }));
    const gateway = new ScriptedGateway({ endorse: [refusal()], evaluate: [other] });
    await assert.rejects(
      createAsset(gateway.chaincode, asset),
      new Error('asset a1 exists already with another Owner: "Ben" instead of "Ana"'),
    );
  });
});

describe("sample client: kinds of errors", () => {
  it("takes an unreachable gateway, a silent peer, cold discovery and a restarting chaincode for transient", () => {
    assert.equal(isTransient(endorseError(status.DEADLINE_EXCEEDED, "endorsement timeout expired")), true);
    assert.equal(isTransient(endorseError(status.UNAVAILABLE, "No connection established")), true);
    assert.equal(isTransient(endorseError(status.CANCELLED, "Call cancelled")), true);
    assert.equal(isTransient(endorseError(status.FAILED_PRECONDITION, "failed to select a set of endorsers")), true);
    assert.equal(isTransient(endorseError(status.ABORTED, "failed", "could not launch chaincode asset")), true);
  });

  it("takes peers for transient that the gateway did not reach in time, unless a chaincode refused", () => {
    for (const told of Object.values(unendorsedInTime)) {
      assert.equal(isTransient(endorseError(status.ABORTED, "failed to collect enough", told)), true);
    }
    const refused = `${refusedByChaincode}; ${unendorsedInTime.silent}`;
    assert.equal(isTransient(endorseError(status.ABORTED, "failed to collect enough", refused)), false);
  });

  it("takes nothing else for transient", () => {
    assert.equal(isTransient(endorseError(status.FAILED_PRECONDITION, "access denied")), false);
    assert.equal(isTransient(endorseError(status.ABORTED, "failed", "asset a1 exists already")), false);
    assert.equal(isTransient(new Error("no combination of peers can be derived")), false);
  });

  it("knows that a failed endorsement leaves nothing open, while a lost commit status does", () => {
    assert.equal(isOutcomeUnknown(endorseError(status.UNAVAILABLE, "gone")), false);
    assert.equal(isOutcomeUnknown(commitStatusError(status.ABORTED)), true);
    assert.equal(isOutcomeUnknown(submitError(status.ABORTED)), false);
  });

  it("counts errors by step and status", () => {
    assert.equal(errorKind(submitError(status.UNAVAILABLE)), "SubmitError UNAVAILABLE");
    const conflict = new CommitError({ code: StatusCode.MVCC_READ_CONFLICT, transactionId: "tx1", message: "" });
    assert.equal(errorKind(conflict), "CommitError MVCC_READ_CONFLICT");
  });

  it("has the answer of each node behind the gateway", () => {
    const error = endorseError(status.ABORTED, "failed to endorse", "asset a1 exists already");
    assert.equal(describeError(error), "failed to endorse; Org2MSP at peer0.org2:7051: asset a1 exists already");
  });
});
