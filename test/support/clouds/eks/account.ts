/** The single account of the stand-in AWS, and the forms of AWS's names. */
import { randomBytes } from "node:crypto";
import type { PropertyMap } from "../../../../provider/framework/property-value";
import { text } from "../cloud-style";
import type { Account } from "../resource-type";

export const accountId = "123456789012";

/** Identity that runs Pulumi. */
export const callerArn = `arn:aws:iam::${accountId}:role/deployer`;

/** ARNs of policies that AWS itself provides. */
export const managedPolicy = /^arn:aws:iam::aws:policy\//;

export interface Place {
  inputs: PropertyMap;
  account: Account;
}

/** Region of a resource. Default: the provider's. */
export function regionOf({ inputs, account }: Place): string {
  return text(inputs.region) || text(account.region);
}

export function arn(service: string, place: Place, resource: string): string {
  return `arn:aws:${service}:${regionOf(place)}:${accountId}:${resource}`;
}

export function iamArn(kind: string, { inputs }: Pick<Place, "inputs">): string {
  return `arn:aws:iam::${accountId}:${kind}${text(inputs.path) || "/"}${text(inputs.name)}`;
}

/** `vpc-0a1b...`: 17 hexadecimal digits. */
export function newId(prefix: string): string {
  return `${prefix}-0${randomBytes(8).toString("hex")}`;
}
