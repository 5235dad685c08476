/** Administrators' signatures over a config update, by the rules that a channel's MSPs set. */
import { verify, X509Certificate } from "node:crypto";
import { SignatureHeader } from "@hyperledger/fabric-protos/lib/common/common_pb";
import type { ConfigSignature } from "@hyperledger/fabric-protos/lib/common/configtx_pb";
import { SerializedIdentity } from "@hyperledger/fabric-protos/lib/msp/identities_pb";
import { canonicalCertificate } from "../../../lib/x509/pem";
import { chainsToRoot } from "../certificate-chain";
import { describeCertificate } from "../certificate-description";
import type { ChannelConfig, OrganizationMsp } from "../channel-config";
import { configSignaturePayload } from "../config-envelope";
import { describeSignerRule, isSatisfiedBy, type RequiredSigners } from "../config-signers";
import { printable } from "./printable";

/** MSP id of an administrator whose signature counts, or the reason why it does not. */
export type SignatureVerdict = { mspId: string } | { problem: string };

/**
 * Whether a signature is an administrator's of a member, over exactly these bytes. Revocation lists are not looked at; orderers do
 * that.
 *
 * @param members the live channel
 */
export function checkConfigSignature(
  members: Pick<ChannelConfig, "ordererOrganizations" | "peerOrganizations">,
  update: Uint8Array,
  signature: ConfigSignature,
  now: Date,
): SignatureVerdict {
  try {
    const header = signature.getSignatureHeader_asU8();
    const creator = SerializedIdentity.deserializeBinary(SignatureHeader.deserializeBinary(header).getCreator_asU8());
    const mspId = printable(creator.getMspid());
    const certificate = canonicalCertificate(Buffer.from(creator.getIdBytes_asU8()).toString("utf8"));
    const organization = [...members.ordererOrganizations, ...members.peerOrganizations].find(
      ({ msp }) => msp.mspId === creator.getMspid(),
    );
    if (organization === undefined) return { problem: `${mspId} is no member of the channel` };
    const reason = whyNoAdministrator(organization.msp, certificate, now);
    if (reason !== undefined) return { problem: `the signer of ${mspId} ${reason}` };
    const { publicKey } = new X509Certificate(certificate);
    const isOverUpdate = verify(
      "sha256",
      configSignaturePayload(header, update),
      publicKey,
      signature.getSignature_asU8(),
    );
    return isOverUpdate
      ? { mspId: organization.msp.mspId }
      : { problem: `the signature of ${mspId} is over other bytes` };
  } catch {
    return { problem: "it cannot be read as a signature with a certificate" };
  }
}

function whyNoAdministrator(msp: OrganizationMsp, certificate: string, now: Date): string | undefined {
  const { notBefore, notAfter, organizationalUnits } = describeCertificate(certificate);
  if (now < notBefore || now > notAfter) return "has a certificate that is not valid now";
  if (!organizationalUnits.includes("admin")) return "is no administrator";
  return chainsToRoot(certificate, msp.caCertificates, msp.intermediateCaCertificates)
    ? undefined
    : "has a certificate of another authority";
}

/**
 * Signatures that are still missing: `/Channel/Application/Admins needs 2 of (Org1MSP, Org2MSP)`; empty when the
 * signatures suffice.
 */
export function missingSigners(required: readonly RequiredSigners[], mspIds: readonly string[]): string[] {
  return required
    .filter(({ rule }) => !isSatisfiedBy(rule, mspIds))
    .map(({ policy, rule }) => printable(`${policy} needs ${describeSignerRule(rule)}`));
}

/** Whether any set of administrators can satisfy all of it. */
export function canBeSatisfied(required: readonly RequiredSigners[], everybody: readonly string[]): boolean {
  return required.every(({ rule }) => isSatisfiedBy(rule, everybody));
}
