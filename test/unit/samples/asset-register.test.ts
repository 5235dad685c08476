import assert from "node:assert/strict";
import type { Asset, AssetText } from "../../../samples/chaincode/src/asset";
import { AssetRegister } from "../../../samples/chaincode/src/asset-register";
import { MemoryWorldState, openIterators } from "./memory-world-state";

describe("asset-transfer chaincode: the asset register", () => {
  let state: MemoryWorldState;
  let register: AssetRegister;

  beforeEach(() => {
    state = new MemoryWorldState();
    register = new AssetRegister(state);
  });

  afterEach(() => {
    assert.equal(openIterators.size, 0, "every iterator is closed, since a peer keeps a cursor open for each");
  });

  function text(id: string, owner: string): AssetText {
    return { id, color: "blue", size: "5", owner, appraisedValue: "300" };
  }

  function create(id: string, owner: string): Promise<Asset> {
    return state.transaction(() => register.create(text(id, owner)));
  }

  it("stores an asset as JSON with sorted keys, since every endorser must write the same bytes", async () => {
    await create("a1", "Ana");
    assert.deepEqual(state.contents(), {
      a1: '{"AppraisedValue":300,"Color":"blue","ID":"a1","Owner":"Ana","Size":5}',
      "\u0000owner~id\u0000Ana\u0000a1\u0000": "\u0000",
    });
  });

  it("returns from create what read returns afterwards", async () => {
    const created = await create("a1", "Ana");
    assert.deepEqual(created, { ID: "a1", Color: "blue", Size: 5, Owner: "Ana", AppraisedValue: 300 });
    assert.deepEqual(await register.read("a1"), created);
  });

  it("refuses to create an asset twice and keeps the first", async () => {
    await create("a1", "Ana");
    await assert.rejects(create("a1", "Ben"), new Error("asset a1 exists already"));
    assert.equal((await register.read("a1")).Owner, "Ana");
  });

  it("refuses to read, update, transfer or delete an asset that does not exist", async () => {
    const refusal = new Error("asset a1 does not exist");
    await assert.rejects(register.read("a1"), refusal);
    await assert.rejects(register.update(text("a1", "Ana")), refusal);
    await assert.rejects(register.transfer("a1", "Ben"), refusal);
    await assert.rejects(register.delete("a1"), refusal);
  });

  it("replaces every field on update and moves the asset to its new owner's list", async () => {
    await create("a1", "Ana");
    const update = { id: "a1", color: "red", size: "6", owner: "Ben", appraisedValue: "301" };
    await state.transaction(() => register.update(update));
    const expected = { ID: "a1", Color: "red", Size: 6, Owner: "Ben", AppraisedValue: 301 };
    assert.deepEqual(await register.ofOwner("Ben"), [expected]);
    assert.deepEqual(await register.ofOwner("Ana"), []);
  });

  it("keeps an asset in its owner's list when an update keeps the owner", async () => {
    await create("a1", "Ana");
    await state.transaction(() => register.update({ ...text("a1", "Ana"), size: "6" }));
    assert.deepEqual(
      (await register.ofOwner("Ana")).map(({ Size }) => Size),
      [6],
    );
  });

  it("answers a transfer with the old owner", async () => {
    await create("a1", "Ana");
    assert.equal(await state.transaction(() => register.transfer("a1", "Ben")), "Ana");
    assert.equal((await register.read("a1")).Owner, "Ben");
  });

  it("keeps an asset that is transferred to the owner it has", async () => {
    await create("a1", "Ana");
    await state.transaction(() => register.transfer("a1", "Ana"));
    assert.equal((await register.ofOwner("Ana")).length, 1);
  });

  it("leaves nothing behind after a delete, so that the ID can be used again", async () => {
    await create("a1", "Ana");
    await state.transaction(() => register.delete("a1"));
    assert.deepEqual(state.contents(), {});
    assert.equal(await register.exists("a1"), false);
    await create("a1", "Ben");
    assert.equal(await register.exists("a1"), true);
  });

  it("lists assets in order of ID without the owner index's entries", async () => {
    for (const id of ["b", "a10", "a1", "é"]) await create(id, "Ana");
    assert.deepEqual(
      (await register.all()).map(({ ID }) => ID),
      ["a1", "a10", "b", "é"],
    );
  });

  it("lists only the owner's own assets when another owner's name begins with the same letters", async () => {
    await create("a1", "Ana");
    await create("a2", "Anabel");
    assert.deepEqual(
      (await register.ofOwner("Ana")).map(({ ID }) => ID),
      ["a1"],
    );
  });

  it("goes through all assets page by page, each once, and says when a page is the last", async () => {
    for (const id of ["a1", "a2", "a3"]) await create(id, "Ana");
    const first = await register.page("2", "");
    assert.deepEqual(
      first.assets.map(({ ID }) => ID),
      ["a1", "a2"],
    );
    const second = await register.page("2", first.bookmark);
    assert.deepEqual(
      second.assets.map(({ ID }) => ID),
      ["a3"],
    );
    assert.equal(second.bookmark, "");
  });

  it("goes through an owner's assets page by page", async () => {
    for (const id of ["a1", "a3", "a5"]) await create(id, "Ana");
    for (const id of ["a2", "a4"]) await create(id, "Ben");
    const first = await register.pageOfOwner("Ana", "2", "");
    const second = await register.pageOfOwner("Ana", "2", first.bookmark);
    assert.deepEqual(
      [...first.assets, ...second.assets].map(({ ID }) => ID),
      ["a1", "a3", "a5"],
    );
    assert.equal(second.bookmark, "");
  });

  it("refuses a page size that is no number from 1 to 1000 and says what was given", async () => {
    for (const size of ["0", "1001", "ten", "", "1.5", "-1"]) {
      const refusal = new Error(`pageSize ${JSON.stringify(size)} is not a whole number from 1 to 1000`);
      await assert.rejects(register.page(size, ""), refusal);
    }
  });
});
