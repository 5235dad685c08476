/** Seconds until the first report of a wait. Each further report comes after twice the time, so that a log stays short. */
const firstSeconds = 15;

/** A wait that reached its limit. The message has the thing that was waited for. */
export class TooLate extends Error {
  override readonly name = "TooLate";
}

/**
 * Waits for `work`. Reports a long wait to `tell`, and fails after `seconds`.
 *
 * @param what the thing to wait for: `a block with transaction 7f3a`
 * @throws the errors of `work`, and TooLate
 */
export async function waitFor<T>(
  what: string,
  seconds: number,
  work: () => Promise<T>,
  tell: (line: string) => void = (line) => console.error(line),
): Promise<T> {
  const start = Date.now();
  const passed = (): number => Math.round((Date.now() - start) / 1000);
  let timer: NodeJS.Timeout | undefined;
  const tellAfter = (delay: number): void => {
    timer = setTimeout(() => {
      tell(`waiting for ${what} (${passed()} s)`);
      tellAfter(delay * 2);
    }, delay * 1000);
  };
  let limit: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    limit = setTimeout(() => reject(new TooLate(`waited ${seconds} s for ${what}`)), seconds * 1000);
  });
  tellAfter(firstSeconds);
  try {
    return await Promise.race([work(), tooLate]);
  } finally {
    clearTimeout(timer);
    clearTimeout(limit);
  }
}
