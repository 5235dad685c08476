/** Keys and certificates, as programs declare them. */
import { defineResource } from "../framework/declaration";
import {
  anyText,
  integer,
  list,
  map,
  object,
  oneOf,
  optional,
  secretText,
  text,
  withDefault,
  type Field,
} from "../framework/schema";
import { validateSerial } from "../../ledger/fabric/serial-number";

/** A century; a longer validity is a typing error. */
const maxDays = 36_500;

/** Validity of a CA's certificate: that of fabric-ca's own root (131400 h). */
const authorityDays = 5475;

/** Validity of every other certificate: fabric-ca's default (8760 h). */
const certificateDays = 365;

/** Far beyond the count of any program. */
const maxGenerations = 1_000_000;

/** Enough for the next `up`, and for restarting nodes one by one. */
const renewalDays = 30;

function days(defaultDays: number, min = 1): Field<number, number | undefined> {
  return withDefault(integer({ min, max: maxDays }), defaultDays);
}

const keyAndCertificate = {
  certificate: text().describe("Certificate, PEM."),
  privateKey: secretText().describe("Private key, PKCS#8 PEM."),
  notAfter: text().describe("End of validity, RFC 3339."),
};

export const certificateAuthority = defineResource({
  token: "ledger:pki:CertificateAuthority",
  description:
    "A self-signed root CA: EC P-256 key and X.509 certificate. Its name is its identity; everything else gives the same key " +
    "a new certificate, below which all certificates issued so far stay good.",
  inputs: {
    commonName: text().describe("Common name of the subject, for example `ca.org1`.").identity(),
    organization: text().describe("Organisation (O) of the subject, for example `org1`.").identity(),
    validityDays: days(authorityDays).describe("Validity of the certificate in days."),
    renewBeforeDays: days(certificateDays, 0).describe(
      "Days before the end of its validity from which `pulumi up` renews the certificate, with the same key. The default is the " +
        "default life of what the CA issues, so that no certificate is cut short by the end of its authority.",
    ),
  },
  outputs: keyAndCertificate,
});

export const certificate = defineResource({
  token: "ledger:pki:Certificate",
  description:
    "A key and the certificate that a CA issued for it. Renewal and new names keep the key; another subject or usage replaces " +
    "both, and so does another `keyGeneration`, after which the former certificates are known by their serial numbers.",
  inputs: {
    caCertificate: text().describe("Certificate (PEM) of the CA that issues this one."),
    caPrivateKey: secretText().describe("Private key (PEM) of that CA."),
    commonName: text().describe("Common name of the subject, for example `peer0`.").identity(),
    organization: text().describe("Organisation (O) of the subject, for example `org1`.").identity(),
    nodeOu: optional(
      oneOf(
        {
          token: "ledger:pki:NodeOu",
          description: "Role of an enrolment certificate: the NodeOU that Fabric reads from the subject's OU.",
        },
        ["peer", "orderer", "admin", "client"],
      ),
    )
      .describe("OU of the subject. Set for enrolment certificates. Default: none, as TLS certificates have.")
      .identity(),
    usage: oneOf({ token: "ledger:pki:Usage", description: "Use of a certificate." }, ["signing", "tls"])
      .describe(
        "`signing`: enrolment identity. `tls`: server and client authentication, or one of them, see `tlsRole`.",
      )
      .identity(),
    tlsRole: optional(
      oneOf({ token: "ledger:pki:TlsRole", description: "One end of a TLS connection." }, ["server", "client"]),
    ).describe(
      "The only end of TLS connections for which the certificate is valid. A change keeps the key. Default: both ends.",
    ),
    dnsNames: withDefault(list(text()), []).describe("DNS subject alternative names, in order."),
    ipAddresses: withDefault(list(text()), []).describe("IP subject alternative names, in order."),
    validityDays: days(certificateDays).describe("Validity of the certificate in days."),
    renewBeforeDays: days(renewalDays, 0).describe(
      "Days before the end of its validity from which `pulumi up` renews the certificate, with the same key.",
    ),
    attributes: optional(map(anyText())).describe(
      "Attributes that chaincode reads, in Fabric CA's extension. A change gives a new key, and the certificates with the former " +
        "attributes are among `formerSerials`. Default: none.",
    ),
    keyGeneration: optional(integer({ min: 1, max: maxGenerations })).describe(
      "Number of the key, counted by the program. Another number gives a new key and certificate. Default: 1.",
    ),
  },
  outputs: {
    ...keyAndCertificate,
    serials: optional(list(text())).describe(
      "Serial numbers in hex of the certificates of the key, the present one last. Default: none in the state of an older " +
        "release, until the certificate changes.",
    ),
    formerSerials: optional(list(text())).describe(
      "Serial numbers in hex of the certificates of former keys, see `keyGeneration`. Default: as for `serials`.",
    ),
  },
});

const serial = text(validateSerial);

export const revocationList = defineResource({
  token: "ledger:pki:RevocationList",
  description:
    "An X.509 revocation list (CRL) of a CA. On it are the certificates of identities that are gone or got another key since " +
    "the list was made, and those that `revoke` names. A certificate that is on it stays there.",
  inputs: {
    caCertificate: text().describe("Certificate (PEM) of the CA that issued the certificates and signs the list."),
    caPrivateKey: secretText().describe("Private key (PEM) of that CA."),
    identities: list(
      object(
        { token: "ledger:pki:IssuedIdentity", description: "An identity whose present key must stay good." },
        {
          name: text().describe("Name of the identity, which identifies it in later runs."),
          certificate: text().describe("Its certificate, PEM."),
          serials: optional(list(serial)).describe(
            "Serial numbers of all certificates of its key. Default: that of the certificate.",
          ),
          formerSerials: optional(list(serial)).describe(
            "Serial numbers of certificates of its former keys; they are revoked. Default: none but those seen before.",
          ),
        },
      ),
    ).describe("Identities of the CA whose former certificates are revoked."),
    revoke: withDefault(list(serial), []).describe("Serial numbers in hex of further certificates to revoke."),
  },
  outputs: {
    revocationLists: list(text()).describe("The list, PEM; no list while nothing is revoked."),
    number: integer({ min: 0, max: Number.MAX_SAFE_INTEGER }).describe("Number of the list; it rises with each."),
    revoked: list(
      object(
        { token: "ledger:pki:RevokedCertificate", description: "An entry of a revocation list." },
        {
          serial: text().describe("Serial number in hex."),
          revokedAt: text().describe("Time of the revocation, RFC 3339."),
        },
      ),
    ).describe("Entries of the list, the oldest first."),
    known: list(
      object(
        { token: "ledger:pki:KnownIdentity", description: "An identity as it was when the list was last made." },
        {
          name: text().describe("Name of the identity."),
          serials: list(text()).describe("Serial numbers in hex of its certificates."),
        },
      ),
    ).describe("Identities as they were when the list was last made."),
  },
});
