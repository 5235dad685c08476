/** The provider's schema, as `pulumi package get-schema` prints it: https://www.pulumi.com/docs/iac/guides/building-extending/packages/schema/ */
import { show } from "../../lib/problem";
import type { ResourceDeclaration } from "./declaration";
import type { ProviderPackage } from "./package";
import type { Facts, Fields, Property, Shape } from "./schema";

type Spec = Record<string, unknown>;

export interface PackageParts {
  name: string;
  version: string;
  description: string;
  /** The provider's own inputs. */
  inputs: Fields;
  resources: readonly ResourceDeclaration[];
}

/** Declared parts of a provider. */
export function partsOf({
  name,
  version,
  description,
  configuration,
  resources,
}: Pick<ProviderPackage<object>, "name" | "version" | "description" | "configuration" | "resources">): PackageParts {
  const declarations = resources.map(({ declaration }) => declaration);
  return { name, version, description, inputs: configuration.fields, resources: declarations };
}

export function packageSchema({ name, version, description, inputs, resources }: PackageParts): Spec {
  const types = new Map<string, Spec>();
  const properties = (fields: Fields): Spec =>
    Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, propertySpec(field, types)]));
  const inputSpecs = (fields: Fields): Spec => ({
    inputProperties: properties(fields),
    requiredInputs: required(fields),
  });
  const provider = { description: `Where the resources of a ${name} provider live.`, ...inputSpecs(inputs) };
  const resourceSpecs = resources.map((resource) => [
    resource.token,
    {
      description: resource.description,
      ...inputSpecs(resource.inputs),
      properties: properties(resource.outputs),
      required: required(resource.outputs),
    },
  ]);
  const config = { variables: properties(inputs) };
  return {
    name,
    version,
    description,
    config,
    provider,
    resources: Object.fromEntries(resourceSpecs) as Spec,
    types: Object.fromEntries([...types].sort(([one], [other]) => one.localeCompare(other))),
  };
}

function required(fields: Fields): string[] {
  return Object.keys(fields).filter((key) => fields[key]?.facts.isOptional !== true);
}

function propertySpec({ facts, description }: Property<unknown>, types: Map<string, Spec>): Spec {
  return {
    ...typeSpec(facts.shape, types),
    description: facts.default === undefined ? description : `${description} Default: ${defaultText(facts)}.`,
    ...(isPrimitive(facts.default) && { default: facts.default }),
    ...(facts.isSecret === true && { secret: true }),
    ...(facts.isIdentity === true && { replaceOnChanges: true }),
  };
}

/** A default in words. */
export function defaultText({ default: value }: Facts): string {
  return Array.isArray(value) && value.length === 0 ? "none" : show(value);
}

function isPrimitive(value: unknown): boolean {
  return ["string", "number", "boolean"].includes(typeof value);
}

/** Schema of a value: a reference to a named type, which is added to `types`, or the value's own. */
function typeSpec(shape: Shape, types: Map<string, Spec>): Spec {
  switch (shape.kind) {
    case "text":
      return { type: "string" };
    case "integer":
      return { type: "integer" };
    case "flag":
      return { type: "boolean" };
    case "list":
      return { type: "array", items: typeSpec(shape.item.facts.shape, types) };
    case "map":
      return { type: "object", additionalProperties: typeSpec(shape.item.facts.shape, types) };
    case "choice": {
      const { token, description } = shape.type;
      types.set(token, { type: "string", description, enum: shape.values.map((value) => ({ value })) });
      return { $ref: `#/types/${token}` };
    }
    case "object": {
      const { token, description } = shape.type;
      const { fields } = shape;
      const properties = Object.entries(fields).map(([key, field]) => [key, propertySpec(field, types)]);
      types.set(token, {
        type: "object",
        description,
        properties: Object.fromEntries(properties) as Spec,
        required: required(fields),
      });
      return { $ref: `#/types/${token}` };
    }
  }
}
