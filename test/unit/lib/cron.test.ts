/** Times of a CronJob. Kubernetes' own parser reads the same: `ParseStandard` of robfig/cron, version 3. */
import assert from "node:assert/strict";
import { longestGapSeconds, parseCron } from "../../../lib/cron";

const [minute, hour, day] = [60, 3600, 86_400];

function gap(schedule: string): number | undefined {
  const cron = parseCron(schedule);
  return typeof cron === "string" ? assert.fail(cron) : longestGapSeconds(cron);
}

describe("the longest time between two times of cron", () => {
  const cases: Record<string, number> = {
    "* * * * *": minute,
    "*/15 * * * *": 15 * minute,
    // 40 minutes to the full hour, 20 after it.
    "0,20 * * * *": 40 * minute,
    "0 3 * * *": day,
    "30 2,14 * * *": 12 * hour,
    "0 8-18/2 * * mon-fri": 2 * day + 14 * hour,
    "0 3 * * SUN": 7 * day,
    "0 3 1 * *": 31 * day,
    "0 3 31 * *": 61 * day,
    "0 3 29 2 *": (4 * 365 + 1) * day,
    // Days of both kinds: either of them counts, unless one of the fields is any day.
    "0 3 1 * 1": 7 * day,
    "0 3 */2 * 1": 2 * day,
  };
  for (const [schedule, seconds] of Object.entries(cases)) {
    it(`is ${seconds} s for ${schedule}`, () => assert.equal(gap(schedule), seconds));
  }

  it("is none for a day that no year has", () => assert.equal(gap("0 3 30 2 *"), undefined));
});

describe("times of cron", () => {
  const wrong: Record<string, RegExp> = {
    "0 3 * *": /^there are 4 fields, not 5$/,
    "60 3 * * *": /^minute "60" is none of 0 to 59/,
    "0 24 * * *": /^hour "24" is none of 0 to 23/,
    "0 3 0 * *": /^day of the month "0" is none of 1 to 31/,
    "0 3 * 13 *": /^month "13" is none of 1 to 12/,
    "0 3 * * 7": /^day of the week "7" is none of 0 to 6/,
    "0 3 * * monday": /^day of the week "monday"/,
    "5-1 3 * * *": /^minute "5-1"/,
    "*/0 3 * * *": /^minute "\*\/0"/,
    "0, 3 * * *": /^minute ""/,
    "1-2-3 3 * * *": /^minute "1-2-3"/,
  };
  for (const [schedule, message] of Object.entries(wrong)) {
    it(`are refused in ${JSON.stringify(schedule)}, with the field`, () => {
      const answer = parseCron(schedule);
      assert.ok(typeof answer === "string");
      assert.match(answer, message);
    });
  }
});
