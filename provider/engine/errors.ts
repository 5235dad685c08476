/** An error meant for the user: its message is the whole story, no stack is shown. */
export class ProviderError extends Error {
  override readonly name: string = "ProviderError";
}

/** The engine asked to stop (Ctrl-C). */
export class CancelledError extends ProviderError {
  override readonly name = "CancelledError";
}

/** The text of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
