import { setTimeout as pause } from "node:timers/promises";

/** Longest wait for one event on the chain, in seconds. */
const patienceSeconds = 120;
const pauseMs = 200;

/**
 * Repeats `attempt` until it gives a value. Errors and undefined mean: not yet.
 *
 * @throws Error with `what` and the last error, after two minutes
 */
export async function eventually<T>(what: string, attempt: () => Promise<T | undefined>): Promise<T> {
  const end = Date.now() + patienceSeconds * 1000;
  let last = "nothing yet";
  do {
    try {
      const value = await attempt();
      if (value !== undefined) return value;
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    }
    await pause(pauseMs);
  } while (Date.now() < end);
  throw new Error(`waited ${patienceSeconds} s for ${what}; last answer: ${last}`);
}
