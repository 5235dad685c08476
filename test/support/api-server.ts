/**
 * A real Kubernetes API server with its etcd, on loopback and without nodes: no pod runs. It stores objects, checks
 * credentials and removes deleted objects. The engine and a stand-in cloud need no more; a caller can ask for further
 * controllers.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ApiClient } from "../../local-cluster/access/api-client";
import { buildKubeconfig, writeKubeconfig } from "../../local-cluster/access/kubeconfig";
import { createPki, type Pki } from "../../local-cluster/access/pki";
import { defaultCluster } from "../../local-cluster/settings";
import { poll } from "../../lib/wait";
import { paths } from "../../tools/paths";
import { processFileSuffix, tenantToken } from "./clouds/kubernetes";
import { freePorts, ManagedProcess } from "./processes";

const timeoutSeconds = 60;

/** The garbage collector does foreground deletions; the other controller deletes namespaces. */
const deletion = ["garbage-collector-controller", "namespace-controller"];

export class ApiServer {
  private constructor(
    private readonly directory: string,
    private readonly processes: ManagedProcess[],
    private readonly pki: Pki,
    readonly url: string,
    /** Path of the administrator's kubeconfig, JSON. */
    readonly kubeconfigFile: string,
  ) {}

  /** @param controllers of Kubernetes' controller manager, beside those that remove objects. Default: none. */
  static async start(controllers: readonly string[] = []): Promise<ApiServer> {
    const directory = mkdtempSync(join(tmpdir(), "api-server-"));
    const [etcdPort = 0, peerPort = 0, port = 0] = await freePorts(3);
    const pkiFolder = join(directory, "pki");
    const pki = await createPki(pkiFolder, defaultCluster, []);
    const file = (name: string): string => join(pkiFolder, name);
    const program = (name: string, command: string, args: string[]): ManagedProcess =>
      new ManagedProcess({ name, command, args, env: {}, logFile: join(directory, `${name}.log`) });
    const tokenFile = join(directory, "tokens.csv");
    writeFileSync(tokenFile, `${tenantToken},tenant-user,tenant-user,"system:masters"\n`, { mode: 0o600 });
    const etcdUrl = `http://127.0.0.1:${etcdPort}`;
    const peerUrl = `http://127.0.0.1:${peerPort}`;
    const etcd = program("etcd", "etcd", [
      `--data-dir=${join(directory, "etcd")}`,
      `--listen-client-urls=${etcdUrl}`,
      `--advertise-client-urls=${etcdUrl}`,
      `--listen-peer-urls=${peerUrl}`,
      `--initial-advertise-peer-urls=${peerUrl}`,
      `--initial-cluster=default=${peerUrl}`,
      "--unsafe-no-fsync",
      "--log-level=warn",
    ]);
    const apiServer = program("kube-apiserver", join(paths.bin, "kube-apiserver"), [
      `--etcd-servers=${etcdUrl}`,
      "--service-cluster-ip-range=10.96.0.0/16",
      "--bind-address=127.0.0.1",
      `--secure-port=${port}`,
      "--advertise-address=127.0.0.1",
      "--endpoint-reconciler-type=none",
      `--client-ca-file=${file("ca.crt")}`,
      `--tls-cert-file=${file("apiserver.crt")}`,
      `--tls-private-key-file=${file("apiserver.key")}`,
      "--authorization-mode=RBAC",
      `--token-auth-file=${tokenFile}`,
      "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
      `--service-account-key-file=${file("sa.pub")}`,
      `--service-account-signing-key-file=${file("sa.key")}`,
      // Pods would need a service account, which no controller here creates.
      "--disable-admission-plugins=ServiceAccount",
    ]);
    const url = `https://127.0.0.1:${port}`;
    const kubeconfigFile = join(directory, "kubeconfig.json");
    const manager = program("controllers", join(paths.bin, "kube-controller-manager"), [
      `--kubeconfig=${kubeconfigFile}`,
      `--controllers=${[...deletion, ...controllers].join(",")}`,
      "--secure-port=0",
      "--leader-elect=false",
      // As in the local cluster: the default of 20 calls a second holds up hundreds of pods.
      "--kube-api-qps=200",
      "--kube-api-burst=400",
    ]);
    const server = new ApiServer(directory, [manager, apiServer, etcd], pki, url, kubeconfigFile);
    mkdirSync(join(directory, "etcd"), { mode: 0o700 });
    server.writeKubeconfig("admin", url);
    etcd.start();
    apiServer.start();
    await server.ready();
    manager.start();
    // A stand-in cloud with the kubeconfig ends the cluster by this process id.
    writeFileSync(`${kubeconfigFile}${processFileSuffix}`, String(apiServer.pid));
    return server;
  }

  /** Writes another certificate and another spelling of the address into the administrator's kubeconfig. */
  rotate(): void {
    this.writeKubeconfig("apiserver-kubelet-client", this.url.replace("127.0.0.1", "localhost"));
  }

  private writeKubeconfig(user: string, server: string): void {
    const pair = this.pki.certificates[user];
    if (pair === undefined) throw new Error(`no certificate was made for ${user}`);
    writeKubeconfig(
      this.kubeconfigFile,
      buildKubeconfig({ name: defaultCluster.id, server, authority: this.pki.ca.certificate, user: pair }),
    );
  }

  async stop(): Promise<void> {
    for (const each of this.processes) await each.stop();
    rmSync(this.directory, { recursive: true });
  }

  private async ready(): Promise<void> {
    const admin = this.pki.certificates.admin;
    if (admin === undefined) throw new Error("no certificate was made for admin");
    const client = new ApiClient(this.url, this.pki.ca.certificate, admin);
    try {
      await poll(async () => ((await client.isReady()) ? true : undefined), {
        what: "API server ready",
        timeoutSeconds,
      });
    } finally {
      client.close();
    }
  }
}
