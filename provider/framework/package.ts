/** What a provider consists of, as its author says it. */
import type { PropertyChange } from "./property-changes";
import type { PropertyMap } from "./property-value";
import type { AnyResource, Resource } from "./resource";
import type { Problem } from "./schema";

/** A provider. `Clients`: what its operations reach the world by. */
export interface ProviderPackage<Clients extends object> {
  name: string;
  version: string;
  /** The provider's own inputs. */
  configuration: {
    /** Checks them, with what they lack and with secret marks. */
    check(inputs: PropertyMap): { inputs: PropertyMap; problems: Problem[] };
    /** Changes that matter, of inputs without secret marks. */
    diff(before: PropertyMap, after: PropertyMap): PropertyChange[];
  };
  /** Clients by the provider's inputs, without secret marks; asked with none before there are any. */
  connect(configuration: PropertyMap): Clients;
  /** Implementations by type token, each loaded by its first use. */
  resources: Record<string, () => Promise<AnyResource<Clients>>>;
}

/**
 * Forgets the input and output types. Safe because a resource only ever gets inputs that passed its own
 * `inputs` field and outputs that it made itself.
 */
export function erase<I extends object, S extends object, Clients extends object>(
  resource: Resource<I, S, Clients>,
): AnyResource<Clients> {
  return resource as unknown as AnyResource<Clients>;
}
