/** Steps that are taken once, and told. */
import { heading, say } from "../../lib/progress";
import type { Progress } from "./progress";

export interface Step {
  /** Name by which a later run knows that it was taken. */
  name: string;
  title: string;
  /** What happens, for a reader who sees a consortium for the first time. */
  words: string;
  /** Can be repeated after an interruption. */
  take: () => Promise<void>;
}

/** Takes the steps that were not taken before, and tells each. Where all were taken, `check` sees whether they still hold. */
export async function takeSteps(
  steps: readonly Step[],
  progress: Pick<Progress, "isDone" | "finish">,
  check: () => Promise<void>,
): Promise<void> {
  const isComplete = steps.every(({ name }) => progress.isDone(name));
  for (const [index, { name, title, words, take }] of steps.entries()) {
    heading(`${index + 1} of ${steps.length}: ${title}`);
    if (progress.isDone(name)) {
      say("Done before.");
      continue;
    }
    say(`${words}\n`);
    await take();
    progress.finish(name);
  }
  if (!isComplete) return;
  heading("All steps were taken before: each stack is compared with its file, and a transaction is sent");
  await check();
}
