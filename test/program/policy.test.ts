/** The policy pack on every stack file: this project satisfies its own rules. Under the engine: test/engine. */
import assert from "node:assert/strict";
import { titleOf, type Subject } from "../../policy/rule";
import { resourceRules, stackRules } from "../../policy/rules";
import { stackRun, stacks, type Registration } from "../support/program/run";

describe("the policy pack", function () {
  this.timeout(60_000);

  for (const stack of stacks) {
    it(`has nothing against stack ${stack}`, async () => {
      const subjects = (await stackRun(stack)).resources.map(asSubject);
      assert.ok(subjects.length > 0);
      const problems = [
        ...subjects.flatMap((subject) =>
          resourceRules.flatMap(({ check }) => check(subject).map((problem) => ({ subject, problem }))),
        ),
        ...stackRules.flatMap(({ check }) => check(subjects)),
      ];
      assert.deepEqual(
        problems.map(({ subject, problem: { path, message } }) => `${titleOf(subject)}: ${path}: ${message}`),
        [],
      );
    });
  }
});

function asSubject({ type, name, urn, protect, inputs }: Registration): Subject {
  return { type, name, urn, properties: inputs, isProtected: protect };
}
