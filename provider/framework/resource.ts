/** What a resource of a provider has to answer. One implementation per type, in `provider/<domain>/resources`. */
import type { PropertyChange } from "./property-changes";
import type { LooseProperties } from "./property-value";
import type { Problem } from "./schema";
import type { Migration } from "./state-version";

/** Messages about one resource, shown by the engine beside it. None of them may carry a secret; they are redacted all the same. */
export interface ResourceLog {
  /** What is being waited for or done right now; replaces the previous status. */
  status: (message: string) => void;
  info: (message: string) => void;
  warn: (message: string) => void;
}

/** What every operation may use of the outside world. */
export interface OperationContext {
  log: ResourceLog;
  /** Aborted when the user cancels or the operation's time is over; `reason` says which. */
  signal: AbortSignal;
  /** Says that what is waited for came nearer: unless the user set a time, the operation's time begins anew. */
  progress: () => void;
  now: () => Date;
}

export interface DiffRequest<I, S> {
  oldInputs: I;
  oldState: S;
  newInputs: LooseProperties<I>;
  now: Date;
}

/**
 * What a resource type does. `I`: its inputs after validation. `S`: its outputs, without the inputs: those the engine keeps
 * by itself, and credentials among them would only be stored twice. `Clients`: what its operations reach the world by,
 * made from the provider's configuration; nothing unless said.
 */
export interface Resource<I extends object, S extends object, Clients extends object = object> {
  /** How state of former releases becomes today's, oldest first. Entries are only ever added. Default: it never changed. */
  readonly migrations?: readonly Migration[];
  /** Seconds an operation may take without progress, unless `customTimeouts` bounds it as a whole. */
  readonly defaultTimeoutSeconds: number;
  /** Problems that need more than one field, or the previous inputs, to see. Asked only when everything is known. */
  validate?(inputs: I, previous: I | undefined): Problem[];
  /** Changes that matter; an empty list leaves the resource alone and just remembers the new inputs. */
  diff(request: DiffRequest<I, S>): PropertyChange[];
  /** Outputs as a preview can tell them; those it cannot are UNKNOWN. `previous` is set for updates. */
  preview(inputs: LooseProperties<I>, previous: { inputs: I; state: S } | undefined): LooseProperties<S>;
  create(inputs: I, context: OperationContext & Clients): Promise<{ id: string; state: S }>;
  update(request: UpdateRequest<I, S>, context: OperationContext & Clients): Promise<S>;
  /** Live inputs and outputs, or undefined when the resource is gone. */
  read(
    request: ExistingResource<I, S>,
    context: OperationContext & Clients,
  ): Promise<{ inputs: I; state: S } | undefined>;
  delete(request: ExistingResource<I, S>, context: OperationContext & Clients): Promise<void>;
}

export interface ExistingResource<I, S> {
  id: string;
  inputs: I;
  state: S;
}

export interface UpdateRequest<I, S> extends ExistingResource<I, S> {
  newInputs: I;
}

/** A resource type as the server sees it: shapes are checked by its declaration, so the types no longer matter. */
export type AnyResource<Clients extends object> = Resource<object, object, Clients>;

/** Seconds for operations that only compute, in milliseconds of work: whoever takes so long has a fault of its own. */
export const COMPUTATION_TIMEOUT_SECONDS = 60;
