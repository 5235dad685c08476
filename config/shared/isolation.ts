/** Common settings of all networks for their isolation from other pods. */
import { choice, flag, map } from "../kit/fields";
import type { Loose } from "../kit/json-schema";
import type { Surroundings } from "../kit/rule";
import { problem, type Problem } from "../../lib/problem";

/** Whether a cluster without isolation of pods is acceptable. */
export const networkPolicy = map({
  required: flag()
    .default(true)
    .describe(
      "Whether to refuse a cluster that does not enforce NetworkPolicy objects. With false the objects are created, but may have no effect.",
    ),
})
  .prefault({})
  .describe("Isolation between pods.");

/** @param where Namespaces, for the description. */
export function podSecurity(where: string) {
  return choice(["restricted", "baseline", "privileged"])
    .default("restricted")
    .describe(`Pod Security level enforced on ${where}. Our own pods always meet \`restricted\`.`);
}

/** A cluster that enforces no policies isolates nothing. */
export function isolationMissing(
  section: { networkPolicy?: Loose<{ required: boolean }> | undefined },
  { vendor, networkPolicyEnforced }: Surroundings,
  base: string,
): Problem[] {
  if (vendor !== "existing" || networkPolicyEnforced !== false || section.networkPolicy?.required !== true) return [];
  return [
    problem({
      path: "cluster.networkPolicyEnforced",
      given: false,
      must: "be true, once you know that the cluster's network plugin enforces NetworkPolicy objects",
      hint: `To run without that isolation set ${base}.networkPolicy.required to false`,
    }),
  ];
}
