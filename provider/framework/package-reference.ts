/** The provider's reference page, Markdown: every resource with its inputs and outputs, then the types that they share. */
import { defaultText, type PackageParts } from "./package-schema";
import type { Facts, Fields, Property, Shape, TypeName } from "./schema";

export function packageReference({ name, description, inputs, resources }: PackageParts): string {
  const types = new NamedTypes();
  const resourceSections = resources.flatMap((resource) => [
    `## \`${resource.token}\``,
    "",
    resource.description,
    "",
    ...table("Input", resource.inputs, types),
    ...outputTable(resource.outputs, types),
  ]);
  return [
    `# Resources of the provider \`${name}\``,
    "",
    "<!-- Written by provider/generate.ts from the declarations; change those. -->",
    "",
    description,
    "",
    "Another value of an input marked *identity* replaces the resource. The state keeps what is marked *secret* encrypted.",
    "",
    "## The provider itself",
    "",
    ...table("Input", inputs, types),
    ...resourceSections,
    ...types.sections(),
  ].join("\n");
}

/** Types with names, in the order in which tables mention them; an object's own table may mention further ones. */
class NamedTypes {
  private readonly shapes = new Map<string, Shape & { type: TypeName }>();

  /** Link to the section of a type. */
  link(shape: Shape & { type: TypeName }): string {
    this.shapes.set(shape.type.token, shape);
    return `[${shortName(shape.type)}](#${shortName(shape.type).toLowerCase()})`;
  }

  sections(): string[] {
    const text = ["# Types", ""];
    // The map grows while it is walked.
    for (const shape of this.shapes.values()) {
      text.push(`## ${shortName(shape.type)}`, "", shape.type.description, "");
      if (shape.kind === "object") text.push(...table("Property", shape.fields, this));
    }
    return text;
  }
}

function shortName({ token }: TypeName): string {
  return token.slice(token.lastIndexOf(":") + 1);
}

function table(title: string, fields: Fields, types: NamedTypes): string[] {
  const rows = Object.entries(fields).map(([key, property]) => row(key, property, types));
  return [`| ${title} | Value | Default | Meaning |`, "| --- | --- | --- | --- |", ...rows, ""];
}

function row(key: string, { facts, description }: Property<unknown>, types: NamedTypes): string {
  const fallback = facts.default === undefined ? (facts.isOptional === true ? "" : "required") : defaultText(facts);
  return `| \`${key}\` | ${markedValue(facts, types)} | ${fallback} | ${cell(description)} |`;
}

/** Outputs have no defaults, and are there once the resource is. */
function outputTable(fields: Fields, types: NamedTypes): string[] {
  const rows = Object.entries(fields).map(
    ([key, { facts, description }]) => `| \`${key}\` | ${markedValue(facts, types)} | ${cell(description)} |`,
  );
  return ["| Output | Value | Meaning |", "| --- | --- | --- |", ...rows, ""];
}

function markedValue({ shape, isIdentity, isSecret }: Facts, types: NamedTypes): string {
  const marks = [...(isIdentity === true ? ["*identity*"] : []), ...(isSecret === true ? ["*secret*"] : [])];
  return [valueText(shape, types), ...marks].join(", ");
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

function valueText(shape: Shape, types: NamedTypes): string {
  switch (shape.kind) {
    case "list":
      return `list of ${valueText(shape.item.facts.shape, types)}`;
    case "map":
      return `object of ${valueText(shape.item.facts.shape, types)}`;
    case "choice":
      return shape.values.map((value) => `\`${value}\``).join(", ");
    case "object":
      return types.link(shape);
    default:
      return shape.kind;
  }
}
