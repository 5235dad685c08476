/** What a rule is: a pure function from resources to what is wrong with them. */

/** A resource as the program asks for it. */
export interface Subject {
  /** Type token, for example `kubernetes:apps/v1:StatefulSet`. */
  type: string;
  name: string;
  urn: string;
  /** Inputs. To read an unknown one throws, so rules read no more than they need. */
  properties: unknown;
  /** Whether the engine itself refuses to delete it. */
  isProtected: boolean;
}

interface Named {
  /** Name by which the engine reports the rule. */
  name: string;
  /** What the rule asks for, and why. */
  description: string;
}

/** A rule on each resource by itself. Problems read `<what was found>; must be <what would be right>`. */
export interface ResourceRule extends Named {
  check: (subject: Subject) => string[];
}

/** A rule on all resources of a stack together. */
export interface StackRule extends Named {
  check: (subjects: readonly Subject[]) => { subject: Subject; problem: string }[];
}

/** `StatefulSet/trade-org1-peer0` */
export function titleOf({ type, name }: Subject): string {
  return `${type.split(":").pop()}/${name}`;
}
