import { podSpecOf } from "../pods";
import type { ResourceRule } from "../rule";
import { at, textAt } from "../values";

/** Pods have no credential of the cluster by accident. */
export const serviceAccountTokens: ResourceRule = {
  name: "service-account-tokens",
  description: "Only pods with a service account of their own get its token.",
  check: (subject) => {
    const pod = podSpecOf(subject);
    if (pod === undefined || at(pod, "automountServiceAccountToken") === false) return [];
    const account = textAt(pod, "serviceAccountName") || "default";
    return account === "default"
      ? [
          "automountServiceAccountToken is not false for the service account default; " +
            "must be false, or serviceAccountName one that is meant to use the API",
        ]
      : [];
  },
};
