/** Parts of a provider, as its author declares them. */
import type { ResourceDeclaration } from "./declaration";
import type { PropertyChange } from "./property-changes";
import type { PropertyMap } from "./property-value";
import type { AnyResource, Resource } from "./resource";
import type { Fields, Plain, Problem } from "./schema";

/** A provider. `Clients`: connections of its operations. */
export interface ProviderPackage<Clients extends object> {
  name: string;
  version: string;
  description: string;
  /** The provider's own inputs. */
  configuration: {
    fields: Fields;
    /** Checks the inputs, which get defaults and secret marks. */
    check(inputs: PropertyMap): { inputs: PropertyMap; problems: Problem[] };
    /** Relevant changes, of inputs without secret marks. */
    diff(before: PropertyMap, after: PropertyMap): PropertyChange[];
  };
  /** Clients for the provider's inputs, without secret marks; called with no inputs before there are any. */
  connect(configuration: PropertyMap): Clients;
  resources: readonly ProvidedResource<Clients>[];
}

/** A declared type and its implementation, loaded at the first use. */
export interface ProvidedResource<Clients extends object> {
  declaration: ResourceDeclaration;
  load: () => Promise<AnyResource<Clients>>;
}

/**
 * Connects a declaration with its implementation, without their types. Safe, because an implementation only gets inputs
 * that passed its own declaration, and its own outputs.
 */
export function provide<I extends Fields, O extends Fields, Clients extends object>(
  declaration: ResourceDeclaration<I, O>,
  load: () => Promise<Resource<Plain<I>, Plain<O>, Clients>>,
): ProvidedResource<Clients> {
  return { declaration, load: async () => await load() };
}
