/** Stand-in for AWS, with the behaviour of `@pulumi/aws`. */
import { CloudError, text, type CloudFunction, type CloudStyle } from "../cloud-style";
import { accountId, callerArn } from "./account";
import { ec2Resources } from "./ec2";
import { eksResources } from "./eks";
import { iamResources } from "./iam";
import { storageResources } from "./storage";

const functions: Record<string, CloudFunction> = {
  "aws:index/getPartition:getPartition": () => ({ id: "aws", partition: "aws", dnsSuffix: "amazonaws.com" }),
  "aws:index/getCallerIdentity:getCallerIdentity": () => ({ id: accountId, accountId, arn: callerArn, userId: "AROA" }),
  "aws:index/getRegion:getRegion": ({ account }) => {
    const region = text(account.region);
    return { id: region, name: region, region, endpoint: `ec2.${region}.amazonaws.com`, description: region };
  },
  "aws:index/getAvailabilityZones:getAvailabilityZones": ({ account, arguments: given }) => {
    const region = text(given.region) || text(account.region);
    const names = ["a", "b", "c"].map((letter) => `${region}${letter}`);
    return { id: region, names, zoneIds: ["az1", "az2", "az3"].map((id) => `${region}-${id}`), groupNames: [region] };
  },
  "aws:ec2/getVpc:getVpc": ({ arguments: { id }, cloud }) => {
    const { inputs } = cloud.get("aws:ec2/vpc:Vpc", text(id)) ?? {};
    if (inputs === undefined) {
      throw new CloudError(`api error InvalidVpcID.NotFound: The vpc ID '${text(id)}' does not exist`);
    }
    return { id: text(id), cidrBlock: inputs.cidrBlock ?? null };
  },
  "aws:iam/getPolicyDocument:getPolicyDocument": ({ arguments: { statements } }) => {
    const json = JSON.stringify({ Version: "2012-10-17", Statement: [statements ?? []].flat().map(statementOf) });
    return { id: "policy", json, minifiedJson: json };
  },
};

function statementOf(value: unknown): object {
  const { sid, effect, actions, resources, principals, conditions } = value as {
    sid?: string;
    effect?: string;
    actions?: string[];
    resources?: string[];
    principals?: { type: string; identifiers: string[] }[];
    conditions?: { test: string; variable: string; values: string[] }[];
  };
  const entries = (conditions ?? []).map(({ test, variable, values }) => [test, { [variable]: values }] as const);
  return {
    ...(sid ? { Sid: sid } : {}),
    Effect: effect ?? "Allow",
    Action: actions,
    Resource: resources,
    ...(principals ? { Principal: Object.fromEntries(principals.map((each) => [each.type, each.identifiers])) } : {}),
    ...(entries.length > 0 ? { Condition: Object.fromEntries(entries) } : {}),
  };
}

/** Error codes for missing resources other than ResourceNotFoundException. */
const notFoundCodes: Record<string, string> = {
  "aws:ec2/vpc:Vpc": "InvalidVpcID.NotFound",
  "aws:ec2/subnet:Subnet": "InvalidSubnetID.NotFound",
  "aws:ec2/securityGroup:SecurityGroup": "InvalidGroup.NotFound",
  "aws:iam/role:Role": "NoSuchEntity",
};

const inUseCodes: Record<string, string> = {
  "aws:eks/cluster:Cluster": "ResourceInUseException",
  "aws:efs/fileSystem:FileSystem": "FileSystemInUse",
  "aws:iam/role:Role": "DeleteConflict",
  "aws:iam/policy:Policy": "DeleteConflict",
};

export const aws: CloudStyle = {
  name: "aws",
  configuration: { region: ["AWS_REGION", "AWS_DEFAULT_REGION"] },
  resources: { ...ec2Resources, ...iamResources, ...eksResources, ...storageResources },
  functions,
  autoname: (name, random) => `${name}-${random.slice(0, 7)}`,
  missing: (property, name) =>
    `Missing required argument. The argument "${snakeCase(property)}" is required, but no definition was found.. Examine values at '${name}.${property}'.`,
  notFound: (type, id) =>
    `api error ${notFoundCodes[type] ?? "ResourceNotFoundException"}: ${shortName(type)} '${id}' does not exist`,
  exists: (type, id) => `api error ResourceInUseException: ${shortName(type)} already exists with name: ${id}`,
  inUse: ({ type, id }, dependents) =>
    `deleting ${shortName(type)} (${id}): api error ${inUseCodes[type] ?? "DependencyViolation"}: ${id} has dependencies and cannot be deleted: ${dependents.map((each) => each.id).join(", ")}`,
  forgetsOutputsOnUpdate: false,
  deletesFirst: false,
};

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function shortName(type: string): string {
  return type.split(":").at(-1) ?? type;
}
