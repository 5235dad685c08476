/** Resource types of a stand-in cloud: facts of the cloud's documentation, as data. */
import type { CustomResource } from "@pulumi/pulumi";
import { isList, isMap, type PropertyMap, type PropertyValue } from "../../../provider/framework/property-value";
import type { Cloud, CloudResource } from "./cloud";

/** The provider's own configuration: region, project, subscription. */
export type Account = PropertyMap;

/** A resource during its creation or update. */
export interface Draft {
  type: string;
  id: string;
  inputs: PropertyMap;
  account: Account;
  cloud: Cloud;
  hidden?: PropertyMap;
}

/** A property that names another resource, which must exist before this one. */
export interface Reference {
  /** Path of the property; `subnetIds[]`: the entries of a list. */
  path: string;
  type: string;
  /** Property of the other resource by which it is named, or several possible ones. Default: its id. */
  by?: string | readonly string[];
  /**
   * Effect of the other resource's deletion. `refuse`: the deletion fails. `cascade`: it deletes this resource, too.
   * `nothing`: this resource stays, with a name that no longer exists.
   */
  onDelete: "refuse" | "cascade" | "nothing";
  /** Values that name no resource of this account, but something that the cloud itself provides. */
  except?: RegExp;
}

export interface ResourceType {
  /** Inputs that the cloud requires. */
  required: readonly string[];
  /** Input with the resource's name, which the provider chooses when the program gives none. */
  autoname?: string;
  /** Paths of inputs whose change replaces the resource. */
  replaces: readonly string[];
  refers: readonly Reference[];
  /** Refusals of the provider before any operation; inputs may have unknown parts. */
  problems?(inputs: PropertyMap): string[];
  /** Reason why the cloud refuses the creation. */
  refusesCreate?(draft: Draft): string | undefined;
  refusesUpdate?(draft: Draft, previous: CloudResource): string | undefined;
  refusesDelete?(resource: CloudResource, cloud: Cloud): string | undefined;
  /** Whether the provider only forgets the resource, because the cloud cannot delete one. */
  staysWhenDeleted?: boolean;
  id(draft: Omit<Draft, "id">): string;
  /** Hidden properties. They exist before the outputs are computed. */
  hidden?(draft: Draft): Promise<PropertyMap>;
  outputs: Readonly<Record<string, (draft: Draft) => PropertyValue>>;
  /** Outputs that change with certain inputs; `*` is any input. Other outputs never change. */
  moves?: Readonly<Record<string, readonly string[]>>;
  /** Outputs of `moves` that a preview shows unchanged, although the update changes them. */
  unforeseen?: readonly string[];
  /** Outputs that are always secret. */
  secrets?: readonly string[];
  /** Runs after the deletion. */
  deleted?(resource: CloudResource): void;
  /** Resources of a cluster's controllers that still exist. They remain after the cluster's deletion. */
  leftovers?(resource: CloudResource): Promise<CloudResource[]>;
}

type RequiredNames<T> = { [K in keyof T]-?: object extends Pick<T, K> ? never : K }[keyof T] & string;
type Names<T> = keyof T & string;
type Path<T> = Names<T> | `${Names<T>}.${string}`;

/** A {@link ResourceType} with the names of the SDK's types, so that a misspelt name does not compile. */
interface TypedResource<Args, Made> extends Omit<
  ResourceType,
  "required" | "autoname" | "replaces" | "outputs" | "moves" | "unforeseen" | "secrets"
> {
  /** All inputs that the SDK requires, and others that the cloud requires. */
  required: Record<RequiredNames<Args>, true> & Partial<Record<Names<Args>, true>>;
  autoname?: Names<Args>;
  replaces: readonly Path<Args>[];
  outputs: Partial<Record<Exclude<Names<Made>, keyof CustomResource>, (draft: Draft) => PropertyValue>>;
  moves?: Partial<Record<Exclude<Names<Made>, keyof CustomResource>, readonly (Names<Args> | "*")[]>>;
  unforeseen?: readonly Exclude<Names<Made>, keyof CustomResource>[];
  secrets?: readonly Exclude<Names<Made>, keyof CustomResource>[];
}

/** A resource type of a cloud. `Args` and `Made` are the SDK's types of the inputs and of the resource. */
export function resource<Args, Made>(typed: TypedResource<Args, Made>): ResourceType {
  return { ...typed, required: Object.keys(typed.required) } as ResourceType;
}

/** Texts at a path; `[]` stands for all entries of a list. Missing or unknown parts give no text. */
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
