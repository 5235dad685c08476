import { createHash, X509Certificate } from "node:crypto";
import type { ChannelConfig, Consenter } from "./channel-config";
import { addressText } from "./config-normal-form";
import { canonicalCertificate } from "../../lib/x509/pem";

/**
 * `desired`, with the TLS certificates of `live` wherever these have the same key. Orderers recognise each other by the
 * key, so a certificate renewed with its key needs no config update. Identities of BFT consenters stay as desired:
 * before Fabric 3.1.2 they must be equal byte for byte.
 * https://hyperledger-fabric.readthedocs.io/en/latest/certs_management.html
 *
 * @throws Error when a certificate cannot be read.
 */
export function keepEquivalentCertificates(desired: ChannelConfig, live: ChannelConfig): ChannelConfig {
  const byAddress = new Map(live.consenters.map((consenter) => [addressText(consenter), consenter]));
  return {
    ...desired,
    consenters: desired.consenters.map((consenter): Consenter => {
      const twin = byAddress.get(addressText(consenter));
      return twin === undefined
        ? consenter
        : {
            ...consenter,
            clientTlsCertificate: keepSameKey(consenter.clientTlsCertificate, twin.clientTlsCertificate),
            serverTlsCertificate: keepSameKey(consenter.serverTlsCertificate, twin.serverTlsCertificate),
          };
    }),
  };
}

function keepSameKey(desired: string, live: string): string {
  return keyFingerprint(desired) === keyFingerprint(live) ? live : desired;
}

function keyFingerprint(certificate: string): string {
  const { publicKey } = new X509Certificate(canonicalCertificate(certificate));
  return createHash("sha256")
    .update(publicKey.export({ format: "der", type: "spki" }))
    .digest("hex");
}
