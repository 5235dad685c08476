import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { referencePage, referencePath } from "../../../provider/generate";

describe("the reference page of the provider", () => {
  it("is up to date; write it with provider/generate.ts", async () => {
    assert.equal(readFileSync(referencePath, "utf8"), await referencePage());
  });

  it("has a section for each type that a table links to, and no other link", async () => {
    const page = await referencePage();
    const links = [...page.matchAll(/\]\(#([a-z]+)\)/g)].map(([, target]) => target);
    const sections = [...page.matchAll(/^## ([A-Za-z]+)$/gm)].map(([, title]) => title?.toLowerCase());
    assert.ok(links.length > 10);
    assert.deepEqual(
      links.filter((target) => !sections.includes(target)),
      [],
    );
  });
});
