import { problem } from "../../lib/problem";
import { podOf } from "../pods";
import type { ResourceRule } from "../rule";
import { at, textAt } from "../values";

/** Pods have no credential of the cluster by accident. */
export const serviceAccountTokens: ResourceRule = {
  name: "service-account-tokens",
  description: "Only pods with a service account of their own get its token.",
  check: (subject) => {
    const pod = podOf(subject);
    const given = at(pod?.spec, "automountServiceAccountToken");
    if (pod === undefined || given === false) return [];
    const account = textAt(pod.spec, "serviceAccountName") || "default";
    if (account !== "default") return [];
    const because = "the pod gets the token of the account default otherwise";
    const hint = "A pod that uses the Kubernetes API needs a serviceAccountName of its own";
    return [problem({ path: `${pod.path}.automountServiceAccountToken`, given, must: "be false", because, hint })];
  },
};
