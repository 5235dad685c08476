/** Rules as the engine runs them. */
import type { PolicyResource, ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { titleOf, type ResourceRule, type StackRule, type Subject } from "./rule";

/**
 * In a preview some values are unknown. A rule that reads one is left out for this resource, with a note, and runs
 * when `pulumi up` knows the value.
 */
export function resourcePolicy({ name, description, check }: ResourceRule): ResourceValidationPolicy {
  return {
    name,
    description,
    validateResource: ({ type, name, urn, props, opts }, report) => {
      const subject = { type, name, urn, properties: props, isProtected: opts.protect };
      for (const problem of check(subject)) report(`${titleOf(subject)}: ${problem}`);
    },
  };
}

export function stackPolicy({ name, description, check }: StackRule): StackValidationPolicy {
  return {
    name,
    description,
    validateStack: ({ resources }, report) => {
      for (const { subject, problem } of check(resources.map(toSubject))) {
        report(`${titleOf(subject)}: ${problem}`, subject.urn);
      }
    },
  };
}

function toSubject({ type, name, urn, props, opts }: PolicyResource): Subject {
  return { type, name, urn, properties: props, isProtected: opts.protect };
}
