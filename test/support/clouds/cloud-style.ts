/** One stand-in cloud: its resources, its functions and the texts of its refusals. */
import type { PropertyMap, PropertyValue } from "../../../provider/framework/property-value";
import type { Cloud, CloudResource } from "./cloud";
import type { Account, ResourceType } from "./resource-type";

export interface FunctionCall {
  arguments: PropertyMap;
  account: Account;
  cloud: Cloud;
}

/** Answers an invoke. @throws CloudError when the cloud would refuse. */
export type CloudFunction = (call: FunctionCall) => PropertyMap | Promise<PropertyMap>;

export interface CloudStyle {
  /** Name of the provider's package. */
  name: string;
  /** Required provider settings, each with the environment variables that can replace it. */
  configuration: Readonly<Record<string, readonly string[]>>;
  resources: Readonly<Record<string, ResourceType>>;
  functions: Readonly<Record<string, CloudFunction>>;
  /** Name of a resource without a name in the program. */
  autoname(name: string, random: string): string;
  missing(property: string, urnName: string): string;
  notFound(type: string, id: string): string;
  exists(type: string, id: string): string;
  inUse(resource: CloudResource, dependents: CloudResource[]): string;
  /** Whether a preview of an update knows the inputs alone, and no outputs. */
  forgetsOutputsOnUpdate: boolean;
  /** Whether the provider also deletes before it creates when the resource has no name that it could choose. */
  deletesFirst: boolean;
}

/** Refusal of a cloud; the whole text is the cloud's. */
export class CloudError extends Error {
  override readonly name = "CloudError";
}

export function text(value: PropertyValue | undefined): string {
  return typeof value === "string" ? value : "";
}
