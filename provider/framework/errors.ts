import { messageOf } from "../../lib/errors";
/** An error for the user: its message is complete, and no stack is shown. */
export class ProviderError extends Error {
  override readonly name: string = "ProviderError";
}

/** The engine asked to stop (Ctrl-C). */
export class CancelledError extends ProviderError {
  override readonly name = "CancelledError";
}

/**
 * An update that failed after some changes. The engine stores the given inputs and outputs in place of the previous
 * ones, and updates the resource again in the next run.
 */
export class PartialUpdate extends ProviderError {
  override readonly name = "PartialUpdate";

  constructor(
    override readonly cause: unknown,
    /** Inputs and outputs that are in force. */
    readonly inputs: object,
    readonly state: object,
  ) {
    super(messageOf(cause));
  }
}
