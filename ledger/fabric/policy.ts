/**
 * Fabric's policy language. Signature policies: https://hyperledger-fabric.readthedocs.io/en/latest/endorsement-policies.html
 * The parsed bytes equal those of Fabric's own tools: every mention of a principal gets an entry of its own, also
 * when it repeats an earlier one.
 */
import {
  ApplicationPolicy,
  ImplicitMetaPolicy,
  SignaturePolicy,
  SignaturePolicyEnvelope,
} from "@hyperledger/fabric-protos/lib/common/policies_pb";
import { MSPPrincipal, MSPRole } from "@hyperledger/fabric-protos/lib/msp/msp_principal_pb";
import { parsePolicyExpression, type PolicyExpression, type PolicyRole } from "./policy-expression";
import { show } from "../../lib/problem";

const roleNumbers = { member: 0, admin: 1, client: 2, peer: 3, orderer: 4 } as const satisfies Record<
  PolicyRole,
  number
>;

const metaRules = { ANY: 0, ALL: 1, MAJORITY: 2 } as const;
/** How many of the sub-groups' policies an implicit meta policy wants. */
export type MetaRule = keyof typeof metaRules;

/** `MSPPrincipal.Classification`. */
const principalRole = 0;

/**
 * `AND('Org1MSP.peer', OR('Org2MSP.admin', 'Org3MSP.member'))` as protobuf.
 *
 * @throws PolicySyntaxError with the position of the first mistake.
 */
export function parseSignaturePolicy(text: string): SignaturePolicyEnvelope {
  const principals: MSPPrincipal[] = [];
  const rule = buildRule(parsePolicyExpression(text), principals);
  const envelope = new SignaturePolicyEnvelope();
  envelope.setVersion(0);
  envelope.setRule(rule);
  envelope.setIdentitiesList(principals);
  return envelope;
}

/**
 * `MAJORITY Endorsement` as protobuf.
 *
 * @throws when the text is not `ANY`, `ALL` or `MAJORITY` and the name of a policy.
 */
export function parseImplicitMetaPolicy(text: string): ImplicitMetaPolicy {
  const match = /^(ANY|ALL|MAJORITY) (\S+)$/.exec(text);
  if (match === null) throw new Error(`policy ${show(text)} is not "ANY <name>", "ALL <name>" or "MAJORITY <name>"`);
  const policy = new ImplicitMetaPolicy();
  policy.setRule(metaRules[match[1] as MetaRule]);
  policy.setSubPolicy(match[2] ?? "");
  return policy;
}

/**
 * The endorsement policy of a chaincode definition: a text that starts with `/` names a policy of the channel,
 * any other is a signature policy.
 *
 * @throws PolicySyntaxError with the position of the first mistake.
 */
export function parseApplicationPolicy(text: string): ApplicationPolicy {
  const policy = new ApplicationPolicy();
  if (text.startsWith("/")) {
    policy.setChannelConfigPolicyReference(text);
  } else {
    policy.setSignaturePolicy(parseSignaturePolicy(text));
  }
  return policy;
}

/** The text of a chaincode's endorsement policy: two policies that mean the same print the same text. */
export function formatApplicationPolicy(policy: ApplicationPolicy): string {
  const signaturePolicy = policy.getSignaturePolicy();
  return signaturePolicy === undefined
    ? policy.getChannelConfigPolicyReference()
    : formatSignaturePolicy(signaturePolicy);
}

/**
 * One spelling for all texts that mean the same endorsement policy: what formatApplicationPolicy prints.
 *
 * @throws PolicySyntaxError with the position of the first mistake.
 */
export function normalizeApplicationPolicy(text: string): string {
  return formatApplicationPolicy(parseApplicationPolicy(text));
}

/** The text of a signature policy, with `AND` and `OR` for the two extreme counts of `OutOf`. */
export function formatSignaturePolicy(envelope: SignaturePolicyEnvelope): string {
  const rule = envelope.getRule();
  return rule === undefined ? "" : formatRule(rule, envelope.getIdentitiesList());
}

/** Name of an implicit meta rule number, for messages. */
export function formatImplicitMetaPolicy(policy: ImplicitMetaPolicy): string {
  const rule = Object.entries(metaRules).find(([, number]) => number === policy.getRule())?.[0] ?? "UNKNOWN";
  return `${rule} ${policy.getSubPolicy()}`;
}

/** The organisation and role a principal names; undefined for principals that are no role. */
export function readRolePrincipal(principal: MSPPrincipal): { mspId: string; role: PolicyRole } | undefined {
  if (principal.getPrincipalClassification() !== principalRole) return undefined;
  const role = MSPRole.deserializeBinary(principal.getPrincipal_asU8());
  const name = (Object.keys(roleNumbers) as PolicyRole[]).find((key) => roleNumbers[key] === role.getRole());
  return name === undefined ? undefined : { mspId: role.getMspIdentifier(), role: name };
}

/**
 * Principals are numbered as Fabric's evaluator meets them: inner gates first, from left to right, and only then the
 * principals that stand directly in a gate.
 */
function buildRule(expression: PolicyExpression, principals: MSPPrincipal[]): SignaturePolicy {
  const rule = new SignaturePolicy();
  if (expression.kind === "principal") {
    rule.setSignedBy(principals.length);
    principals.push(rolePrincipal(expression.mspId, expression.role));
    return rule;
  }
  const gates = new Map<PolicyExpression, SignaturePolicy>();
  for (const inner of expression.rules.filter(({ kind }) => kind === "outOf")) {
    gates.set(inner, buildRule(inner, principals));
  }
  const outOf = new SignaturePolicy.NOutOf();
  outOf.setN(expression.n);
  outOf.setRulesList(expression.rules.map((inner) => gates.get(inner) ?? buildRule(inner, principals)));
  rule.setNOutOf(outOf);
  return rule;
}

function rolePrincipal(mspId: string, role: PolicyRole): MSPPrincipal {
  const content = new MSPRole();
  content.setMspIdentifier(mspId);
  content.setRole(roleNumbers[role]);
  const principal = new MSPPrincipal();
  principal.setPrincipalClassification(principalRole);
  principal.setPrincipal(content.serializeBinary());
  return principal;
}

function formatRule(rule: SignaturePolicy, principals: MSPPrincipal[]): string {
  const outOf = rule.getNOutOf();
  if (outOf === undefined) {
    const principal = principals[rule.getSignedBy()];
    const role = principal === undefined ? undefined : readRolePrincipal(principal);
    return role === undefined ? `<principal ${rule.getSignedBy()}>` : `'${role.mspId}.${role.role}'`;
  }
  const rules = outOf.getRulesList().map((inner) => formatRule(inner, principals));
  if (outOf.getN() === rules.length) return `AND(${rules.join(", ")})`;
  return outOf.getN() === 1 ? `OR(${rules.join(", ")})` : `OutOf(${[outOf.getN(), ...rules].join(", ")})`;
}
