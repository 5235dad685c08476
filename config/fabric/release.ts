/** Whether a release `x.y.z` comes before another; false of what is none. */
export function isBefore(release: string | undefined, other: string): boolean {
  const [one, two] = [release ?? "", other].map((text) => text.split(".").map(Number));
  const at = (one ?? []).findIndex((part, index) => part !== two?.[index]);
  return at >= 0 && (one?.[at] ?? NaN) < (two?.[at] ?? NaN);
}
