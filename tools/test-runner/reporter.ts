import { writeFileSync } from "node:fs";
import { reporters, Runner, type MochaOptions, type Test } from "mocha";
import type { Count } from "./levels";

/**
 * Mocha's own report, with each failure at once, since a run that is stopped has no report at its end. Writes the count
 * to the file in TEST_COUNT_FILE.
 */
export default class CountingReporter extends reporters.Spec {
  constructor(runner: Runner, options?: MochaOptions) {
    super(runner, options);
    runner.on(Runner.constants.EVENT_TEST_FAIL, (test: Test) => reporters.Base.list([test]));
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const count: Count = { passed: this.stats.passes, failed: this.stats.failures };
      const file = process.env.TEST_COUNT_FILE;
      if (file !== undefined) writeFileSync(file, JSON.stringify(count));
    });
  }
}
