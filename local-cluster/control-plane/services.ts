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
import {
  controlPlane,
  hostHome,
  inHost,
  loadBalancerRange,
  podRange,
  provisionerPort,
  serviceRange,
} from "../settings";
import { kubeProxyConfig } from "../network/kube-proxy";
import { storageDrivers } from "../storage-drivers";

/** Services and configuration of the control plane host. */
export function controlPlaneFiles(): HostFiles {
  return {
    services: [
      etcd(),
      apiServer(),
      controllerManager(),
      scheduler(),
      kubeProxy(),
      loadBalancer(),
      storageProvisioner(),
    ],
    // The name of any registered node will do: kube-proxy waits 30 s for a Node object of its configured name.
    config: { "kube-proxy.yaml": kubeProxyConfig(controlPlane.address, "node-1") },
  };
}

const etcdUrl = "http://127.0.0.1:2379";

function etcd(): Service {
  return {
    name: "etcd",
    program: "etcd",
    args: [
      `--data-dir=${inHost(join(hostHome(controlPlane.name), "var-lib", "etcd"))}`,
      `--listen-client-urls=${etcdUrl}`,
      `--advertise-client-urls=${etcdUrl}`,
      "--listen-peer-urls=http://127.0.0.1:2380",
      // The cluster's data need not survive a crash of the machine.
      "--unsafe-no-fsync",
      "--log-level=warn",
    ],
  };
}

function apiServer(): Service {
  return {
    name: "kube-apiserver",
    program: programInHost("kube-apiserver"),
    args: [
      `--etcd-servers=${etcdUrl}`,
      `--service-cluster-ip-range=${serviceRange}`,
      "--bind-address=0.0.0.0",
      "--secure-port=6443",
      `--advertise-address=${controlPlane.address}`,
      "--allow-privileged=true",
      `--client-ca-file=${pkiInHost("ca.crt")}`,
      `--tls-cert-file=${pkiInHost("apiserver.crt")}`,
      `--tls-private-key-file=${pkiInHost("apiserver.key")}`,
      `--kubelet-client-certificate=${pkiInHost("apiserver-kubelet-client.crt")}`,
      `--kubelet-client-key=${pkiInHost("apiserver-kubelet-client.key")}`,
      `--kubelet-certificate-authority=${pkiInHost("ca.crt")}`,
      "--kubelet-preferred-address-types=InternalIP",
      "--authorization-mode=Node,RBAC",
      "--enable-admission-plugins=NodeRestriction",
      "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
      `--service-account-key-file=${pkiInHost("sa.pub")}`,
      `--service-account-signing-key-file=${pkiInHost("sa.key")}`,
      `--requestheader-client-ca-file=${pkiInHost("front-ca.crt")}`,
      "--requestheader-allowed-names=front-proxy-client",
      "--requestheader-extra-headers-prefix=X-Remote-Extra-",
      "--requestheader-group-headers=X-Remote-Group",
      "--requestheader-username-headers=X-Remote-User",
      `--proxy-client-cert-file=${pkiInHost("front-proxy-client.crt")}`,
      `--proxy-client-key-file=${pkiInHost("front-proxy-client.key")}`,
      "--enable-aggregator-routing=true",
      // Pods leave a dead node after 10 s instead of 5 minutes, because tests wait for it.
      "--default-not-ready-toleration-seconds=10",
      "--default-unreachable-toleration-seconds=10",
    ],
  };
}

function controllerManager(): Service {
  return {
    name: "kube-controller-manager",
    program: programInHost("kube-controller-manager"),
    args: [
      ...clientArgs("controller-manager"),
      `--service-account-private-key-file=${pkiInHost("sa.key")}`,
      `--root-ca-file=${pkiInHost("ca.crt")}`,
      `--cluster-signing-cert-file=${pkiInHost("ca.crt")}`,
      `--cluster-signing-key-file=${pkiInHost("ca.key")}`,
      "--use-service-account-credentials=true",
      "--allocate-node-cidrs=false",
      `--cluster-cidr=${podRange}`,
      // A node counts as dead after four missed status updates.
      "--node-monitor-period=2s",
      "--node-monitor-grace-period=16s",
    ],
    after: afterApiServer,
  };
}

function scheduler(): Service {
  return {
    name: "kube-scheduler",
    program: programInHost("kube-scheduler"),
    args: clientArgs("scheduler"),
    after: afterApiServer,
  };
}

/** Arguments that the controller manager and the scheduler share: no leader election, loopback only, large bursts. */
function clientArgs(user: string): string[] {
  const kubeconfig = kubeconfigInHost(user);
  return [
    `--kubeconfig=${kubeconfig}`,
    `--authentication-kubeconfig=${kubeconfig}`,
    `--authorization-kubeconfig=${kubeconfig}`,
    "--bind-address=127.0.0.1",
    `--tls-cert-file=${pkiInHost(`${user}.crt`)}`,
    `--tls-private-key-file=${pkiInHost(`${user}.key`)}`,
    "--leader-elect=false",
    "--kube-api-qps=200",
    "--kube-api-burst=400",
  ];
}

/** Forwards the machine's own packets for Services, which its routes send to this host. */
function kubeProxy(): Service {
  return {
    name: "kube-proxy",
    program: programInHost("kube-proxy"),
    args: [`--config=${configInHost(controlPlane.name, "kube-proxy.yaml")}`],
    after: afterApiServer,
  };
}

/** Assigns addresses to LoadBalancer Services. The machine's routes and kube-proxy deliver the packets. */
function loadBalancer(): Service {
  return {
    name: "load-balancer",
    program: programInHost("load-balancer"),
    args: [`-kubeconfig=${kubeconfigInHost("load-balancer")}`, `-addresses=${loadBalancerRange}`],
    after: afterApiServer,
  };
}

/** Runs on this host, as in a cloud's control plane: volumes are created and removed whichever nodes are down. */
function storageProvisioner(): Service {
  return {
    name: "storage-provisioner",
    program: programInHost("storage-provisioner"),
    args: [
      `-kubeconfig=${kubeconfigInHost("storage-provisioner")}`,
      `-block=${storageDrivers.block}`,
      `-file=${storageDrivers.file}`,
      `-listen=:${provisionerPort}`,
    ],
    after: afterApiServer,
  };
}
