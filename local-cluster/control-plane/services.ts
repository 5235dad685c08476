import { join } from "node:path";
import {
  afterApiServer,
  configInHost,
  kubeconfigInHost,
  pkiInHost,
  programInHost,
  type HostFiles,
  type Service,
} from "../host/service";
import { hostHome, inHost, provisionerPort, type LocalCluster } from "../settings";
import { kubeProxyConfig } from "../network/kube-proxy";
import { storageDrivers } from "../storage-drivers";

/** Services and configuration of the control plane host. */
export function controlPlaneFiles(cluster: LocalCluster): HostFiles {
  return {
    services: [
      etcd(cluster),
      apiServer(cluster),
      controllerManager(cluster),
      scheduler(cluster),
      kubeProxy(cluster),
      loadBalancer(cluster),
      storageProvisioner(cluster),
    ],
    // The name of any registered node will do: kube-proxy waits 30 s for a Node object of its configured name.
    config: { "kube-proxy.yaml": kubeProxyConfig(cluster, cluster.controlPlane.address, "node-1") },
  };
}

const etcdUrl = "http://127.0.0.1:2379";

function etcd(cluster: LocalCluster): Service {
  return {
    name: "etcd",
    program: "etcd",
    args: [
      `--data-dir=${inHost(join(hostHome(cluster, cluster.controlPlane.name), "var-lib", "etcd"))}`,
      `--listen-client-urls=${etcdUrl}`,
      `--advertise-client-urls=${etcdUrl}`,
      "--listen-peer-urls=http://127.0.0.1:2380",
      // The cluster's data need not survive a crash of the machine.
      "--unsafe-no-fsync",
      "--log-level=warn",
    ],
  };
}

function apiServer(cluster: LocalCluster): Service {
  return {
    name: "kube-apiserver",
    program: programInHost("kube-apiserver"),
    args: [
      `--etcd-servers=${etcdUrl}`,
      `--service-cluster-ip-range=${cluster.serviceRange}`,
      "--bind-address=0.0.0.0",
      "--secure-port=6443",
      `--advertise-address=${cluster.controlPlane.address}`,
      "--allow-privileged=true",
      `--client-ca-file=${pkiInHost(cluster, "ca.crt")}`,
      `--tls-cert-file=${pkiInHost(cluster, "apiserver.crt")}`,
      `--tls-private-key-file=${pkiInHost(cluster, "apiserver.key")}`,
      `--kubelet-client-certificate=${pkiInHost(cluster, "apiserver-kubelet-client.crt")}`,
      `--kubelet-client-key=${pkiInHost(cluster, "apiserver-kubelet-client.key")}`,
      `--kubelet-certificate-authority=${pkiInHost(cluster, "ca.crt")}`,
      "--kubelet-preferred-address-types=InternalIP",
      "--authorization-mode=Node,RBAC",
      "--enable-admission-plugins=NodeRestriction",
      "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
      `--service-account-key-file=${pkiInHost(cluster, "sa.pub")}`,
      `--service-account-signing-key-file=${pkiInHost(cluster, "sa.key")}`,
      `--requestheader-client-ca-file=${pkiInHost(cluster, "front-ca.crt")}`,
      "--requestheader-allowed-names=front-proxy-client",
      "--requestheader-extra-headers-prefix=X-Remote-Extra-",
      "--requestheader-group-headers=X-Remote-Group",
      "--requestheader-username-headers=X-Remote-User",
      `--proxy-client-cert-file=${pkiInHost(cluster, "front-proxy-client.crt")}`,
      `--proxy-client-key-file=${pkiInHost(cluster, "front-proxy-client.key")}`,
      "--enable-aggregator-routing=true",
      // Pods leave a dead node after 10 s instead of 5 minutes, because tests wait for it.
      "--default-not-ready-toleration-seconds=10",
      "--default-unreachable-toleration-seconds=10",
    ],
  };
}

function controllerManager(cluster: LocalCluster): Service {
  return {
    name: "kube-controller-manager",
    program: programInHost("kube-controller-manager"),
    args: [
      ...clientArgs(cluster, "controller-manager"),
      `--service-account-private-key-file=${pkiInHost(cluster, "sa.key")}`,
      `--root-ca-file=${pkiInHost(cluster, "ca.crt")}`,
      `--cluster-signing-cert-file=${pkiInHost(cluster, "ca.crt")}`,
      `--cluster-signing-key-file=${pkiInHost(cluster, "ca.key")}`,
      "--use-service-account-credentials=true",
      "--allocate-node-cidrs=false",
      `--cluster-cidr=${cluster.podRange}`,
      // A node counts as dead after four missed status updates.
      "--node-monitor-period=2s",
      "--node-monitor-grace-period=16s",
    ],
    after: afterApiServer(cluster),
  };
}

function scheduler(cluster: LocalCluster): Service {
  return {
    name: "kube-scheduler",
    program: programInHost("kube-scheduler"),
    args: clientArgs(cluster, "scheduler"),
    after: afterApiServer(cluster),
  };
}

/** Arguments that the controller manager and the scheduler share: no leader election, loopback only, large bursts. */
function clientArgs(cluster: LocalCluster, user: string): string[] {
  const kubeconfig = kubeconfigInHost(cluster, user);
  return [
    `--kubeconfig=${kubeconfig}`,
    `--authentication-kubeconfig=${kubeconfig}`,
    `--authorization-kubeconfig=${kubeconfig}`,
    "--bind-address=127.0.0.1",
    `--tls-cert-file=${pkiInHost(cluster, `${user}.crt`)}`,
    `--tls-private-key-file=${pkiInHost(cluster, `${user}.key`)}`,
    "--leader-elect=false",
    "--kube-api-qps=200",
    "--kube-api-burst=400",
  ];
}

/** Forwards the machine's own packets for Services, which its routes send to this host. */
function kubeProxy(cluster: LocalCluster): Service {
  return {
    name: "kube-proxy",
    program: programInHost("kube-proxy"),
    args: [`--config=${configInHost(cluster, cluster.controlPlane.name, "kube-proxy.yaml")}`],
    after: afterApiServer(cluster),
  };
}

/** Assigns addresses to LoadBalancer Services. The machine's routes and kube-proxy deliver the packets. */
function loadBalancer(cluster: LocalCluster): Service {
  return {
    name: "load-balancer",
    program: programInHost("load-balancer"),
    args: [`-kubeconfig=${kubeconfigInHost(cluster, "load-balancer")}`, `-addresses=${cluster.loadBalancerRange}`],
    after: afterApiServer(cluster),
  };
}

/** Runs on this host, as in a cloud's control plane: volumes are created and removed whichever nodes are down. */
function storageProvisioner(cluster: LocalCluster): Service {
  return {
    name: "storage-provisioner",
    program: programInHost("storage-provisioner"),
    args: [
      `-kubeconfig=${kubeconfigInHost(cluster, "storage-provisioner")}`,
      `-block=${storageDrivers.block}`,
      `-file=${storageDrivers.file}`,
      `-listen=:${provisionerPort}`,
    ],
    after: afterApiServer(cluster),
  };
}
