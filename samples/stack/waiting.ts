/** Seconds until a wait is first told. Then each time twice as long: a log stays short however long it takes. */
const FIRST_SECONDS = 15;

/** The time for something is over. The message says what was waited for. */
export class TooLate extends Error {
  override readonly name = "TooLate";
}

/**
 * Waits for `work`, and tells what for: on `tell` while it takes long, and in the error when it takes longer than `seconds`.
 *
 * @param what what is waited for: `a block with transaction 7f3a`
 * @throws what `work` throws, or TooLate
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
  tellAfter(FIRST_SECONDS);
  try {
    return await Promise.race([work(), tooLate]);
  } finally {
    clearTimeout(timer);
    clearTimeout(limit);
  }
}
