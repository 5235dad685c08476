import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { approveUpdate, confirm, type Keyboard } from "../../../tools/cli/approval";
import { projectRoot } from "../../../tools/paths";
import { ask } from "../../../lib/process";
import { UserError } from "../../../lib/user-error";

/** A user who types this on a terminal. */
function terminal(typed: string, environment: NodeJS.ProcessEnv = {}): Keyboard & { shown: () => string } {
  const input = Object.assign(new PassThrough(), { isTTY: true });
  input.end(typed);
  const output = new PassThrough();
  return { environment, input, output, shown: () => String(output.read() ?? "") };
}

const script = (environment: NodeJS.ProcessEnv = {}): Keyboard => ({
  environment,
  input: new PassThrough(),
  output: new PassThrough(),
});

describe("tools: a word of the user's", () => {
  it("is the stack's name on a terminal, which says what it is for", async () => {
    const user = terminal("prod\n");
    await confirm("prod", "down", "All goes.", user);
    assert.match(user.shown(), /All goes\.\nType prod to go on: /);
  });

  it("does not hold for another stack, nor is it a mere return or the end of the input", async () => {
    for (const [typed, given] of [
      ["dev\n", "dev"],
      ["\n", "nothing"],
      ["", "nothing"],
    ] as const) {
      await assert.rejects(
        confirm("prod", "down", "All goes.", terminal(typed)),
        new UserError(`Given ${given}, where prod confirms: nothing was changed.`),
      );
    }
  });

  it("comes from CONFIRM where there is no terminal", async () => {
    await confirm("prod", "down", "All goes.", script({ CONFIRM: "prod" }));
    await assert.rejects(confirm("prod", "down", "All goes.", script({ CONFIRM: "dev" })), /Given dev/);
    await assert.rejects(
      confirm("prod", "down", "All goes.", script()),
      new UserError(
        "All goes. This needs a word of yours, and there is no terminal to ask on: CONFIRM=prod make down STACK=prod",
      ),
    );
  });

  it("is asked for before anything of a stack that is not local is removed", () => {
    const program = ["-r", "./tools/runtime/typescript-cache.cjs", "tools/cli/main.ts", "down", "existing-fabric"];
    const { code, stderr } = ask(process.execPath, program, { cwd: projectRoot, input: "" });
    assert.equal(code, 1);
    assert.match(stderr, /^error: Stack existing-fabric will be destroyed, .* CONFIRM=existing-fabric make down/);
  });
});

describe("tools: an update of a stack that is not local", () => {
  it("goes on when the report accepts it and the user confirms", async () => {
    await approveUpdate("prod", async () => true, terminal("prod\n"));
    await approveUpdate("prod", async () => true, script({ CONFIRM: "prod" }));
    await assert.rejects(
      approveUpdate("prod", async () => true, script()),
      /CONFIRM=prod make up STACK=prod/,
    );
  });

  it("stops when the report refuses it, also after a confirmation", async () => {
    await assert.rejects(
      approveUpdate("prod", async () => false, terminal("prod\n", { CONFIRM: "prod" })),
      /preview report above refuses this, and nothing was changed.*ACCEPT_LOSS=prod make up STACK=prod/s,
    );
  });

  it("loses what the report lists only where ACCEPT_LOSS names this stack", async () => {
    await approveUpdate("prod", async () => false, script({ ACCEPT_LOSS: "prod" }));
    await assert.rejects(approveUpdate("prod", async () => false, script({ ACCEPT_LOSS: "dev" })));
  });
});
