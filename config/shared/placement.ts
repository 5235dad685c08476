/** Nodes of the cluster that may run pods. */
import { type z } from "zod";
import { problem, type Problem } from "../../lib/problem";
import { choice, labelKey, labels, labelValue, list, map, text, wholeNumber } from "../kit/fields";
import type { Loose } from "../kit/json-schema";
import { entriesOf } from "../kit/rule";

/** https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/ */
const toleration = map({
  key: text(labelKey, "the key of a taint").optional().describe("Key of the taint. Default: any."),
  operator: choice(["Equal", "Exists"]).optional().describe("Comparison with `value`. Default: Equal."),
  value: text(labelValue, "the value of a taint").optional().describe("Value of the taint. Default: none."),
  effect: choice(["NoSchedule", "PreferNoSchedule", "NoExecute"])
    .optional()
    .describe("Effect of the taint. Default: any."),
  tolerationSeconds: wholeNumber(0, 31_536_000)
    .optional()
    .describe("With NoExecute: seconds for which a pod stays. Default: unlimited."),
});

/** Nodes for one kind of pods. @param pods Kind of pods in the description, for example `orderers`. */
export function placement(pods: string) {
  return map({
    nodeSelector: labels("nodes", '"kubernetes.io/arch": "amd64"')
      .optional()
      .describe(`Labels of nodes that may run ${pods}. Default: any node.`),
    tolerations: list(toleration, { of: "tolerations" })
      .optional()
      .describe(`Taints of nodes that ${pods} tolerate. Default: none.`),
  }).optional();
}

/** Nodes for each kind of a network's pods. */
export function placements<S extends z.ZodRawShape>(kinds: S) {
  return map(kinds).optional().describe("Nodes of the cluster that may run pods. Default: any node without a taint.");
}

type Placements = Record<string, Loose<z.infer<ReturnType<typeof placement>>> | undefined>;

/** Tolerations that the API server refuses: https://github.com/kubernetes/kubernetes pkg/apis/core/validation, validateTolerations. */
export function impossibleTolerations(placed: Placements | undefined, path: string): Problem[] {
  return Object.entries(placed ?? {}).flatMap(([kind, nodes]) =>
    entriesOf(nodes?.tolerations, `${path}.${kind}.tolerations`).flatMap(({ item, path: at }): Problem[] => {
      const { key, operator = "Equal", value, effect, tolerationSeconds } = item;
      return [
        ...(key === undefined && operator !== "Exists"
          ? [problem({ path: `${at}.operator`, given: operator, must: "be Exists", because: "there is no key" })]
          : []),
        ...(operator === "Exists" && value !== undefined && value !== ""
          ? [problem({ path: `${at}.value`, given: value, must: "be left out", because: "operator is Exists" })]
          : []),
        ...(tolerationSeconds !== undefined && effect !== "NoExecute"
          ? [
              problem({
                path: `${at}.effect`,
                given: effect,
                must: "be NoExecute",
                because: "there are tolerationSeconds",
              }),
            ]
          : []),
      ];
    }),
  );
}
