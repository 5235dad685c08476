import { projectName } from "../cli/stack-file";
import type { Report, Row } from "./report";

/** Both forms have the same content in the same order: the verdict, the counts, then the reasons of the verdict. */

/** Number of shown names of resources without a loss. The others are all shown, since a reviewer must judge each. */
const namesShown = 6;
/** Number of shown properties. A StatefulSet with changed pods changes in twenty places; a few suffice. */
const reasonsShown = 3;

/** GitHub limits comments to 65,536 characters; nobody judges a larger change by its comment. */
const commentLimits = { names: 20, entries: 100, problemLines: 100, lineLength: 200 };

/** The report for a terminal. */
export function renderText(report: Report): string {
  return [
    `Stack ${report.stack}: ${report.summary}`,
    ...section("", table(report.rows)),
    ...(report.created.length > 0 ? ["", `  to create: ${report.created.join(", ")}`] : []),
    ...problems(report).flatMap(({ title, lines }) => section(title, lines)),
    ...(report.refused.length > 0 ? section(refusal(report), allowance(report)) : []),
    ...(report.unused.length > 0 ? ["", `${unusedNote}: ${report.unused.join(", ")}`] : []),
    ...(report.wide.length > 0 ? ["", `${wideNote}: ${report.wide.join(", ")}`] : []),
    "",
    verdict(report),
    "",
  ].join("\n");
}

/**
 * The report for a comment on a pull request. Its first line, which is invisible, distinguishes the comments of stacks.
 */
export function renderMarkdown(report: Report): string {
  return [
    `<!-- preview-report: ${report.stack} -->`,
    `### ${report.isAcceptable ? "✅" : "❌"} Preview of \`${report.stack}\`: ${report.summary}`,
    "",
    `**${verdict(report)}**`,
    "",
    ...markdownTable(report.rows),
    ...problems(report).flatMap(({ title, lines }) => [`**${title}**`, "", ...fence(clip(lines)), ""]),
    ...(report.refused.length > 0
      ? [refusal(report), "", ...fence(allowance(report, commentLimits.entries), "yaml"), ""]
      : []),
    ...(report.unused.length > 0
      ? [`${unusedNote}: ${shorten(report.unused.map(code), commentLimits.names).join(", ")}`, ""]
      : []),
    ...(report.wide.length > 0
      ? [`${wideNote}: ${shorten(report.wide.map(code), commentLimits.names).join(", ")}`, ""]
      : []),
    ...(report.created.length > 0
      ? ["<details><summary>To create</summary>", "", report.created.join(", "), "", "</details>", ""]
      : []),
    driftNote,
    "",
  ].join("\n");
}

/** A preview compares the stack file with the state, not with the live resources. */
const driftNote =
  "_Changes made by hand since the last refresh are not in here; `make refresh` brings them into the state._";
const wideNote = "Entries of allowReplacement that name a kind and no resource allow nothing; name what goes";
const unusedNote = "Entries of allowReplacement that nothing needs any more; remove them";

function verdict(report: Report): string {
  if (report.isIncomplete || report.errors.length > 0) {
    return "The preview failed: nothing is known of what it left out.";
  }
  if (report.refused.length > 0) return "Refused: data or keys would be lost.";
  if (report.violations.length > 0) return "Refused by policy.";
  const allowed = report.rows.some((row) => row.verdict === "allowed");
  if (allowed) return "Data or keys will be lost, as the stack file allows.";
  const careful = report.rows.some((row) => row.verdict === "careful");
  return careful
    ? "Nothing with data or keys is deleted; look at what is marked careful."
    : "No data and no keys are lost.";
}

function refusal({ stack }: Report): string {
  return `If the loss is meant, allow it by name in stacks/Pulumi.${stack}.yaml, under config:`;
}

function allowance({ refused }: Report, most = refused.length): string[] {
  const entries = refused.map((entry) => `- ${JSON.stringify(entry)}`);
  const more = entries.length > most ? [`# and ${entries.length - most} more, which make preview-report prints`] : [];
  return [`${projectName()}:allowReplacement:`, ...[...entries.slice(0, most), ...more].map((line) => `  ${line}`)];
}

function clip(lines: readonly string[]): string[] {
  const { problemLines, lineLength } = commentLimits;
  const all = lines.flatMap((line) => line.split("\n"));
  return shorten(all, problemLines).map((line) =>
    line.length > lineLength ? `${line.slice(0, lineLength)}...` : line,
  );
}

function problems(report: Report): { title: string; lines: string[] }[] {
  const { errors, violations, isIncomplete } = report;
  const incomplete = isIncomplete ? ["The engine calls its own preview possibly corrupt: run it again."] : [];
  return [
    { title: "Errors", lines: [...errors, ...incomplete] },
    {
      title: "Policies",
      lines: violations.map(({ policy, message }) => `${policy}: ${message}`),
    },
  ].filter(({ lines }) => lines.length > 0);
}

function section(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  return [
    "",
    ...(title === "" ? [] : [title]),
    ...lines.flatMap((line) => line.split("\n")).map((line) => `  ${line}`),
  ];
}

function table(rows: readonly Row[]): string[] {
  const cells = rows.map((row) => [mark(row), row.operation, countedKind(row), row.holds, why(row)]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(0, ...cells.map((line) => line[column]?.length ?? 0)));
  return rows.flatMap((row, index) => [
    (cells[index] ?? [])
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
    `${" ".repeat((widths[0] ?? 0) + 2)}${names(row).join(", ")}`,
  ]);
}

function markdownTable(rows: readonly Row[]): string[] {
  if (rows.length === 0) return [];
  return [
    "|  | change | what | holds | why |",
    "| --- | --- | --- | --- | --- |",
    ...rows.map((row) => {
      const mentioned = [countedKind(row), ...shorten(names(row), commentLimits.names).map(code)].join("<br>");
      const reasons = shorten(row.reasons, reasonsShown).map(code).join("<br>");
      return `| ${mark(row)} | ${row.operation} | ${mentioned} | ${row.holds} | ${reasons} |`;
    }),
    "",
  ];
}

function mark({ verdict }: Row): string {
  return { refused: "REFUSED", allowed: "allowed", careful: "careful", fine: "" }[verdict];
}

function countedKind({ kind, names: { length } }: Row): string {
  return length === 1 ? kind : `${length} ${kind}`;
}

function names({ verdict, names }: Row): string[] {
  return verdict === "refused" ? names : shorten(names, namesShown);
}

function why({ reasons }: Row): string {
  return shorten(reasons, reasonsShown).join(", ");
}

function shorten(items: readonly string[], most: number): string[] {
  return items.length <= most ? [...items] : [...items.slice(0, most), `${items.length - most} more`];
}

/** A name in code style, escaped so that it ends neither the code nor its table cell. */
function code(text: string): string {
  return `\`${text.replaceAll("`", "'").replaceAll("|", "\\|").replaceAll("\n", " ")}\``;
}

function fence(lines: readonly string[], language = "text"): string[] {
  const text = lines.join("\n");
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const mark = "`".repeat(longest + 1);
  return [`${mark}${language}`, text, mark];
}
