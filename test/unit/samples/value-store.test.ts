/** The committed artefact of the sample contract, compared with its source and the compiler's output. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { artifactFile, artifactText, compileContract } from "../../../samples/contract/compile";

describe("sample contract", function () {
  this.timeout(60_000);

  it("is committed as the compiler makes it; write it with samples/contract/compile.ts", async () => {
    assert.equal(readFileSync(artifactFile, "utf8"), artifactText(await compileContract()));
  });

  it("needs no instruction that came after Berlin, since GoQuorum knows none", async () => {
    assert.equal((await compileContract()).evmVersion, "berlin");
  });
});
