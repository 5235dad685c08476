/** Below, equal or above 0 as `a` is older than, equal to or newer than `b`. Expects three numbers with dots, `v` allowed. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.replace(/^v/, "").split(".").map(Number)) as [
    number[],
    number[],
  ];
  return left.map((part, index) => part - right[index]!).find((difference) => difference !== 0) ?? 0;
}
