/**
 * `make preview-report`: the changes of a stack file, for a reviewer and for a gate.
 *
 *   tools/run tools/preview-report/main.ts <stack> [--file preview.json] [--markdown report.md]
 *
 * Exit code 1 when data or keys would be lost without an entry in the stack file, when the preview failed, or when a
 * policy refuses it.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { projectRoot } from "../paths";
import { prepare } from "../cli/prepare";
import { heading } from "../../lib/progress";
import { runMain, UserError } from "../../lib/user-error";
import { parsePreview } from "./preview";
import { renderMarkdown, renderText } from "./render";
import { judge, type Report } from "./report";
import { readUnprotected } from "./unprotected";
import { readViolations } from "./violations";

const usage = "tools/run tools/preview-report/main.ts <stack> [--file preview.json] [--markdown report.md]";

async function main(args: string[]): Promise<void> {
  const { stack, file, markdown } = readArguments(args);
  const report = file === undefined ? await previewNow(stack) : judge(stack, parsePreview(readInput(file), file));
  process.stdout.write(renderText(report));
  if (markdown !== undefined) writeFileSync(markdown, renderMarkdown(report));
  if (!report.isAcceptable) process.exitCode = 1;
}

/** Runs the real preview. The engine's output stays in `.local/previews`, to look at or to record. */
async function previewNow(name: string): Promise<Report> {
  const stack = await prepare(name);
  const file = join(projectRoot, ".local", "previews", `${name}.json`);
  const events = file.replace(/json$/, "events.jsonl");
  mkdirSync(dirname(file), { recursive: true });
  for (const old of [file, events]) rmSync(old, { force: true });
  heading(`Stack ${name}: pulumi preview --json`);
  const code = await stack.previewTo(file, events);
  const violations = readViolations(events);
  const preview = parsePreview(
    readFileSync(file, "utf8"),
    `pulumi preview of stack ${name} ended with code ${code}; ${file}`,
  );
  // For a violation the engine's JSON has only "preview failed".
  const errors = preview.errors.filter((error) => violations.length === 0 || error !== "preview failed");
  const isSilent = code !== 0 && errors.length === 0 && violations.length === 0;
  const changes = [...preview.changes, ...readUnprotected(events)];
  return judge(
    name,
    { ...preview, changes, errors: isSilent ? [`pulumi preview ended with code ${code} and named no reason`] : errors },
    violations,
  );
}

function readInput(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new UserError(`--file: given ${file}, which cannot be read (${(error as Error).message})`);
  }
}

function readArguments(args: string[]): { stack: string; file?: string; markdown?: string } {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { file: { type: "string" }, markdown: { type: "string" } },
    });
    const [stack, ...rest] = positionals;
    if (stack === undefined || rest.length > 0) throw new Error(`one stack is needed, given ${positionals.length}`);
    return { stack, file: values.file || undefined, markdown: values.markdown || undefined };
  } catch (error) {
    throw new UserError(`${(error as Error).message}. Usage: ${usage}`);
  }
}

void runMain(() => main(process.argv.slice(2)));
