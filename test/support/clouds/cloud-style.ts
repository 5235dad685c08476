/** One stand-in cloud: its table, its functions, and how it words what it refuses. */
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
  /** Provider settings without which nothing can be made, each with the environment variables that also give it. */
  configuration: Readonly<Record<string, readonly string[]>>;
  resources: Readonly<Record<string, ResourceType>>;
  functions: Readonly<Record<string, CloudFunction>>;
  /** A name for a resource that the program gave none. */
  autoname(name: string, random: string): string;
  missing(property: string, urnName: string): string;
  notFound(type: string, id: string): string;
  exists(type: string, id: string): string;
  inUse(resource: CloudResource, dependents: CloudResource[]): string;
  /** Whether a preview of an update knows no output at all but the inputs. */
  forgetsOutputsOnUpdate: boolean;
  /** Whether a replacement begins by deleting also what has no name that the provider could make up. */
  deletesFirst: boolean;
}

/** What a cloud answers when it refuses; the whole text is the cloud's. */
export class CloudError extends Error {
  override readonly name = "CloudError";
}

export function text(value: PropertyValue | undefined): string {
  return typeof value === "string" ? value : "";
}
