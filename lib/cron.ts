/**
 * Times of a CronJob: five fields, as https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-syntax
 * says and the parser of Kubernetes reads them (`ParseStandard` of https://github.com/robfig/cron, version 3).
 */

interface Field {
  title: string;
  least: number;
  most: number;
  /** Words for the numbers from `least` on. */
  words: readonly string[];
}

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

const fields = [
  { title: "minute", least: 0, most: 59, words: [] },
  { title: "hour", least: 0, most: 23, words: [] },
  { title: "day of the month", least: 1, most: 31, words: [] },
  { title: "month", least: 1, most: 12, words: months },
  { title: "day of the week", least: 0, most: 6, words: weekdays },
] as const satisfies readonly Field[];

/** Values of a field. `isAny`: no value was left out by words of the file, which decides how the two kinds of days meet. */
interface Values {
  values: ReadonlySet<number>;
  isAny: boolean;
}

/** A schedule that is well formed. */
export type Cron = readonly [minute: Values, hour: Values, day: Values, month: Values, weekday: Values];

/** @returns the schedule, or what is wrong with the text: `minute "61" is none of 0 to 59` */
export function parseCron(text: string): Cron | string {
  const words = text.trim().split(/\s+/);
  if (words.length !== fields.length) return `there are ${words.length} fields, not ${fields.length}`;
  const read: Values[] = [];
  for (const [index, field] of fields.entries()) {
    const values = parseField(words[index]!, field);
    if (typeof values === "string") return values;
    read.push(values);
  }
  return read as unknown as Cron;
}

function parseField(text: string, field: Field): Values | string {
  const values = new Set<number>();
  let isAny = false;
  for (const part of text.split(",")) {
    const range = parseRange(part, field);
    if (range === undefined) {
      return `${field.title} ${JSON.stringify(part)} is none of ${field.least} to ${field.most}, *, and ranges and steps of them`;
    }
    for (let value = range.from; value <= range.to; value += range.step) values.add(value);
    isAny ||= range.isAny;
  }
  return { values, isAny };
}

interface Range {
  from: number;
  to: number;
  step: number;
  isAny: boolean;
}

/** `*`, `5`, `mon-fri`, with `/2` at the end for every second value; `5/2` is `5-59/2`. */
function parseRange(text: string, { least, most, words }: Field): Range | undefined {
  const [, first = "", last, every] = /^([^-/]+)(?:-([^-/]+))?(?:\/(\d+))?$/.exec(text) ?? [];
  const step = every === undefined ? 1 : Number(every);
  const numberOf = (word: string): number => {
    const index = words.indexOf(word.toLowerCase());
    return index >= 0 ? index + least : /^\d+$/.test(word) ? Number(word) : NaN;
  };
  const isStar = (first === "*" || first === "?") && last === undefined;
  const from = isStar ? least : numberOf(first);
  const to = isStar || (last === undefined && every !== undefined) ? most : numberOf(last ?? first);
  const isRight = from >= least && to <= most && from <= to && step > 0;
  return isRight ? { from, to, step, isAny: isStar && step === 1 } : undefined;
}

const minutesPerDay = 24 * 60;
/** The calendar repeats its weekdays and leap years after 28 years, as long as no century is in between. */
const calendar = { firstYear: 2001, years: 28 };

/**
 * Longest time from one time of the schedule to the next, in seconds, as long as clocks do not change.
 *
 * @returns undefined for a day that no year has, such as the 30th of February
 */
export function longestGapSeconds([minute, hour, day, month, weekday]: Cron): number | undefined {
  const times = [...hour.values].flatMap((hours) => [...minute.values].map((minutes) => hours * 60 + minutes));
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const sorted = times.sort((left, right) => left - right);
  const withinDay = Math.max(0, ...sorted.map((time, index) => time - (sorted[index - 1] ?? time)));
  const isDue = (date: Date): boolean => {
    if (!month.values.has(date.getUTCMonth() + 1)) return false;
    const [isDay, isWeekday] = [day.values.has(date.getUTCDate()), weekday.values.has(date.getUTCDay())];
    return day.isAny || weekday.isAny ? isDay && isWeekday : isDay || isWeekday;
  };
  const begin = Date.UTC(calendar.firstYear, 0, 1) / 86_400_000;
  const end = Date.UTC(calendar.firstYear + calendar.years, 0, 1) / 86_400_000;
  const days: number[] = [];
  for (let date = begin; date < end; date += 1) if (isDue(new Date(date * 86_400_000))) days.push(date);
  const [firstDay, lastDay] = [days[0], days.at(-1)];
  if (firstDay === undefined || lastDay === undefined) return undefined;
  const overnight = [...days.slice(1), firstDay + (end - begin)].map((next, index) => next - days[index]!);
  const longest = Math.max(...overnight) * minutesPerDay + first - last;
  return Math.max(longest, withinDay) * 60;
}
