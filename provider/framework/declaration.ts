/**
 * Declaration of a resource type, written once: its class in the SDK, its part of the provider's schema and the check
 * of its inputs come from it. It loads nothing of the implementation.
 */
import { changesOf, type PropertyChange } from "./property-changes";
import type { Fields, Given, Plain } from "./schema";

export interface ResourceDeclaration<I extends Fields = Fields, O extends Fields = Fields> {
  /** Type token, for example `ledger:fabric:Channel`. It is the identity of living resources, and never changes. */
  readonly token: string;
  readonly description: string;
  readonly inputs: I;
  readonly outputs: O;
}

export function defineResource<I extends Fields, O extends Fields>(
  declaration: ResourceDeclaration<I, O>,
): ResourceDeclaration<I, O> {
  return declaration;
}

/** Inputs of a program. */
export type InputsOf<D extends ResourceDeclaration> = Given<D["inputs"]>;

/** Inputs after checking, with defaults. */
export type CheckedInputs<D extends ResourceDeclaration> = Plain<D["inputs"]>;

export type OutputsOf<D extends ResourceDeclaration> = Plain<D["outputs"]>;

/** Changes of inputs that identify the resource, each with another value. */
export function identityChanges({ inputs }: ResourceDeclaration, before: object, after: object): PropertyChange[] {
  const names = Object.keys(inputs).filter((name) => inputs[name]?.facts.isIdentity === true);
  return changesOf(before, after, names, true);
}

/** Names of the outputs that the state encrypts. */
export function secretOutputs({ outputs }: ResourceDeclaration): string[] {
  return Object.keys(outputs).filter((name) => outputs[name]?.facts.isSecret === true);
}
