import type { ResourceRule } from "../rule";
import { at, entries, textAt } from "../values";

/** Rights at a cloud are limited to their purpose. */
export const broadRights: ResourceRule = {
  name: "broad-rights",
  description: "No role may do everything, nor change everything: no wildcards, no administrators of an account.",
  check: ({ type, properties }) => checks.find(([types]) => types.test(type))?.[1](properties) ?? [],
};

const checks: [types: RegExp, check: (properties: unknown) => string[]][] = [
  [
    /^aws:iam\/(rolePolicy|policy|userPolicy|groupPolicy):\w+$/,
    (properties) => checkDocument(textAt(properties, "policy")),
  ],
  [/^aws:iam\/(role|user|group)?[pP]olicyAttachment:\w+$/, checkAttachment],
  [/^azure-native:authorization(\/\w+)?:RoleAssignment$/, checkAssignment],
  [/^gcp:(projects|organizations|folder)\/iAM(Member|Binding):\w+$/, checkGoogleRole],
  [/^alicloud:ram\/\w+PolicyAttachment:\w+$/, (properties) => checkName(textAt(properties, "policyName"))],
];

/** Verbs without changes. */
const reading = /^[^:]+:(Describe|Get|List|BatchGet|Search)/;

function checkDocument(text: string): string[] {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return [];
  }
  return asList(at(document, "Statement")).flatMap((statement, index) => {
    if (at(statement, "Effect") !== "Allow") return [];
    const actions = asList(at(statement, "Action")).map(String);
    const wild = actions.filter((action) => /^([^:]*:)?\*$/.test(action));
    const path = `policy: Statement[${index}]`;
    if (wild.length > 0) return [`${path}.Action has ${wild.join(", ")}; must name what may be done`];
    if (at(statement, "NotAction") !== undefined) return [`${path}.NotAction allows all others; must be Action`];
    const isEverywhere = asList(at(statement, "Resource")).includes("*");
    const changing = actions.filter((action) => !reading.test(action));
    return isEverywhere && changing.length > 0 && entries(statement, "Condition").length === 0
      ? [`${path}.Resource is * for ${changing.join(", ")}; must name resources, or have a Condition`]
      : [];
  });
}

function asList(value: unknown): unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? (value as unknown[]) : [value];
}

function checkAttachment(properties: unknown): string[] {
  return checkName(textAt(properties, "policyArn").split("/").pop() ?? "");
}

function checkName(policy: string): string[] {
  return /^(AdministratorAccess|PowerUserAccess|\w*FullAccess)$/.test(policy)
    ? [`attaches ${policy}; must be a policy of what is needed`]
    : [];
}

/** https://learn.microsoft.com/azure/role-based-access-control/built-in-roles */
const administrators: Record<string, string> = {
  "8e3af657-a8ff-443c-a75c-2fe8c4bcb635": "Owner",
  "b24988ac-6180-42a0-ab88-20f7382dd24c": "Contributor",
  "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9": "User Access Administrator",
};

function checkAssignment(properties: unknown): string[] {
  const scope = textAt(properties, "scope");
  const role = administrators[textAt(properties, "roleDefinitionId").split("/").pop() ?? ""];
  return [
    ...(/^\/(subscriptions\/[^/]+|providers\/Microsoft\.Management\/managementGroups\/[^/]+)?\/?$/i.test(scope)
      ? [`scope is ${scope}, a whole subscription or more; must be a resource or a resource group`]
      : []),
    ...(role === undefined ? [] : [`gives the role ${role}; must be a role for what is needed`]),
  ];
}

function checkGoogleRole(properties: unknown): string[] {
  const role = textAt(properties, "role");
  return ["roles/owner", "roles/editor"].includes(role) ? [`gives ${role}; must be a role for what is needed`] : [];
}
