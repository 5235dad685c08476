import { problem } from "../../lib/problem";
import { containersOf, podOf } from "../pods";
import type { ResourceRule } from "../rule";
import { textAt } from "../values";

/** Containers have requests and limits, so that no pod starves a node of the network. */
export const resourceAmounts: ResourceRule = {
  name: "resource-amounts",
  description: "Every container has requests and limits of cpu and memory.",
  check: (subject) =>
    containersOf(podOf(subject)).flatMap(({ path, spec }) => {
      const missing = amounts.filter(([kind, what]) => textAt(spec, "resources", kind, what) === "");
      const must = `have ${missing.map((keys) => keys.join(".")).join(", ")}`;
      return missing.length === 0 ? [] : [problem({ path: `${path}.resources`, must })];
    }),
};

const amounts = [
  ["requests", "cpu"],
  ["requests", "memory"],
  ["limits", "cpu"],
  ["limits", "memory"],
] as const;
