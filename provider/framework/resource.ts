/** Interface of resource types. One implementation per type, in `provider/<domain>/resources`. */
import type { PropertyChange } from "./property-changes";
import type { LooseProperties } from "./property-value";
import type { Problem } from "./schema";
import type { Migration } from "./state-version";

/**
 * Log of one resource; the engine shows messages beside it. Messages must not contain secrets; they are redacted in any
 * case.
 */
export interface ResourceLog {
  /** Present activity or wait; replaces the previous status. */
  status: (message: string) => void;
  info: (message: string) => void;
  warn: (message: string) => void;
}

/** Environment of every operation. */
export interface OperationContext {
  log: ResourceLog;
  /** Aborted when the user cancels or the operation's time is over; `reason` has the cause. */
  signal: AbortSignal;
  /** Reports progress of a wait: unless the user set a time, the operation's time starts again. */
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
 * A resource type. `I`: its inputs after validation. `S`: its outputs without the inputs, which the engine stores
 * anyway; credentials among them would be stored twice. `Clients`: connections of its operations, made from the
 * provider's configuration; none by default.
 */
export interface Resource<I extends object, S extends object, Clients extends object = object> {
  /**
   * Conversions of state from former releases, oldest first. Entries are only ever added. Default: none, the form never
   * changed.
   */
  readonly migrations?: readonly Migration[];
  /** Seconds without progress after which an operation ends, unless `customTimeouts` limits the whole. */
  readonly defaultTimeoutSeconds: number;
  /** Problems that involve several fields or the previous inputs. Called only when all values are known. */
  validate?(inputs: I, previous: I | undefined): Problem[];
  /** Relevant changes. With an empty list the resource stays unchanged, and the state gets the new inputs. */
  diff(request: DiffRequest<I, S>): PropertyChange[];
  /** Outputs as far as a preview knows them; others are `unknownValue`. `previous` is set for updates. */
  preview(inputs: LooseProperties<I>, previous: { inputs: I; state: S } | undefined): LooseProperties<S>;
  /**
   * Looks at the world in a preview and logs what it finds there; changes nothing. Called once everything is known, for
   * resources that a preview creates or updates. `previous` is set for updates.
   */
  inspect?(inputs: I, context: OperationContext & Clients, previous?: { inputs: I; state: S }): Promise<void>;
  create(inputs: I, context: OperationContext & Clients): Promise<{ id: string; state: S }>;
  update(request: UpdateRequest<I, S>, context: OperationContext & Clients): Promise<S>;
  /** Live inputs and outputs; undefined when the resource is gone. */
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

/** A resource type for the server. Its declaration checks shapes, so static types do not matter any more. */
export type AnyResource<Clients extends object> = Resource<object, object, Clients>;

/** Seconds for operations that only compute, which takes milliseconds: more means a fault in the operation. */
export const computationTimeoutSeconds = 60;
