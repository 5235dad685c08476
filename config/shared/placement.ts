/** Nodes of the cluster that pods may run on. */
import { choice, list, map, text, textMap, wholeNumber } from "../kit/fields";

const labelValue = /^([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$/;
const labelKey = /^(?=.{1,316}$)([a-z0-9]([a-z0-9.-]*[a-z0-9])?\/)?[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/;

/** https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/ */
const toleration = map({
  key: text(labelKey, "the key of a taint").optional().describe("Key of the taint. Default: any."),
  operator: choice(["Equal", "Exists"]).optional().describe("How `value` is compared. Default: Equal."),
  value: text(labelValue, "the value of a taint").optional().describe("Value of the taint. Default: none."),
  effect: choice(["NoSchedule", "PreferNoSchedule", "NoExecute"])
    .optional()
    .describe("Effect of the taint. Default: any."),
  tolerationSeconds: wholeNumber(0, 31_536_000)
    .optional()
    .describe("With NoExecute: seconds that a pod stays. Default: for ever."),
});

/** @param pods `each orderer` */
export function placement(pods: string) {
  return map({
    nodeSelector: textMap().optional().describe(`Labels of the nodes that ${pods} may run on. Default: any node.`),
    tolerations: list(toleration, { of: "tolerations" })
      .optional()
      .describe(`Taints of nodes that keep ${pods} not away. Default: none.`),
  }).optional();
}
