import type { KubernetesObject } from "../access/api-client";
import { access } from "../access/objects";
import { metricsImages } from "../images/catalog";
import { restrictedContainer, restrictedPod } from "../restricted";

const namespace = "kube-system";
const name = "metrics-server";
const labels = { "app.kubernetes.io/name": name };
/** Port of the pod. Not the kubelet's 10250, which upstream's manifest names, so that a reader takes none for the other. */
const port = 4443;

/** The API of resource metrics, by its object. */
export const metricsApi = "v1beta1.metrics.k8s.io";

/**
 * Kubernetes' own metrics server, by upstream's manifests:
 * https://github.com/kubernetes-sigs/metrics-server/tree/master/manifests
 *
 * @param kubeletsAreCertified Whether the cluster's authority signed the kubelets' certificates.
 */
export function metricsObjects(kubeletsAreCertified: boolean): KubernetesObject[] {
  const rbac = "rbac.authorization.k8s.io";
  const subjects = [{ kind: "ServiceAccount", name, namespace }];
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace } },
    ...access(name, "ServiceAccount", [
      { apiGroups: [""], resources: ["nodes/metrics"], verbs: ["get"] },
      { apiGroups: [""], resources: ["pods", "nodes"], verbs: ["get", "list", "watch"] },
    ]),
    // The API server asks it in the name of users: it has them, and their rights, checked by the API server.
    {
      apiVersion: `${rbac}/v1`,
      kind: "ClusterRoleBinding",
      metadata: { name: `${name}-auth-delegator` },
      roleRef: { apiGroup: rbac, kind: "ClusterRole", name: "system:auth-delegator" },
      subjects,
    },
    {
      apiVersion: `${rbac}/v1`,
      kind: "RoleBinding",
      metadata: { name: `${name}-auth-reader`, namespace },
      roleRef: { apiGroup: rbac, kind: "Role", name: "extension-apiserver-authentication-reader" },
      subjects,
    },
    deployment(kubeletsAreCertified),
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name, namespace },
      spec: { selector: labels, ports: [{ name: "https", port: 443, targetPort: port }] },
    },
    {
      apiVersion: "apiregistration.k8s.io/v1",
      kind: "APIService",
      metadata: { name: metricsApi },
      spec: {
        group: "metrics.k8s.io",
        version: "v1beta1",
        groupPriorityMinimum: 100,
        versionPriority: 100,
        service: { name, namespace },
        // It makes a certificate at each start, as in upstream's manifests.
        insecureSkipTLSVerify: true,
      },
    },
  ];
}

function deployment(kubeletsAreCertified: boolean): KubernetesObject {
  const authority = "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt";
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace, labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          serviceAccountName: name,
          priorityClassName: "system-cluster-critical",
          securityContext: restrictedPod,
          containers: [
            {
              name,
              image: metricsImages.metricsServer.reference,
              args: [
                "--cert-dir=/tmp",
                `--secure-port=${port}`,
                "--kubelet-preferred-address-types=InternalIP",
                kubeletsAreCertified ? `--kubelet-certificate-authority=${authority}` : "--kubelet-insecure-tls",
                // The shortest that it takes, since tests wait for it. A kubelet has to answer within nine tenths of it.
                "--metric-resolution=10s",
                "--kubelet-request-timeout=8s",
              ],
              ports: [{ name: "https", containerPort: port }],
              readinessProbe: {
                httpGet: { path: "/readyz", port, scheme: "HTTPS" },
                periodSeconds: 1,
                timeoutSeconds: 3,
              },
              livenessProbe: {
                httpGet: { path: "/livez", port, scheme: "HTTPS" },
                periodSeconds: 10,
                timeoutSeconds: 5,
                failureThreshold: 6,
              },
              resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { memory: "256Mi" } },
              securityContext: restrictedContainer,
              volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
            },
          ],
          volumes: [{ name: "tmp", emptyDir: {} }],
        },
      },
    },
  };
}
