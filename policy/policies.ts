/** Rules in the form of the engine. */
import type { PolicyResource, ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import type { Problem } from "../lib/problem";
import { titleOf, type ResourceRule, type StackRule, type Subject } from "./rule";

/**
 * Policy of a rule for resources. A preview does not know all values: a rule that reads an unknown one is skipped for
 * the resource, with a note, and runs when `pulumi up` knows the value.
 */
export function resourcePolicy({ name, description, check }: ResourceRule): ResourceValidationPolicy {
  return {
    name,
    description,
    validateResource: ({ type, name, urn, props, opts }, report) => {
      const subject = { type, name, urn, properties: props, isProtected: opts.protect };
      for (const problem of check(subject)) report(reportOf(subject, problem));
    },
  };
}

export function stackPolicy({ name, description, check }: StackRule): StackValidationPolicy {
  return {
    name,
    description,
    validateStack: ({ resources }, report) => {
      for (const { subject, problem } of check(resources.map(toSubject))) {
        report(reportOf(subject, problem), subject.urn);
      }
    },
  };
}

function reportOf(subject: Subject, { path, message }: Problem): string {
  return `${titleOf(subject)}: ${path}: ${message}`;
}

function toSubject({ type, name, urn, props, opts }: PolicyResource): Subject {
  return { type, name, urn, properties: props, isProtected: opts.protect };
}
