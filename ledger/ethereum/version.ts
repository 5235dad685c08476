/** Negative when `a` is older than `b`, 0 when they are equal, else positive. Expects `1.2.3` or `v1.2.3`. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.replace(/^v/, "").split(".").map(Number)) as [
    number[],
    number[],
  ];
  return left.map((part, index) => part - right[index]!).find((difference) => difference !== 0) ?? 0;
}
