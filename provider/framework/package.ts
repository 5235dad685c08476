/** What a provider consists of, as its author says it. */
import type { ResourceDeclaration } from "./declaration";
import type { PropertyChange } from "./property-changes";
import type { PropertyMap } from "./property-value";
import type { AnyResource, Resource } from "./resource";
import type { Fields, Plain, Problem } from "./schema";

/** A provider. `Clients`: what its operations reach the world by. */
export interface ProviderPackage<Clients extends object> {
  name: string;
  version: string;
  description: string;
  /** The provider's own inputs. */
  configuration: {
    fields: Fields;
    /** Checks them, with what they lack and with secret marks. */
    check(inputs: PropertyMap): { inputs: PropertyMap; problems: Problem[] };
    /** Changes that matter, of inputs without secret marks. */
    diff(before: PropertyMap, after: PropertyMap): PropertyChange[];
  };
  /** Clients by the provider's inputs, without secret marks; asked with none before there are any. */
  connect(configuration: PropertyMap): Clients;
  resources: readonly ProvidedResource<Clients>[];
}

/** A declared type, and what it does, loaded by its first use. */
export interface ProvidedResource<Clients extends object> {
  declaration: ResourceDeclaration;
  load: () => Promise<AnyResource<Clients>>;
}

/**
 * Ties a declaration to its implementation, and forgets their types. Safe because an implementation only ever gets inputs
 * that passed its own declaration, and outputs that it made itself.
 */
export function provide<I extends Fields, O extends Fields, Clients extends object>(
  declaration: ResourceDeclaration<I, O>,
  load: () => Promise<Resource<Plain<I>, Plain<O>, Clients>>,
): ProvidedResource<Clients> {
  return { declaration, load: async () => await load() };
}
