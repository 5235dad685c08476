/**
 * Membership service providers: the directory a node or client reads, and the same material as channels carry it.
 * Directory layout: https://hyperledger-fabric.readthedocs.io/en/latest/msp.html
 */
import {
  FabricCryptoConfig,
  FabricMSPConfig,
  FabricNodeOUs,
  FabricOUIdentifier,
  MSPConfig,
} from "@hyperledger/fabric-protos/lib/msp/msp_config_pb";
import type { NodeOu } from "./certificate";
import type { OrganizationMsp } from "./channel-config";
import { canonicalCertificate } from "../../lib/x509/pem";
import { messageOf } from "../../lib/errors";

export interface LocalMspInputs {
  /** The organisation the identity belongs to. */
  msp: OrganizationMsp;
  /** Enrolment certificate of the node, PEM. */
  certificate: string;
  /** Its key, PKCS#8 PEM. */
  privateKey: string;
}

/** Path of the one secret file of a local MSP. */
export const MSP_PRIVATE_KEY = "keystore/key.pem";

const NODE_OUS: readonly NodeOu[] = ["client", "peer", "admin", "orderer"];

/** `FabricMSPConfig.crypto_config` of every MSP that Fabric's own tools write. */
const SIGNATURE_HASH_FAMILY = "SHA2";
const IDENTITY_HASH_FUNCTION = "SHA256";
/** `MSPConfig.type` of X.509 based MSPs. */
const MSP_TYPE_FABRIC = 0;

/**
 * Files of a node's or client's MSP directory: relative path -> content. Only `keystore/key.pem` is secret.
 *
 * @throws when a certificate cannot be read, naming the file it was meant for.
 */
export function localMsp(inputs: LocalMspInputs): Record<string, string> {
  return {
    ...verifyingMsp(inputs.msp),
    ...certificateFiles("signcerts", "cert", [inputs.certificate]),
    [MSP_PRIVATE_KEY]: inputs.privateKey,
  };
}

/**
 * Files of an organisation's MSP directory, without any identity of its own.
 *
 * @throws when a certificate cannot be read, naming the file it was meant for.
 */
export function verifyingMsp(msp: OrganizationMsp): Record<string, string> {
  return {
    ...certificateFiles("cacerts", "ca", msp.caCertificates),
    ...certificateFiles("intermediatecerts", "ca", msp.intermediateCaCertificates ?? []),
    ...certificateFiles("tlscacerts", "tlsca", msp.tlsCaCertificates),
    "config.yaml": nodeOusFile(msp),
  };
}

/** The channel half of an MSP: equal to what configtxgen makes of the directory `verifyingMsp` describes. */
export function fabricMspConfig(msp: OrganizationMsp): MSPConfig {
  return wrapMspConfig(updateFabricMspConfig(new FabricMSPConfig(), msp));
}

/** Sets what OrganizationMsp names in `config` and leaves the rest (revocation lists, administrators, ...) alone. */
export function updateFabricMspConfig(config: FabricMSPConfig, msp: OrganizationMsp): FabricMSPConfig {
  config.setName(msp.mspId);
  config.setRootCertsList(msp.caCertificates.map(certificateBytes));
  config.setIntermediateCertsList((msp.intermediateCaCertificates ?? []).map(certificateBytes));
  config.setTlsRootCertsList(msp.tlsCaCertificates.map(certificateBytes));
  const crypto = new FabricCryptoConfig();
  crypto.setSignatureHashFamily(SIGNATURE_HASH_FAMILY);
  crypto.setIdentityIdentifierHashFunction(IDENTITY_HASH_FUNCTION);
  config.setCryptoConfig(crypto);
  config.setFabricNodeOus(nodeOus(msp));
  return config;
}

export function wrapMspConfig(config: FabricMSPConfig): MSPConfig {
  const wrapped = new MSPConfig();
  wrapped.setType(MSP_TYPE_FABRIC);
  wrapped.setConfig(config.serializeBinary());
  return wrapped;
}

/**
 * The authority that role certificates must come from, when there is just one to come from. With several (a change
 * of authority, or intermediates) Fabric takes a role from any of them only if no authority is named.
 */
function soleAuthority(msp: OrganizationMsp): string | undefined {
  const isSole = msp.caCertificates.length === 1 && (msp.intermediateCaCertificates ?? []).length === 0;
  return isSole ? msp.caCertificates[0] : undefined;
}

function nodeOus(msp: OrganizationMsp): FabricNodeOUs {
  const authority = soleAuthority(msp);
  const identifier = (role: NodeOu): FabricOUIdentifier => {
    const identifier = new FabricOUIdentifier();
    identifier.setOrganizationalUnitIdentifier(role);
    if (authority !== undefined) {
      identifier.setCertificate(certificateBytes(authority));
    }
    return identifier;
  };
  const units = new FabricNodeOUs();
  units.setEnable(true);
  units.setClientOuIdentifier(identifier("client"));
  units.setPeerOuIdentifier(identifier("peer"));
  units.setAdminOuIdentifier(identifier("admin"));
  units.setOrdererOuIdentifier(identifier("orderer"));
  return units;
}

function nodeOusFile(msp: OrganizationMsp): string {
  const certificate =
    soleAuthority(msp) === undefined ? [] : [`    Certificate: ${certificateFile("cacerts", "ca", 0)}`];
  const identifiers = NODE_OUS.flatMap((role) => [
    `  ${role.charAt(0).toUpperCase()}${role.slice(1)}OUIdentifier:`,
    ...certificate,
    `    OrganizationalUnitIdentifier: ${role}`,
  ]);
  return ["NodeOUs:", "  Enable: true", ...identifiers, ""].join("\n");
}

function certificateFiles(directory: string, stem: string, certificates: string[]): Record<string, string> {
  return Object.fromEntries(
    certificates.map((certificate, index) => {
      const file = certificateFile(directory, stem, index);
      try {
        return [file, canonicalCertificate(certificate)];
      } catch (error) {
        throw new Error(`MSP file ${file}: ${messageOf(error)}`, {
          cause: error,
        });
      }
    }),
  );
}

/** Fabric reads a directory in the order of file names; padding keeps that the order of the list. */
function certificateFile(directory: string, stem: string, index: number): string {
  return `${directory}/${stem}-${String(index).padStart(2, "0")}.pem`;
}

function certificateBytes(pem: string): Uint8Array {
  return Buffer.from(canonicalCertificate(pem));
}
