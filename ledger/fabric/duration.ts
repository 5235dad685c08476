/** Durations in Go's notation (`1m30s`, `200ms`), as Fabric's configuration writes them: https://pkg.go.dev/time */

const nanosecondsPerUnit: Record<string, bigint> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};
const termForm = /(\d+)(?:\.(\d+))?(ns|us|µs|μs|ms|s|m|h)/g;
/** Form of a duration; zero and what Go cannot count have it, too. */
export const durationForm = /^(?:\d+(?:\.\d+)?(?:ns|us|µs|μs|ms|s|m|h))+$/;
/** The same in words, the rest of "must be". */
export const durationInWords = 'a duration with its unit, for example "2s" or "200ms"';
/** Go holds a duration in a signed 64-bit number of nanoseconds. */
const maxNanoseconds = (1n << 63n) - 1n;

/** Nanoseconds of a positive Go duration; undefined when the text is none. */
export function parseDuration(text: string): bigint | undefined {
  if (!durationForm.test(text)) return undefined;
  let total = 0n;
  for (const [, whole = "0", fraction = "", unit = "s"] of text.matchAll(termForm)) {
    const scale = nanosecondsPerUnit[unit] ?? 0n;
    total += BigInt(whole) * scale + (BigInt(`0${fraction}`) * scale) / 10n ** BigInt(fraction.length);
  }
  return total > 0n && total <= maxNanoseconds ? total : undefined;
}

/** The text Go prints for a duration: `1m30s`, `1.5s`, `200ms`. */
export function formatDuration(nanoseconds: bigint): string {
  for (const unit of ["ns", "µs", "ms"] as const) {
    const next =
      unit === "ns" ? nanosecondsPerUnit["µs"] : unit === "µs" ? nanosecondsPerUnit["ms"] : nanosecondsPerUnit["s"];
    if (next !== undefined && nanoseconds < next) {
      return `${decimal(nanoseconds, nanosecondsPerUnit[unit] ?? 1n)}${unit}`;
    }
  }
  const hours = nanoseconds / 3_600_000_000_000n;
  const minutes = (nanoseconds / 60_000_000_000n) % 60n;
  const seconds = `${decimal(nanoseconds % 60_000_000_000n, 1_000_000_000n)}s`;
  if (hours > 0n) return `${hours}h${minutes}m${seconds}`;
  return minutes > 0n ? `${minutes}m${seconds}` : seconds;
}

/** `value / unit` as a decimal fraction without trailing zeros. */
function decimal(value: bigint, unit: bigint): string {
  const digits = unit.toString().length - 1;
  const fraction = (value % unit).toString().padStart(digits, "0").replace(/0+$/, "");
  return fraction === "" ? `${value / unit}` : `${value / unit}.${fraction}`;
}
