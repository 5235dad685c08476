import assert from "node:assert/strict";
import { parseQuantity } from "../../../config";

describe("parseQuantity", () => {
  it("reads cores and bytes as Kubernetes does, binary and decimal units apart", () => {
    const table: [string, number | undefined][] = [
      ["2", 2],
      ["500m", 0.5],
      ["1.5", 1.5],
      ["1Ki", 1024],
      ["10Mi", 10 * 1024 * 1024],
      ["1Gi", 2 ** 30],
      ["1G", 1e9],
      ["2Ti", 2 * 2 ** 40],
      ["5GB", undefined],
      ["", undefined],
      ["-1", undefined],
    ];
    for (const [text, value] of table) assert.equal(parseQuantity(text), value, text);
  });
});
