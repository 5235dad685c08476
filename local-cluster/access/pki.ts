import "reflect-metadata";
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as x509 from "@peculiar/x509";
import {
  alternativeNames,
  authorityKeyIdentifier,
  buildCertificate,
  signCertificate,
} from "../../lib/x509/certificate";
import { encodePrivateKey } from "../../lib/x509/ecdsa";
import { clusterDomain, type LocalCluster, type NodeHost } from "../settings";

/**
 * Keys and certificates of the cluster. Each cluster gets new ones, so an old kubeconfig never fits a new cluster.
 * Roles and subjects follow https://kubernetes.io/docs/setup/best-practices/certificates/.
 */

/** A key with its certificate, PEM. */
export interface KeyPair {
  certificate: string;
  /** PKCS#8. */
  privateKey: string;
}

export interface CertificateSpec {
  /** File name without suffix. */
  name: string;
  commonName: string;
  /** Group of the user, which Kubernetes reads from the organisation. */
  organization?: string;
  issuer: "ca" | "front-ca";
  dnsNames?: string[];
  addresses?: string[];
}

/**
 * The cluster's own users, by the names of their kubeconfigs. Users with an address also serve there with their
 * certificate: without one they would generate an RSA key at each start.
 */
export const users: readonly Omit<CertificateSpec, "issuer">[] = [
  { name: "admin", commonName: "kubernetes-admin", organization: "system:masters" },
  { name: "controller-manager", commonName: "system:kube-controller-manager", addresses: ["127.0.0.1"] },
  { name: "scheduler", commonName: "system:kube-scheduler", addresses: ["127.0.0.1"] },
  { name: "kube-proxy", commonName: "system:kube-proxy" },
  { name: "kube-router", commonName: "kube-router" },
  { name: "load-balancer", commonName: "load-balancer" },
  { name: "storage-provisioner", commonName: "storage-provisioner" },
];

/** Every certificate below the two authorities. A node's certificate is for its client and its server. */
export function certificateSpecs(
  { controlPlane, kubernetesServiceAddress }: LocalCluster,
  nodes: readonly NodeHost[],
): CertificateSpec[] {
  const service = "kubernetes.default";
  return [
    {
      name: "apiserver",
      commonName: "kube-apiserver",
      issuer: "ca",
      dnsNames: ["kubernetes", service, `${service}.svc`, `${service}.svc.${clusterDomain}`, "localhost"],
      addresses: [kubernetesServiceAddress, controlPlane.address, "127.0.0.1"],
    },
    {
      name: "apiserver-kubelet-client",
      commonName: "kube-apiserver-kubelet-client",
      organization: "system:masters",
      issuer: "ca",
    },
    { name: "front-proxy-client", commonName: "front-proxy-client", issuer: "front-ca" },
    ...users.map((user) => ({ ...user, issuer: "ca" as const })),
    ...nodes.map((node) => ({
      name: node.name,
      commonName: `system:node:${node.name}`,
      organization: "system:nodes",
      issuer: "ca" as const,
      dnsNames: [node.name],
      addresses: [node.address],
    })),
  ];
}

export interface Pki {
  ca: KeyPair;
  /** By {@link CertificateSpec.name}. */
  certificates: Record<string, KeyPair>;
}

/** Creates all keys and certificates as `<name>.crt` and `<name>.key`, and the service account key `sa.key`, `sa.pub`. */
export async function createPki(directory: string, cluster: LocalCluster, nodes: readonly NodeHost[]): Promise<Pki> {
  const [ca, frontCa] = await Promise.all([createAuthority("kubernetes-ca"), createAuthority("front-proxy-ca")]);
  const pairs = await Promise.all(
    certificateSpecs(cluster, nodes).map(async (spec) => {
      const pair = await issue(spec, spec.issuer === "ca" ? ca : frontCa);
      return [spec.name, pair] as const;
    }),
  );
  const authorities = { ca: ca.pair, "front-ca": frontCa.pair };
  const certificates = Object.fromEntries(pairs);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  for (const [name, pair] of Object.entries({ ...authorities, ...certificates })) {
    writeFileSync(join(directory, `${name}.crt`), pair.certificate);
    writePrivate(join(directory, `${name}.key`), pair.privateKey);
  }
  writeServiceAccountKey(directory);
  return { ca: ca.pair, certificates };
}

/** The key that signs service account tokens. */
function writeServiceAccountKey(directory: string): void {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  writePrivate(join(directory, "sa.key"), privateKey.export({ type: "pkcs8", format: "pem" }).toString());
  writeFileSync(join(directory, "sa.pub"), publicKey.export({ type: "spki", format: "pem" }));
}

function writePrivate(path: string, content: string): void {
  writeFileSync(path, content, { mode: 0o600 });
}

/** Life of a certificate: longer than any local cluster. */
const validityDays = 365;
/** All hosts have the machine's clock, but a test may set it back. */
const backdateMinutes = 60;

interface Authority {
  pair: KeyPair;
  certificate: x509.X509Certificate;
  key: KeyObject;
}

async function createAuthority(commonName: string): Promise<Authority> {
  const { key, publicKey } = generateKeys();
  const name = new x509.Name([{ CN: [commonName] }]);
  const unsigned = await buildCertificate({
    ...life(),
    subject: name,
    issuer: name,
    publicKey,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.digitalSignature, true),
      await x509.SubjectKeyIdentifierExtension.create(publicKey),
    ],
  });
  const pair = { certificate: signCertificate(unsigned, key), privateKey: encodePrivateKey(key) };
  return { pair, certificate: new x509.X509Certificate(pair.certificate), key };
}

async function issue(spec: CertificateSpec, authority: Authority): Promise<KeyPair> {
  const { key, publicKey } = generateKeys();
  const names = alternativeNames(spec.dnsNames ?? [], spec.addresses ?? []);
  const unsigned = await buildCertificate({
    ...life(),
    subject: new x509.Name([...(spec.organization ? [{ O: [spec.organization] }] : []), { CN: [spec.commonName] }]),
    issuer: authority.certificate.subjectName,
    publicKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([
        x509.ExtendedKeyUsage.clientAuth,
        ...(names.length > 0 ? [x509.ExtendedKeyUsage.serverAuth] : []),
      ]),
      await authorityKeyIdentifier(authority.certificate),
      ...names,
    ],
  });
  return { certificate: signCertificate(unsigned, authority.key), privateKey: encodePrivateKey(key) };
}

/** A new key, and its public half as SubjectPublicKeyInfo. */
function generateKeys(): { key: KeyObject; publicKey: Uint8Array<ArrayBuffer> } {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return { key: privateKey, publicKey: new Uint8Array(publicKey.export({ type: "spki", format: "der" })) };
}

function life(): { notBefore: Date; notAfter: Date } {
  const now = Date.now();
  return { notBefore: new Date(now - backdateMinutes * 60_000), notAfter: new Date(now + validityDays * 86_400_000) };
}
