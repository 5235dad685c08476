/** Whether a release `x.y.z` precedes another; false for an invalid release. */
export function isBefore(release: string | undefined, other: string): boolean {
  const [one, two] = [release ?? "", other].map((text) => text.split(".").map(Number));
  const at = (one ?? []).findIndex((part, index) => part !== two?.[index]);
  return at >= 0 && (one?.[at] ?? NaN) < (two?.[at] ?? NaN);
}
