import assert from "node:assert/strict";
import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildKubeconfig } from "../../../local-cluster/access/kubeconfig";
import { createPki, type Pki } from "../../../local-cluster/access/pki";
import { defaultCluster, nodeHosts } from "../../../local-cluster/settings";

describe("keys and certificates of the local cluster", () => {
  let directory: string;
  let pki: Pki;
  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "pki-"));
    pki = await createPki(directory, defaultCluster, nodeHosts(defaultCluster, 2));
  });
  after(() => rmSync(directory, { recursive: true }));

  const certificate = (name: string) => new X509Certificate(readFileSync(join(directory, `${name}.crt`)));

  it("gives each user and node the name that RBAC and node authorization know", () => {
    const subjects = Object.fromEntries(Object.keys(pki.certificates).map((name) => [name, certificate(name).subject]));
    assert.deepEqual(subjects, {
      apiserver: "CN=kube-apiserver",
      "apiserver-kubelet-client": "O=system:masters\nCN=kube-apiserver-kubelet-client",
      "front-proxy-client": "CN=front-proxy-client",
      admin: "O=system:masters\nCN=kubernetes-admin",
      "controller-manager": "CN=system:kube-controller-manager",
      scheduler: "CN=system:kube-scheduler",
      "kube-proxy": "CN=system:kube-proxy",
      "kube-router": "CN=kube-router",
      "load-balancer": "CN=load-balancer",
      "storage-provisioner": "CN=storage-provisioner",
      "node-1": "O=system:nodes\nCN=system:node:node-1",
      "node-2": "O=system:nodes\nCN=system:node:node-2",
    });
  });

  it("serves under every name and address that clients call", () => {
    assert.equal(
      certificate("apiserver").subjectAltName,
      "DNS:kubernetes, DNS:kubernetes.default, DNS:kubernetes.default.svc, DNS:kubernetes.default.svc.cluster.local, " +
        "DNS:localhost, IP Address:10.96.0.1, IP Address:10.240.0.10, IP Address:127.0.0.1",
    );
    assert.equal(certificate("node-2").subjectAltName, "DNS:node-2, IP Address:10.240.0.12");
    assert.equal(certificate("admin").subjectAltName, undefined);
  });

  it("signs all with the cluster's authority but the front proxy's, which has its own", () => {
    const [ca, frontCa] = [certificate("ca"), certificate("front-ca")];
    for (const name of Object.keys(pki.certificates)) {
      const [issuer, other] = name === "front-proxy-client" ? [frontCa, ca] : [ca, frontCa];
      assert.ok(certificate(name).verify(issuer.publicKey), name);
      assert.ok(certificate(name).checkIssued(issuer), name);
      assert.ok(!certificate(name).verify(other.publicKey), name);
    }
  });

  it("lets only those serve that have a name or an address", () => {
    const serverAuth = "1.3.6.1.5.5.7.3.1";
    const serving = Object.keys(pki.certificates).filter((name) => certificate(name).keyUsage?.includes(serverAuth));
    assert.deepEqual(serving, ["apiserver", "controller-manager", "scheduler", "node-1", "node-2"]);
  });

  it("keeps every private key from other users, and each fits its certificate", () => {
    const keys = readdirSync(directory).filter((file) => file.endsWith(".key"));
    assert.equal(keys.length, Object.keys(pki.certificates).length + 3);
    for (const file of keys) {
      assert.equal(statSync(join(directory, file)).mode & 0o777, 0o600, file);
      const key = createPrivateKey(readFileSync(join(directory, file)));
      if (file === "sa.key") continue;
      assert.ok(certificate(file.replace(/\.key$/, "")).checkPrivateKey(key), file);
    }
    const [sign, verify] = ["sa.key", "sa.pub"].map((file) => createPublicKey(readFileSync(join(directory, file))));
    assert.deepEqual(sign?.export({ format: "jwk" }), verify?.export({ format: "jwk" }));
  });

  it("is new with each cluster, so that an old kubeconfig never fits", async () => {
    const second = mkdtempSync(join(tmpdir(), "pki-"));
    try {
      const other = await createPki(second, defaultCluster, nodeHosts(defaultCluster, 1));
      assert.notEqual(other.ca.certificate, pki.ca.certificate);
    } finally {
      rmSync(second, { recursive: true });
    }
  });
});

describe("kubeconfig of the local cluster", () => {
  it("has one cluster, one user and one context in a fixed order of keys, since Pulumi compares it as text", () => {
    const text = buildKubeconfig({
      name: "blockchain-clusters",
      server: "https://10.240.0.10:6443",
      authority: "CA",
      user: { certificate: "CERT", privateKey: "KEY" },
    });
    assert.equal(
      text,
      `${JSON.stringify(
        {
          apiVersion: "v1",
          kind: "Config",
          clusters: [
            {
              name: "blockchain-clusters",
              cluster: { server: "https://10.240.0.10:6443", "certificate-authority-data": "Q0E=" },
            },
          ],
          users: [
            {
              name: "blockchain-clusters",
              user: { "client-certificate-data": "Q0VSVA==", "client-key-data": "S0VZ" },
            },
          ],
          contexts: [
            {
              name: "blockchain-clusters",
              context: { cluster: "blockchain-clusters", user: "blockchain-clusters" },
            },
          ],
          "current-context": "blockchain-clusters",
        },
        undefined,
        2,
      )}\n`,
    );
  });
});
