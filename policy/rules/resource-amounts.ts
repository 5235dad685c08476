import { containersOf, podSpecOf } from "../pods";
import type { ResourceRule } from "../rule";
import { at, textAt } from "../values";

/** Containers have requests and limits, so that no pod starves a node of the network. */
export const resourceAmounts: ResourceRule = {
  name: "resource-amounts",
  description: "Every container has requests and limits of cpu and memory.",
  check: (subject) =>
    containersOf(podSpecOf(subject)).flatMap(({ title, spec }) => {
      const missing = ["requests", "limits"].flatMap((kind) =>
        ["cpu", "memory"]
          .filter((what) => textAt(at(spec, "resources"), kind, what) === "")
          .map((what) => `${kind}.${what}`),
      );
      return missing.length === 0 ? [] : [`${title} has no resources.${missing.join(", ")}; must have each`];
    }),
};
