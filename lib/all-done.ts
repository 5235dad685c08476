/** Like `Promise.all`, but a failure waits for the others to end: nothing goes on behind the back of a clean-up. */
export async function allDone(work: readonly Promise<unknown>[]): Promise<void> {
  const results = await Promise.allSettled(work);
  const failure = results.find((result) => result.status === "rejected");
  if (failure) throw failure.reason;
}
