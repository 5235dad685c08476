/**
 * Organisations in the form that `configtxgen -printOrg` prints: the organisation's group of a channel config, with nested messages
 * decoded (Fabric's `protolator`). Anchor peers stand in it as `configtxgen -inspectBlock` prints them.
 */
import type { ConfigGroup, ConfigPolicy } from "@hyperledger/fabric-protos/lib/common/configtx_pb";
import { SignaturePolicyEnvelope, type SignaturePolicy } from "@hyperledger/fabric-protos/lib/common/policies_pb";
import type { FabricMSPConfig, FabricOUIdentifier } from "@hyperledger/fabric-protos/lib/msp/msp_config_pb";
import { isRecord } from "../../../lib/values";
import { problem, type Problem } from "../../../lib/problem";
import { canonicalCertificate, canonicalRevocationList } from "../../../lib/x509/pem";
import type { Consenter, HostPort, OrdererOrganization, OrganizationMsp, PeerOrganization } from "../channel-config";
import { buildOrdererOrganization, buildPeerOrganization } from "../channel-group";
import { readFabricMspConfig } from "../config-decode";
import { valueNames } from "../config-names";
import { addressText } from "../config-normal-form";
import { readRolePrincipal } from "../../fabric/policy";
import { validateOrdererOrganization, validatePeerOrganization, validateReachable } from "../validate-organization";
import { printable } from "./printable";

/** An organisation with orderers, for a channel that others order, too. */
export interface OrderingOrganization extends OrdererOrganization {
  /** Its orderers as consenters. Default: none, the document of another program does not name them. */
  consenters?: Consenter[];
}

/** An organisation of a partner or for one, by the part of a channel that it has. */
export type MemberOrganization = ({ role: "peer" } & PeerOrganization) | ({ role: "orderer" } & OrderingOrganization);

/** Most certificates of each kind that an organisation has: each of them is tried for each certificate of its orderers. */
const mostAuthorities = 10;

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** The group as configtxgen prints it, with keys in the order of their names. */
export function organizationJson(organization: MemberOrganization): Json {
  const isPeer = organization.role === "peer";
  const group = isPeer ? buildPeerOrganization(organization) : buildOrdererOrganization(organization);
  const policies: [string, Json][] = [];
  group.getPoliciesMap().forEach((policy, name) => policies.push([name, policyJson(policy)]));
  return {
    groups: {},
    mod_policy: group.getModPolicy(),
    policies: Object.fromEntries(policies.sort(([a], [b]) => (a < b ? -1 : 1))),
    values: {
      ...(isPeer ? anchorPeersJson(organization.anchorPeers) : endpointsJson(organization.endpoints)),
      [valueNames.msp]: element(group, { config: mspJson(readFabricMspConfig(group)), type: 0 }),
    },
    version: "0",
  };
}

function element(group: ConfigGroup, value: Json): Json {
  return { mod_policy: group.getModPolicy(), value, version: "0" };
}

function anchorPeersJson(peers: HostPort[]): { [key: string]: Json } {
  if (peers.length === 0) return {};
  const value = { anchor_peers: peers.map(({ host, port }) => ({ host, port })) };
  return { [valueNames.anchorPeers]: { mod_policy: "Admins", value, version: "0" } };
}

function endpointsJson(endpoints: HostPort[]): { [key: string]: Json } {
  return {
    [valueNames.endpoints]: { mod_policy: "Admins", value: { addresses: endpoints.map(addressText) }, version: "0" },
  };
}

function policyJson(policy: ConfigPolicy): Json {
  const content = policy.getPolicy();
  const envelope = SignaturePolicyEnvelope.deserializeBinary(content?.getValue_asU8() ?? new Uint8Array());
  const identities = envelope.getIdentitiesList().map((principal): Json => {
    const { mspId = "", role = "" } = readRolePrincipal(principal) ?? {};
    return { principal: { msp_identifier: mspId, role: role.toUpperCase() }, principal_classification: "ROLE" };
  });
  const rule = envelope.getRule();
  return {
    mod_policy: policy.getModPolicy(),
    policy: {
      type: content?.getType() ?? 0,
      value: { identities, rule: rule === undefined ? null : ruleJson(rule), version: envelope.getVersion() },
    },
    version: "0",
  };
}

function ruleJson(rule: SignaturePolicy): Json {
  const outOf = rule.getNOutOf();
  return outOf === undefined
    ? { signed_by: rule.getSignedBy() }
    : { n_out_of: { n: outOf.getN(), rules: outOf.getRulesList().map(ruleJson) } };
}

function mspJson(msp: FabricMSPConfig): Json {
  const units = msp.getFabricNodeOus();
  const unit = (identifier: FabricOUIdentifier | undefined): Json => ({
    certificate: identifier?.getCertificate_asB64() ?? "",
    organizational_unit_identifier: identifier?.getOrganizationalUnitIdentifier() ?? "",
  });
  return {
    admins: [],
    crypto_config: {
      identity_identifier_hash_function: msp.getCryptoConfig()?.getIdentityIdentifierHashFunction() ?? "",
      signature_hash_family: msp.getCryptoConfig()?.getSignatureHashFamily() ?? "",
    },
    fabric_node_ous: {
      admin_ou_identifier: unit(units?.getAdminOuIdentifier()),
      client_ou_identifier: unit(units?.getClientOuIdentifier()),
      enable: units?.getEnable() ?? false,
      orderer_ou_identifier: unit(units?.getOrdererOuIdentifier()),
      peer_ou_identifier: unit(units?.getPeerOuIdentifier()),
    },
    intermediate_certs: msp.getIntermediateCertsList_asB64(),
    name: msp.getName(),
    organizational_unit_identifiers: [],
    revocation_list: msp.getRevocationListList_asB64(),
    root_certs: msp.getRootCertsList_asB64(),
    signing_identity: null,
    tls_intermediate_certs: [],
    tls_root_certs: msp.getTlsRootCertsList_asB64(),
  };
}

