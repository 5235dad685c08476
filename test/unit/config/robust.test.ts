/** Files with mistakes anywhere: rules and derived defaults read values, any of which may be missing. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { isRecord } from "../../../lib/values";
import { formatPath, type Path } from "../../../config/kit/problem";
import { parseStackConfig } from "../../../config/parse";
import { root } from "../../support/program/run";

const project = "blockchain-clusters";
const noFile = () => ({ reason: "no file is read here" });

/** Paths of all values below `value`. */
function pathsIn(value: unknown, path: Path = []): Path[] {
  const parts: [PropertyKey, unknown][] = Array.isArray(value)
    ? [...value.entries()]
    : isRecord(value)
      ? Object.entries(value)
      : [];
  return [...(path.length > 0 ? [path] : []), ...parts.flatMap(([step, part]) => pathsIn(part, [...path, step]))];
}

/** A copy with another value at `path`; without the path for an undefined value. */
function changed(value: unknown, [step = "", ...rest]: Path, replacement: unknown): Record<PropertyKey, unknown> {
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) }) as Record<
    PropertyKey,
    unknown
  >;
  copy[step] = rest.length === 0 ? replacement : changed(copy[step], rest, replacement);
  return copy;
}

describe("a stack file with one wrong value", () => {
  for (const stack of ["ack-fabric-prod", "existing-fabric", "local-clique"]) {
    const { config } = parse(readFileSync(`${root}/stacks/Pulumi.${stack}.yaml`, "utf8")) as { config: object };
    const problemsWith = (path: Path, value: unknown) =>
      parseStackConfig(changed(config, path, value), project, noFile).problems.map((problem) => problem.path);

    it(`is read to its end, and the value is found, whichever it is: ${stack}`, () => {
      for (const path of pathsIn(config)) {
        const [key, ...below] = path;
        const place = formatPath([String(key).replace(`${project}:`, ""), ...below]);
        for (const wrong of [{ unknown: {} }, ["?", null], null]) {
          const found = problemsWith(path, wrong);
          assert.ok(
            found.some((problem) => problem.startsWith(place)),
            `${place}: ${JSON.stringify(wrong)} gives ${found.join()}`,
          );
        }
      }
    });

    it(`is read to its end without the value, and with one of a wrong form: ${stack}`, () => {
      for (const path of pathsIn(config)) {
        for (const value of [undefined, "?", -1, 1e21, "__proto__", "a\nb"]) {
          assert.ok(!problemsWith(path, value).includes(""));
        }
      }
    });
  }
});
