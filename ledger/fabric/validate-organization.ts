/** Whether organisations of a channel are complete, readable and distinct. */
import { X509Certificate } from "node:crypto";
import type { ChannelConfig, OrdererOrganization, OrganizationMsp, PeerOrganization } from "./channel-config";
import { canonicalCertificate } from "../../lib/x509/pem";
import { problem, type Problem } from "../../lib/problem";
import { validateAddresses } from "./validate-address";
import { revokedSerials } from "./revoked";
import { duplicates, each, notEmpty } from "./validate-lists";
import { validateMspId, validateOrganizationName } from "./validate-names";
import { messageOf } from "../../lib/errors";

export function validateOrdererOrganization(organization: OrdererOrganization, path: string): Problem[] {
  return [
    ...validateOrganizationName(organization.name, `${path}.name`),
    ...validateMsp(organization.msp, `${path}.msp`),
    ...validateAddresses(organization.endpoints, `${path}.endpoints`),
  ];
}

/** An organisation whose orderers do not vote yet has no endpoints in a channel. */
export function validateReachable({ endpoints }: Pick<OrdererOrganization, "endpoints">, path: string): Problem[] {
  return notEmpty(endpoints, `${path}.endpoints`, "clients find the orderers by them");
}

export function validatePeerOrganization(organization: PeerOrganization, path: string): Problem[] {
  return [
    ...validateOrganizationName(organization.name, `${path}.name`),
    ...validateMsp(organization.msp, `${path}.msp`),
    ...validateAddresses(organization.anchorPeers, `${path}.anchorPeers`),
  ];
}

function validateMsp(msp: OrganizationMsp, path: string): Problem[] {
  return [
    ...validateMspId(msp.mspId, `${path}.mspId`),
    ...notEmpty(msp.caCertificates, `${path}.caCertificates`, "identities are checked against it"),
    ...notEmpty(msp.tlsCaCertificates, `${path}.tlsCaCertificates`, "connections are checked against it"),
    ...validateAuthorities(msp.caCertificates, `${path}.caCertificates`),
    ...validateAuthorities(msp.intermediateCaCertificates ?? [], `${path}.intermediateCaCertificates`),
    ...validateAuthorities(msp.tlsCaCertificates, `${path}.tlsCaCertificates`),
    ...each(msp.revocationLists ?? [], `${path}.revocationLists`, validateRevocationList),
  ];
}

function validateRevocationList(list: string, path: string): Problem[] {
  try {
    revokedSerials(list);
    return [];
  } catch (error) {
    return [problem({ path, must: "be an X.509 revocation list, PEM", because: messageOf(error) })];
  }
}

function validateAuthorities(certificates: string[], path: string): Problem[] {
  const unreadable = each(certificates, path, validateCertificate);
  if (unreadable.length > 0) return unreadable;
  return [
    ...each(certificates, path, validateAuthority),
    ...duplicates(certificates.map(canonicalCertificate), path, "a certificate", false),
  ];
}

function validateAuthority(pem: string, path: string): Problem[] {
  const certificate = new X509Certificate(canonicalCertificate(pem));
  const subject = certificate.subject.replaceAll("\n", ", ");
  return certificate.ca ? [] : [problem({ path, given: subject, must: "be the certificate of an authority" })];
}

/** A text that must be exactly one PEM certificate. */
export function validateCertificate(pem: string, path: string): Problem[] {
  try {
    canonicalCertificate(pem);
    return [];
  } catch (error) {
    const because = messageOf(error);
    return [problem({ path, must: "be one certificate, PEM", because })];
  }
}

/** Names and MSP ids across organisations: unique in a section, and one MSP id means one MSP in both sections. */
export function validateMemberships(config: ChannelConfig, path: string): Problem[] {
  const sections = [
    ["ordererOrganizations", config.ordererOrganizations],
    ["peerOrganizations", config.peerOrganizations],
  ] as const;
  const unique = sections.flatMap(([section, organizations]) => [
    ...duplicates(
      organizations.map(({ name }) => name),
      `${path}.${section}`,
      "a name",
    ),
    ...duplicates(
      organizations.map(({ msp }) => msp.mspId),
      `${path}.${section}`,
      "an MSP id",
    ),
  ]);
  const shared = config.peerOrganizations.flatMap(({ msp }, index) => {
    const twin = config.ordererOrganizations.find((organization) => organization.msp.mspId === msp.mspId);
    return twin === undefined || sameMsp(twin.msp, msp)
      ? []
      : [
          problem({
            path: `${path}.peerOrganizations[${index}].msp`,
            must: `be the MSP of orderer organisation ${twin.name}`,
            because: `both have the MSP id ${msp.mspId}`,
          }),
        ];
  });
  return [...unique, ...shared];
}

function sameMsp(a: OrganizationMsp, b: OrganizationMsp): boolean {
  const trimmed = (msp: OrganizationMsp): string =>
    JSON.stringify(
      [msp.caCertificates, msp.intermediateCaCertificates ?? [], msp.tlsCaCertificates, msp.revocationLists ?? []].map(
        (list) => list.map((pem) => pem.trim()),
      ),
    );
  return trimmed(a) === trimmed(b);
}
