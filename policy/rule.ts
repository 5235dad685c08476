/** Rules: pure functions from resources to their problems. */
import type { Problem } from "../lib/problem";

/** A resource that the program asks for. */
export interface Subject {
  /** Type token, for example `kubernetes:apps/v1:StatefulSet`. */
  type: string;
  name: string;
  urn: string;
  /** Inputs. Reading an unknown value throws, so rules read only the needed ones. */
  properties: unknown;
  /** Whether the engine itself refuses to delete it. */
  isProtected: boolean;
}

interface Named {
  /** Name of the rule in the engine's reports. */
  name: string;
  /** Demand of the rule, with its reason. */
  description: string;
}

/** A rule for each resource by itself. Paths of its problems begin at the resource's inputs. */
export interface ResourceRule extends Named {
  check: (subject: Subject) => Problem[];
}

/** A problem of one resource among many. */
export interface Finding {
  subject: Subject;
  problem: Problem;
}

/** A rule for all resources of a stack together. */
export interface StackRule extends Named {
  check: (subjects: readonly Subject[]) => Finding[];
}

/** Checks of one rule by type token. */
export type TypeChecks = readonly [types: RegExp, check: (properties: unknown, subject: Subject) => Problem[]][];

/** Problems by the first check for the resource's type; none of a type without a check. */
export function checkByType(checks: TypeChecks, subject: Subject): Problem[] {
  return checks.find(([types]) => types.test(subject.type))?.[1](subject.properties, subject) ?? [];
}

/** Kind and name of a resource, for example `StatefulSet/trade-org1-peer0`. */
export function titleOf({ type, name }: Subject): string {
  return `${type.split(":").pop()}/${name}`;
}
