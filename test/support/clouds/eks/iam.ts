/** Identities of AWS. */
import type * as iam from "@pulumi/aws/iam";
import type { Cloud } from "../cloud";
import { text } from "../cloud-style";
import { resource, type Draft, type Reference, type ResourceType } from "../resource-type";
import { accountId, iamArn, managedPolicy, newId } from "./account";

const roleType = "aws:iam/role:Role";
const policyType = "aws:iam/policy:Policy";
const attachmentType = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";

/** Reference to a role by its ARN. AWS allows the deletion of a used role, although it is a mistake. */
export function actsAs(path: string): Reference {
  return { path, type: roleType, by: "arn", onDelete: "nothing", except: /:role\/aws-service-role\// };
}

const tagsAll = ({ inputs }: Draft): Draft["inputs"][string] => inputs.tags ?? {};
const ofRole: Reference = { path: "role", type: roleType, by: "name", onDelete: "refuse" };

export const iamResources: Record<string, ResourceType> = {
  [roleType]: resource<iam.RoleArgs, iam.Role>({
    required: { assumeRolePolicy: true },
    autoname: "name",
    replaces: ["name", "namePrefix", "path"],
    refers: [],
    problems: ({ assumeRolePolicy }) => jsonProblems("assumeRolePolicy", assumeRolePolicy),
    id: ({ inputs }) => text(inputs.name),
    outputs: {
      arn: (draft) => iamArn("role", draft),
      createDate: () => new Date().toISOString(),
      uniqueId: () => newId("AROA"),
      tagsAll,
    },
    moves: { tagsAll: ["tags"] },
  }),
  [policyType]: resource<iam.PolicyArgs, iam.Policy>({
    required: { policy: true },
    autoname: "name",
    replaces: ["name", "namePrefix", "path", "description"],
    refers: [],
    problems: ({ policy }) => jsonProblems("policy", policy),
    id: (draft) => iamArn("policy", draft),
    outputs: { arn: ({ id }) => id, policyId: () => newId("ANPA"), attachmentCount: () => 0, tagsAll },
    moves: { tagsAll: ["tags"] },
  }),
  [attachmentType]: resource<iam.RolePolicyAttachmentArgs, iam.RolePolicyAttachment>({
    required: { policyArn: true, role: true },
    replaces: ["policyArn", "role"],
    refers: [ofRole, { path: "policyArn", type: policyType, onDelete: "refuse", except: managedPolicy }],
    id: ({ inputs }) => `${text(inputs.role)}-${text(inputs.policyArn)}`,
    outputs: {},
  }),
  "aws:iam/rolePolicy:RolePolicy": resource<iam.RolePolicyArgs, iam.RolePolicy>({
    required: { policy: true, role: true },
    autoname: "name",
    replaces: ["name", "namePrefix", "role"],
    refers: [ofRole],
    problems: ({ policy }) => jsonProblems("policy", policy),
    id: ({ inputs }) => `${text(inputs.role)}:${text(inputs.name)}`,
    outputs: {},
  }),
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider": resource<
    iam.OpenIdConnectProviderArgs,
    iam.OpenIdConnectProvider
  >({
    required: { clientIdLists: true, url: true },
    replaces: ["url"],
    refers: [],
    id: ({ inputs }) => `arn:aws:iam::${accountId}:oidc-provider/${text(inputs.url).replace(/^https:\/\//, "")}`,
    outputs: { arn: ({ id }) => id, tagsAll },
    moves: { tagsAll: ["tags"] },
  }),
};

/** Names of a role's policies: the last parts of their ARNs. */
export function policiesOf(cloud: Cloud, roleArn: string): string[] {
  const role = cloud.find(roleType, "arn", roleArn);
  const attached = cloud.list(attachmentType).filter(({ inputs }) => inputs.role === role?.inputs.name);
  return attached.map(({ inputs }) => text(inputs.policyArn).split("/").at(-1) ?? "");
}

/** The services that may assume a role. */
export function trustedServices(cloud: Cloud, roleArn: string): string[] {
  const role = cloud.find(roleType, "arn", roleArn);
  const policy = JSON.parse(text(role?.inputs.assumeRolePolicy) || "{}") as {
    Statement?: { Principal?: { Service?: string | string[] } }[] | { Principal?: { Service?: string | string[] } };
  };
  return [policy.Statement ?? []].flat().flatMap(({ Principal }) => [Principal?.Service ?? []].flat());
}

function jsonProblems(name: string, value: unknown): string[] {
  if (typeof value !== "string") return [];
  try {
    JSON.parse(value);
    return [];
  } catch {
    return [`"${name}" contains an invalid JSON policy`];
  }
}
