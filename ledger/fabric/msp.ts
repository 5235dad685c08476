/**
 * Membership service providers: the directory that a node or client reads, and the form of the same data in channels.
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
import { canonicalCertificate, canonicalRevocationList } from "../../lib/x509/pem";
import { messageOf } from "../../lib/errors";

export interface LocalMspInputs {
  /** Organisation of the identity. */
  msp: OrganizationMsp;
  /** Enrolment certificate of the node, PEM. */
  certificate: string;
  /** Key of the certificate, PKCS#8 PEM. */
  privateKey: string;
}

/** Path of the only secret file of a local MSP. */
export const mspPrivateKey = "keystore/key.pem";

const nodeRoles: readonly NodeOu[] = ["client", "peer", "admin", "orderer"];

/** `FabricMSPConfig.crypto_config` of MSPs by Fabric's own tools. */
const signatureHashFamily = "SHA2";
const identityHashFunction = "SHA256";
/** `MSPConfig.type` of X.509 based MSPs. */
const mspTypeFabric = 0;

/**
 * Files of a node's or client's MSP directory: relative path -> content. Only `keystore/key.pem` is secret.
 *
 * @throws when a certificate cannot be read, naming the file it was meant for.
 */
export function localMsp(inputs: LocalMspInputs): Record<string, string> {
  return {
    ...verifyingMsp(inputs.msp),
    ...certificateFiles("signcerts", "cert", [inputs.certificate]),
    [mspPrivateKey]: inputs.privateKey,
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
    ...revocationListFiles(msp.revocationLists ?? []),
    "config.yaml": nodeOusFile(msp),
  };
}

/** The MSP value of a channel, equal to configtxgen's output for the directory of `verifyingMsp`. */
export function fabricMspConfig(msp: OrganizationMsp): MSPConfig {
  return wrapMspConfig(updateFabricMspConfig(new FabricMSPConfig(), msp));
}

/** Sets the fields of OrganizationMsp in `config`. Other fields (administrators, ...) stay. */
export function updateFabricMspConfig(config: FabricMSPConfig, msp: OrganizationMsp): FabricMSPConfig {
  config.setName(msp.mspId);
  config.setRootCertsList(msp.caCertificates.map(certificateBytes));
  config.setIntermediateCertsList((msp.intermediateCaCertificates ?? []).map(certificateBytes));
  config.setTlsRootCertsList(msp.tlsCaCertificates.map(certificateBytes));
  setRevocationLists(config, msp.revocationLists);
  const crypto = new FabricCryptoConfig();
  crypto.setSignatureHashFamily(signatureHashFamily);
  crypto.setIdentityIdentifierHashFunction(identityHashFunction);
  config.setCryptoConfig(crypto);
  config.setFabricNodeOus(nodeOus(msp));
  return config;
}

/** Sets the lists; one that is there already keeps its bytes. Without `lists` they stay. */
function setRevocationLists(config: FabricMSPConfig, lists: string[] | undefined): void {
  if (lists === undefined) return;
  const present = new Map(config.getRevocationListList_asU8().map((bytes) => [canonicalRevocationList(bytes), bytes]));
  config.setRevocationListList(
    lists.map(canonicalRevocationList).map((list) => present.get(list) ?? Buffer.from(list)),
  );
}

export function wrapMspConfig(config: FabricMSPConfig): MSPConfig {
  const wrapped = new MSPConfig();
  wrapped.setType(mspTypeFabric);
  wrapped.setConfig(config.serializeBinary());
  return wrapped;
}

/**
 * The authority that must issue role certificates, if there is only one. With several (a change of authority, or
 * intermediates) Fabric accepts a role from any of them only when the MSP names no authority.
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
    if (authority !== undefined) identifier.setCertificate(certificateBytes(authority));
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
  const identifiers = nodeRoles.flatMap((role) => [
    `  ${role.charAt(0).toUpperCase()}${role.slice(1)}OUIdentifier:`,
    ...certificate,
    `    OrganizationalUnitIdentifier: ${role}`,
  ]);
  return ["NodeOUs:", "  Enable: true", ...identifiers, ""].join("\n");
}

/** Files with the revocation lists of an MSP directory. */
export function revocationListFiles(lists: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    lists.map((list, index) => [certificateFile("crls", "crl", index), canonicalRevocationList(list)]),
  );
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

/** Path of a certificate. Fabric reads a directory in the order of file names; padding makes this the list's order. */
function certificateFile(directory: string, stem: string, index: number): string {
  return `${directory}/${stem}-${String(index).padStart(2, "0")}.pem`;
}

function certificateBytes(pem: string): Uint8Array {
  return Buffer.from(canonicalCertificate(pem));
}
