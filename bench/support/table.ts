/** Tables and figures for people. */

/** Cells are ready to print. */
export interface Table {
  title: string;
  header: string[];
  rows: string[][];
  /** Lines below the table: meanings of columns, limits of the figures. */
  notes?: string[];
}

/** Text of an empty cell. */
export const nothing = "-";

/** The table as text; columns of figures are aligned to the right. */
export function renderTable({ title, header, rows, notes = [] }: Table): string {
  const lines = [header, ...rows];
  const columns = header.map((_, column) => {
    const isFigure = rows.every((row) => /^(-?\d|-$)/.test(row[column] ?? nothing));
    return { width: Math.max(...lines.map((line) => (line[column] ?? "").length)), isFigure };
  });
  const render = (line: string[]): string =>
    columns
      .map(({ width, isFigure }, column) => {
        const cell = line[column] ?? "";
        return isFigure ? cell.padStart(width) : cell.padEnd(width);
      })
      .join("  ")
      .trimEnd();
  const rule = columns.map(({ width }) => "-".repeat(width)).join("  ");
  return [`\n${title}\n`, render(header), rule, ...rows.map(render), ...notes.map((note) => `  ${note}`)].join("\n");
}

/** `16.32 s`, `4 min 20 s` from 100 s on. */
export function inSeconds(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 100) return `${seconds.toFixed(2)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
}

export function inMilliseconds(milliseconds: number): string {
  return `${milliseconds.toFixed(0)} ms`;
}

/** Mebibytes, the unit of Kubernetes' limits. */
export function inMebibytes(bytes: number, digits = 0): string {
  return `${(bytes / 2 ** 20).toFixed(digits)} MiB`;
}

/** `1.15 x` */
export function asRatio(value: number, peer: number): string {
  return `${(value / peer).toFixed(2)} x`;
}

/** The middle value; for an even number of values, the mean of the two in the middle. NaN without values. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = NaN, high = NaN] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  return (low + high) / 2;
}

/**
 * Exponent of the growth between two points, each a size and a value: 1 where the value grows as the size does, 2 where it
 * grows as its square.
 */
export function growthExponent(
  [fromSize, from]: readonly [number, number],
  [toSize, to]: readonly [number, number],
): number {
  return Math.log(to / from) / Math.log(toSize / fromSize);
}