/**
 * Reads the group of another party's organisation.
 *
 * The group must equal the group that this program would build for such an organisation: the same organisation is built
 * from its name, certificates and addresses, and every difference is a problem. A partner's policies therefore give
 * rights to no other organisation, and nothing in the group stays unchecked.
 */
export function readOrganization(
  given: Json,
  { name, role }: { name: string; role: MemberOrganization["role"] },
  path: string,
): { organization: MemberOrganization | undefined; problems: Problem[] } {
  const group = withCanonicalCertificates(given);
  const msp = readMsp(group);
  const tooMany = countProblems(msp, `${path}.msp`);
  if (tooMany.length > 0) return { organization: undefined, problems: tooMany };
  const organization: MemberOrganization =
    role === "peer"
      ? { role, name, msp, anchorPeers: readAnchorPeers(group) }
      : { role, name, msp, endpoints: readEndpoints(group) };
  const problems =
    organization.role === "peer"
      ? validatePeerOrganization(organization, path)
      : [...validateOrdererOrganization(organization, path), ...validateReachable(organization, path)];
  if (problems.length > 0) return { organization: undefined, problems };
  const differences = compare(organizationJson(organization), group, path);
  return { organization: differences.length === 0 ? organization : undefined, problems: differences };
}

function countProblems(msp: OrganizationMsp, path: string): Problem[] {
  const kinds = ["caCertificates", "intermediateCaCertificates", "tlsCaCertificates"] as const;
  return kinds.flatMap((kind) => {
    const given = msp[kind]?.length ?? 0;
    const must = `have ${mostAuthorities} certificates at most`;
    return given > mostAuthorities ? [problem({ path: `${path}.${kind}`, given, must })] : [];
  });
}

function readMsp(group: Json): OrganizationMsp {
  const config = at(group, "values", valueNames.msp, "value", "config");
  const intermediates = certificates(at(config, "intermediate_certs"));
  const lists = texts(at(config, "revocation_list")).map((list) =>
    canonicalRevocationList(Buffer.from(list, "base64")),
  );
  const name = at(config, "name");
  return {
    mspId: typeof name === "string" ? name : "",
    caCertificates: certificates(at(config, "root_certs")),
    ...(intermediates.length > 0 ? { intermediateCaCertificates: intermediates } : {}),
    tlsCaCertificates: certificates(at(config, "tls_root_certs")),
    ...(lists.length > 0 ? { revocationLists: lists } : {}),
  };
}

function certificates(value: Json | undefined): string[] {
  return texts(value).map((text) => Buffer.from(text, "base64").toString("utf8"));
}

function readEndpoints(group: Json): HostPort[] {
  return texts(at(group, "values", valueNames.endpoints, "value", "addresses")).map((address) => {
    const colon = address.lastIndexOf(":");
    return { host: address.slice(0, colon), port: Number(address.slice(colon + 1)) };
  });
}

function readAnchorPeers(group: Json): HostPort[] {
  const peers = at(group, "values", valueNames.anchorPeers, "value", "anchor_peers");
  return (Array.isArray(peers) ? peers : []).map((peer) => {
    const [host, port] = [at(peer, "host"), at(peer, "port")];
    return { host: typeof host === "string" ? host : "", port: typeof port === "number" ? port : 0 };
  });
}

function texts(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

function at(value: Json | undefined, ...keys: string[]): Json | undefined {
  return keys.reduce<Json | undefined>(
    (part, key) => (isRecord(part) && Object.hasOwn(part, key) ? part[key] : undefined),
    value,
  );
}

/** Certificates may have lines of any length in the files that configtxgen read: here they all have the same form. */
function withCanonicalCertificates(value: Json): Json {
  if (Array.isArray(value)) return value.map(withCanonicalCertificates);
  if (isRecord(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, withCanonicalCertificates(part)]));
  }
  if (typeof value !== "string" || !value.startsWith(base64OfPem)) return value;
  try {
    const pem = Buffer.from(value, "base64").toString("utf8");
    return Buffer.from(canonicalCertificate(pem)).toString("base64");
  } catch {
    return value;
  }
}

/** Base64 of `-----BEGIN CERT`. */
const base64OfPem = Buffer.from("-----BEGIN CERT").toString("base64");

/** Every place in which `given` is not as it must be. Neither is printed where it is long. */
function compare(must: Json | undefined, given: Json | undefined, path: string): Problem[] {
  if (isRecord(must) && isRecord(given)) {
    const keys = [...new Set([...Object.keys(must), ...Object.keys(given)])].sort();
    return keys.flatMap((key) => compare(must[key], given[key], `${path}.${printable(key)}`));
  }
  if (Array.isArray(must) && Array.isArray(given) && must.length === given.length) {
    return must.flatMap((item, index) => compare(item, given[index], `${path}[${index}]`));
  }
  if (JSON.stringify(must) === JSON.stringify(given)) return [];
  const because = "organisations of partners have the policies and roles of Fabric's sample configuration";
  if (must === undefined) return [problem({ path, must: "be left out", because })];
  return [problem({ path, given: shortly(given), must: `be ${shortly(must)}`, because })];
}

function shortly(value: Json | undefined): string {
  return value === undefined ? "nothing" : printable(JSON.stringify(value)).slice(0, 80);
}
