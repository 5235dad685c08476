/** What a stand-in cloud knows of a resource type: facts of the cloud's documentation, as data. */
import type { CustomResource } from "@pulumi/pulumi";
import { isList, isMap, type PropertyMap, type PropertyValue } from "../../../provider/framework/property-value";
import type { Cloud, CloudResource } from "./cloud";

/** The provider's own configuration: region, project, subscription. */
export type Account = PropertyMap;

/** A resource that is being made or changed. */
export interface Draft {
  type: string;
  id: string;
  inputs: PropertyMap;
  account: Account;
  cloud: Cloud;
  hidden?: PropertyMap;
}

/** A property that names another resource. It must exist when the resource is made. */
export interface Reference {
  /** Path of the property; `subnetIds[]` are the entries of a list. */
  path: string;
  type: string;
  /** Property of the other resource that is named, or several that may be. Default: its id. */
  by?: string | readonly string[];
  /**
   * What becomes of this resource when the other is deleted. `refuse`: the other's deletion fails. `cascade`: this goes
   * with it. `nothing`: this stays, with a name of something that is gone.
   */
  onDelete: "refuse" | "cascade" | "nothing";
  /** Values that name nothing in this account: what the cloud itself provides. */
  except?: RegExp;
}

export interface ResourceType {
  /** Inputs without which the cloud refuses. */
  required: readonly string[];
  /** The input that gets a name of its own when the program gives none. */
  autoname?: string;
  /** Paths of inputs that cannot change: another value needs another resource. */
  replaces: readonly string[];
  refers: readonly Reference[];
  /** What the provider refuses before anything is done; inputs may have unknown parts. */
  problems?(inputs: PropertyMap): string[];
  /** Why the cloud refuses to make this. */
  refusesCreate?(draft: Draft): string | undefined;
  refusesUpdate?(draft: Draft, previous: CloudResource): string | undefined;
  refusesDelete?(resource: CloudResource, cloud: Cloud): string | undefined;
  /** The provider only forgets it: the cloud has no way to delete one. */
  staysWhenDeleted?: boolean;
  id(draft: Omit<Draft, "id">): string;
  /** What the cloud keeps to itself; there when the outputs are made. */
  hidden?(draft: Draft): Promise<PropertyMap>;
  outputs: Readonly<Record<string, (draft: Draft) => PropertyValue>>;
  /** Outputs that an update of certain inputs changes; `*` is any input. All others stay as they were made. */
  moves?: Readonly<Record<string, readonly string[]>>;
  /** Of those, the ones that a preview shows as they were, though the update changes them. */
  unforeseen?: readonly string[];
  /** Outputs that are always secret. */
  secrets?: readonly string[];
  /** Runs once it is deleted. */
  deleted?(resource: CloudResource): void;
  /** What controllers of a cluster have made meanwhile and nobody removed: it stays when the resource is deleted. */
  leftovers?(resource: CloudResource): Promise<CloudResource[]>;
}

type RequiredNames<T> = { [K in keyof T]-?: object extends Pick<T, K> ? never : K }[keyof T] & string;
type Names<T> = keyof T & string;
type Path<T> = Names<T> | `${Names<T>}.${string}`;

/** A {@link ResourceType} whose names are those of the SDK's types, so that a misspelt one does not compile. */
interface TypedResource<Args, Made> extends Omit<
  ResourceType,
  "required" | "autoname" | "replaces" | "outputs" | "moves" | "unforeseen" | "secrets"
> {
  /** All that the SDK requires, and what else the cloud does. */
  required: Record<RequiredNames<Args>, true> & Partial<Record<Names<Args>, true>>;
  autoname?: Names<Args>;
  replaces: readonly Path<Args>[];
  outputs: Partial<Record<Exclude<Names<Made>, keyof CustomResource>, (draft: Draft) => PropertyValue>>;
  moves?: Partial<Record<Exclude<Names<Made>, keyof CustomResource>, readonly (Names<Args> | "*")[]>>;
  unforeseen?: readonly Exclude<Names<Made>, keyof CustomResource>[];
  secrets?: readonly Exclude<Names<Made>, keyof CustomResource>[];
}

/** A row of a cloud's table. `Args` and `Made` are the SDK's types of the inputs and of the resource. */
export function resource<Args, Made>(typed: TypedResource<Args, Made>): ResourceType {
  return { ...typed, required: Object.keys(typed.required) } as ResourceType;
}

/** Texts at a path; lists are gone through by `[]`. Parts that are missing or unknown give none. */
export function textsAt(value: PropertyValue | undefined, path: string): string[] {
  if (path === "") return typeof value === "string" ? [value] : [];
  if (path.startsWith("[]")) {
    const rest = path.slice(path.startsWith("[].") ? 3 : 2);
    return isList(value) ? value.flatMap((item) => textsAt(item, rest)) : [];
  }
  const [key = ""] = path.split(/[.[]/, 1);
  const rest = path.slice(key.length).replace(/^\./, "");
  return isMap(value) ? textsAt(value[key], rest) : [];
}
