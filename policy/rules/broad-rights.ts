import { problem, type Problem } from "../../lib/problem";
import { checkByType, type ResourceRule, type TypeChecks } from "../rule";
import { at, entries, textAt } from "../values";

/** Rights at a cloud are limited to their purpose. */
export const broadRights: ResourceRule = {
  name: "broad-rights",
  description: "No role may do everything, nor change everything: no wildcards, no administrators of an account.",
  check: (subject) => checkByType(checks, subject),
};

const checks: TypeChecks = [
  [/^aws:iam\/(rolePolicy|policy|userPolicy|groupPolicy):\w+$/, checkDocument],
  [/^aws:iam\/(role|user|group)?[pP]olicyAttachment:\w+$/, (properties) => checkName(properties, "policyArn")],
  [/^azure-native:authorization(\/\w+)?:RoleAssignment$/, checkAssignment],
  [/^gcp:(projects|organizations|folder)\/iAM(Member|Binding):\w+$/, checkGoogleRole],
  [/^alicloud:ram\/\w+PolicyAttachment:\w+$/, (properties) => checkName(properties, "policyName")],
];

/** Verbs without changes. */
const reading = /^[^:]+:(Describe|Get|List|BatchGet|Search)/;

function checkDocument(properties: unknown): Problem[] {
  let document: unknown;
  try {
    document = JSON.parse(textAt(properties, "policy"));
  } catch {
    return [];
  }
  return asList(at(document, "Statement")).flatMap((statement, index) =>
    at(statement, "Effect") === "Allow" ? checkStatement(statement, `policy.Statement[${index}]`) : [],
  );
}

function checkStatement(statement: unknown, path: string): Problem[] {
  const actions = asList(at(statement, "Action")).map(String);
  const wild = actions.filter((action) => /^([^:]*:)?\*$/.test(action));
  if (wild.length > 0) return [problem({ path: `${path}.Action`, given: wild, must: "name each allowed action" })];
  const others = at(statement, "NotAction");
  if (others !== undefined) {
    const because = "it allows all other actions";
    return [problem({ path: `${path}.NotAction`, given: others, must: "be an Action", because })];
  }
  const isEverywhere = asList(at(statement, "Resource")).includes("*");
  const changing = actions.filter((action) => !reading.test(action));
  if (!isEverywhere || changing.length === 0 || entries(statement, "Condition").length > 0) return [];
  const because = `these actions change things: ${changing.join(", ")}`;
  return [problem({ path: `${path}.Resource`, given: "*", must: "name resources, or have a Condition", because })];
}

function asList(value: unknown): unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? (value as unknown[]) : [value];
}

function checkName(properties: unknown, path: string): Problem[] {
  const given = textAt(properties, path);
  return /^(AdministratorAccess|PowerUserAccess|\w*FullAccess)$/.test(given.split("/").pop() ?? "")
    ? [problem({ path, given, must: "be a policy with the needed rights alone" })]
    : [];
}

/** https://learn.microsoft.com/azure/role-based-access-control/built-in-roles */
const administrators: Record<string, string> = {
  "8e3af657-a8ff-443c-a75c-2fe8c4bcb635": "Owner",
  "b24988ac-6180-42a0-ab88-20f7382dd24c": "Contributor",
  "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9": "User Access Administrator",
};

const neededRights = "be a role with the needed rights alone";

function checkAssignment(properties: unknown): Problem[] {
  const scope = textAt(properties, "scope");
  const given = textAt(properties, "roleDefinitionId");
  const role = administrators[given.split("/").pop() ?? ""];
  const isWide = /^\/(subscriptions\/[^/]+|providers\/Microsoft\.Management\/managementGroups\/[^/]+)?\/?$/i.test(
    scope,
  );
  const because = "this one is a whole subscription or more";
  return [
    ...(isWide ? [problem({ path: "scope", given: scope, must: "be a resource or a resource group", because })] : []),
    ...(role === undefined
      ? []
      : [problem({ path: "roleDefinitionId", given, must: neededRights, because: `this one is ${role}` })]),
  ];
}

function checkGoogleRole(properties: unknown): Problem[] {
  const given = textAt(properties, "role");
  return ["roles/owner", "roles/editor"].includes(given) ? [problem({ path: "role", given, must: neededRights })] : [];
}
