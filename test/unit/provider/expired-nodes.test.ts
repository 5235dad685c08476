/** Nodes that the kubelet calls Ready although no client can connect any more, by real TLS servers on loopback. */
import assert from "node:assert/strict";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer, type Server } from "node:tls";
import { createCertificateAuthority, issueCertificate } from "../../../ledger/fabric/certificate";
import { loopbackDialer, type Dialer } from "../../../provider/kubernetes/dialer";
import { createNodeAccess } from "../../../provider/kubernetes/create-node-access";
import type { Restarter } from "../../../provider/kubernetes/restarter";
import { servedCertificateEnd } from "../../../provider/kubernetes/served-certificate";
import { fabricRollout } from "../../../provider/fabric/resources/rollout";
import { testOperation } from "../../support/operation";

const dayMs = 24 * 3600 * 1000;
const now = new Date("2026-06-01T00:00:00Z");
const names = ["orderer0", "orderer1", "orderer2"];

describe("nodes with expired certificates", () => {
  const servers = new Map<string, Server>();
  /** The operations port of a node, at any address of its pod. */
  const dialer: Dialer = {
    ...loopbackDialer,
    dial: async (node, port, options) => {
      const server = servers.get(node.pod.replace(/-0$/, ""));
      return loopbackDialer.dial(node, (server?.address() as AddressInfo | undefined)?.port ?? port, options);
    },
  };

  /** Serves a certificate of ten days, issued on `issued`, and requires one from clients, like /metrics. */
  async function serve(name: string, issued: Date): Promise<void> {
    const ca = await createCertificateAuthority({
      organization: "orderer",
      commonName: "ca",
      validityDays: 3650,
      now: issued,
    });
    const { certificate, privateKey } = await issueCertificate({
      ca,
      organization: "orderer",
      commonName: name,
      usage: "tls",
      dnsNames: [name],
      ipAddresses: [],
      validityDays: 10,
      now: issued,
    });
    const options = { cert: certificate, key: privateKey, ca: ca.certificate, requestCert: true };
    const server = createServer({ ...options, rejectUnauthorized: true });
    server.on("tlsClientError", () => undefined);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    servers.set(name, server);
  }

  afterEach(async () => {
    for (const server of servers.values()) {
      server.close();
      await once(server, "close");
    }
    servers.clear();
  });

  it("show the end of their certificate to a client without a certificate and without trust", async () => {
    await serve("orderer0", now);
    const pod = { name: "orderer/orderer0", namespace: "trade-orderer", pod: "orderer0-0" };
    const end = await servedCertificateEnd(pod, 8443, testOperation({ dialer }).context);
    assert.deepEqual(end, new Date(now.getTime() + 10 * dayMs));
  });

  it("are restarted first and together, before a channel is asked that they cannot serve", async () => {
    for (const name of names) await serve(name, new Date(now.getTime() - (name === "orderer1" ? 1 : 11) * dayMs));
    const steps: string[] = [];
    const stale = new Set(names);
    const restarter: Restarter = {
      ...createNodeAccess(undefined).restarter,
      condition: async ({ statefulSet }) => ({ isCurrent: !stale.has(statefulSet), isReady: true }),
      restart: async ({ statefulSet }) => {
        steps.push(`restart ${statefulSet}`);
        stale.delete(statefulSet);
      },
      untilAvailable: async ({ statefulSet }) => void steps.push(`wait for ${statefulSet}`),
    };
    const node = (name: string) => ({ name: `orderer/${name}`, namespace: "trade-orderer", statefulSet: name });
    const nodes = names.map((name) => ({ ...node(name), revision: "new", generation: 2 }));
    await fabricRollout.create(
      { nodes, operationsPort: 8443, channels: [], orderers: [], administrators: [], peers: [] },
      testOperation({ restarter, dialer, now }).context,
    );
    assert.deepEqual(steps.slice(0, 2), ["restart orderer0", "restart orderer2"]);
    assert.equal(steps.indexOf("restart orderer1"), 5);
  });
});
