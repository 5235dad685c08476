/** JSON Schema of whole stack files for editors, and the reference page for readers. */
import { discriminator, type JsonSchema } from "./json-schema";

const project = "blockchain-clusters";

/** JSON Schemas of the sections, by key. */
export type SectionSchemas = Record<"cluster" | "storage" | "network" | "allowReplacement" | "transforms", JsonSchema>;

/**
 * JSON Schema (draft 7) of a stack file `Pulumi.<stack>.yaml`. It allows Pulumi's own settings; the program alone
 * checks rules between several values.
 */
export function stackFileSchema(sections: SectionSchemas): object {
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Stack file of blockchain-clusters",
    type: "object",
    required: ["config"],
    properties: {
      config: {
        type: "object",
        required: [`${project}:cluster`, `${project}:network`],
        properties: {
          [`${project}:cluster`]: {
            description: "Kubernetes cluster and access to it.",
            ...sections.cluster,
          },
          [`${project}:storage`]: {
            description: "Settings of the two storage classes.",
            ...sections.storage,
          },
          [`${project}:network`]: { description: "Blockchain network.", ...sections.network },
          [`${project}:allowReplacement`]: sections.allowReplacement,
          [`${project}:transforms`]: sections.transforms,
        },
      },
    },
  };
}

/** The reference page, Markdown. */
export function configurationReference(sections: SectionSchemas): string {
  return [
    "# Configuration reference",
    "",
    "<!-- Written by config/generate.ts from the schemas; change those. -->",
    "",
    `A stack file \`stacks/Pulumi.<stack>.yaml\` has these keys of this project: \`${project}:cluster\`, \`${project}:network\`, and`,
    `where they are needed \`${project}:storage\`, \`${project}:transforms\` and \`${project}:allowReplacement\`. Unknown keys are errors. A mistake anywhere stops the program before anything is created or`,
    "changed, and all mistakes are listed at once. `stacks/Pulumi.local-fabric.yaml` and",
    "`stacks/Pulumi.existing-fabric.yaml` are complete examples, and [clouds.md](clouds.md) lists those for clouds; editors",
    "with the YAML language server know every key.",
    "",
    ...section("cluster", sections.cluster),
    ...section("storage", sections.storage),
    ...section("network", sections.network),
    "## `transforms`",
    "",
    `A ${kind(sections.transforms)}, empty by default. ${sections.transforms.description ?? ""}`,
    "",
    ...table("[]", sections.transforms.items ?? {}),
    "## `allowReplacement`",
    "",
    `A ${kind(sections.allowReplacement)}, empty by default. ${sections.allowReplacement.description ?? ""}`,
    "",
  ].join("\n");
}

function section(key: string, schema: JsonSchema): string[] {
  const variants = schema.oneOf ?? [schema];
  return variants.flatMap((variant) => {
    const [tag, value] = discriminator(variant);
    const title = tag === undefined ? `\`${key}\`` : `\`${key}\` with \`${tag}: ${String(value)}\``;
    return [`## ${title}`, "", ...table("", variant)];
  });
}

function table(prefix: string, schema: JsonSchema): string[] {
  return ["| Key | Value | Default | Meaning |", "| --- | --- | --- | --- |", ...rows(prefix, schema), ""];
}

function rows(prefix: string, schema: JsonSchema): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, field]) => {
    const path = prefix === "" ? key : `${prefix}.${key}`;
    const isRequired = schema.required?.includes(key) ?? false;
    const isBareMap = field.properties !== undefined && field.description === undefined;
    return [...(isBareMap ? [] : [row(path, field, isRequired)]), ...nested(path, field)];
  });
}

function nested(path: string, field: JsonSchema): string[] {
  if (field.properties !== undefined) return rows(path, field);
  if (field.items?.properties !== undefined) return rows(`${path}[]`, field.items);
  return (field.oneOf ?? []).flatMap((variant) => rows(path, variant).map((text) => withVariant(text, variant)));
}

/** Keys of a union in a section name their member. */
function withVariant(text: string, variant: JsonSchema): string {
  const [tag, value] = discriminator(variant);
  return text.replace(/ \|$/, ` (\`${tag}: ${String(value)}\`) |`);
}

function row(path: string, field: JsonSchema, isRequired: boolean): string {
  const fallback = isRequired ? "required" : shortDefault(field.default);
  return `| \`${path}\` | ${kind(field)} | ${fallback} | ${(field.description ?? "").replaceAll("|", "\\|")} |`;
}

/** Default of a map, shortened if its keys show defaults of their own. */
function shortDefault(value: unknown): string {
  if (value === undefined || JSON.stringify(value) === "{}") return "";
  return `\`${JSON.stringify(value).replace(/^"(.*)"$/, "$1")}\``;
}

function kind(field: JsonSchema): string {
  if (field.const !== undefined) return `\`${field.const}\``;
  if (field.enum !== undefined) return field.enum.map((value) => `\`${String(value)}\``).join(", ");
  if (field.anyOf !== undefined) return field.anyOf.map(kind).join(" or ");
  if (field.oneOf !== undefined || field.properties !== undefined) return "map";
  if (field.type === "array") return `list of ${plural(field.items ?? {})}`;
  if (field.type === "object") return isOpen(field) ? "map" : "map of text";
  if (field.type === "integer") return `${field.minimum} to ${field.maximum}`;
  return field.type === "string" ? "text" : (field.type ?? "");
}

/** Whether a map accepts any values. */
function isOpen({ additionalProperties }: JsonSchema): boolean {
  return typeof additionalProperties === "object" && additionalProperties.type === undefined;
}

function plural(item: JsonSchema): string {
  return item.properties !== undefined ? "maps" : "text";
}
