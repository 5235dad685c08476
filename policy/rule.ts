/** Rules: pure functions from resources to their problems. */

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

/** A rule for each resource by itself. Problems have the form `<finding>; must be <correction>`. */
export interface ResourceRule extends Named {
  check: (subject: Subject) => string[];
}

/** A rule for all resources of a stack together. */
export interface StackRule extends Named {
  check: (subjects: readonly Subject[]) => { subject: Subject; problem: string }[];
}

/** Kind and name of a resource, for example `StatefulSet/trade-org1-peer0`. */
export function titleOf({ type, name }: Subject): string {
  return `${type.split(":").pop()}/${name}`;
}
