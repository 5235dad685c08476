/** Keys and certificates, as programs declare them. */
import { defineResource } from "../framework/declaration";
import { integer, list, oneOf, optional, secretText, text, withDefault, type Field } from "../framework/schema";

/** A century; a longer validity is a typing error. */
const MAX_DAYS = 36_500;

/** Validity of a CA's certificate: that of fabric-ca's own root (131400 h). */
const AUTHORITY_DAYS = 5475;

/** Validity of every other certificate: fabric-ca's default (8760 h). */
const CERTIFICATE_DAYS = 365;

/** Enough for the next `up`, and for restarting nodes one by one. */
const RENEWAL_DAYS = 30;

function days(defaultDays: number, min = 1): Field<number, number | undefined> {
  return withDefault(integer({ min, max: MAX_DAYS }), defaultDays);
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
    validityDays: days(AUTHORITY_DAYS).describe("Life of the certificate in days."),
    renewBeforeDays: days(CERTIFICATE_DAYS, 0).describe(
      "The first `pulumi up` in this many days before the end renews the certificate, with the same key. The default is the " +
        "default life of what the CA issues, so that no certificate is cut short by the end of its authority.",
    ),
  },
  outputs: keyAndCertificate,
});

export const certificate = defineResource({
  token: "ledger:pki:Certificate",
  description:
    "A key and the certificate that a CA issued for it. Renewal and new names keep the key; another subject or usage replaces " +
    "both.",
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
    ).describe("The only end of TLS that the certificate is good for. A change keeps the key. Default: both ends."),
    dnsNames: withDefault(list(text()), []).describe("DNS subject alternative names, in order."),
    ipAddresses: withDefault(list(text()), []).describe("IP subject alternative names, in order."),
    validityDays: days(CERTIFICATE_DAYS).describe("Life of the certificate in days."),
    renewBeforeDays: days(RENEWAL_DAYS, 0).describe(
      "The first `pulumi up` in this many days before the end renews the certificate, with the same key.",
    ),
  },
  outputs: keyAndCertificate,
});
