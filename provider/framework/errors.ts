import { messageOf } from "../../lib/errors";
/** An error meant for the user: its message is the whole story, no stack is shown. */
export class ProviderError extends Error {
  override readonly name: string = "ProviderError";
}

/** The engine asked to stop (Ctrl-C). */
export class CancelledError extends ProviderError {
  override readonly name = "CancelledError";
}

/**
 * An update that failed after it had changed something. The engine keeps what is given here in place of what it had,
 * and updates the resource again with the next run.
 */
export class PartialUpdate extends ProviderError {
  override readonly name = "PartialUpdate";

  constructor(
    override readonly cause: unknown,
    /** Inputs and outputs as far as they are in force. */
    readonly inputs: object,
    readonly state: object,
  ) {
    super(messageOf(cause));
  }
}
