/** Chaincode as a service: https://hyperledger-fabric.readthedocs.io/en/latest/cc_service.html */
import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { chaincodeVariables, ChaincodeConfig, ResourcesConfig } from "../../../config";
import {
  buildDeployment,
  buildPodTemplate,
  containerSecurityContext,
  goMemoryLimit,
  leaveServicesFirst,
  type Labels,
  type Metadata,
  type Placement,
  type TemplatedDeployment,
} from "../../kubernetes";
import { ports } from "../names";

type EnvVar = k8s.types.input.core.v1.EnvVar;
type Probe = k8s.types.input.core.v1.Probe;

const tlsPath = "/etc/chaincode/tls";
const keyFile = `${tlsPath}/tls.key`;
const certificateFile = `${tlsPath}/tls.crt`;

export interface ChaincodeDeploymentSpec {
  metadata: Metadata & { name: string; labels: Labels };
  selector: Labels;
  chaincode: ChaincodeConfig;
  pullPolicy: string;
  resources: ResourcesConfig;
  serviceAccount: pulumi.Input<string>;
  packageId: pulumi.Input<string>;
  /** Name of the TLS Secret, with the keys `tls.crt` and `tls.key`. */
  tls: pulumi.Input<string>;
  /**
   * Name of the Secret with the values of the chaincode's own variables, by their names. Default: the pod template has
   * the values.
   */
  secretEnv?: pulumi.Input<string> | undefined;
  /** Nodes of the cluster that may run the pods. Default: any node without a taint. */
  placement?: Placement | undefined;
}

export function buildChaincodeDeployment(spec: ChaincodeDeploymentSpec): TemplatedDeployment {
  const { metadata, selector, chaincode } = spec;
  return buildDeployment({
    metadata,
    selector,
    replicas: chaincode.replicas,
    template: buildPodTemplate({
      labels: metadata.labels,
      serviceAccount: spec.serviceAccount,
      user: chaincode.user,
      spread: { labels: selector, hosts: "wish" },
      placement: spec.placement,
      graceSeconds: 30,
      containers: [
        {
          name: "chaincode",
          image: chaincode.image,
          imagePullPolicy: spec.pullPolicy,
          env: chaincodeEnv(spec),
          ...envFrom(chaincode),
          ports: [{ name: "grpc", containerPort: ports.chaincode }],
          resources: spec.resources,
          securityContext: containerSecurityContext(),
          ...chaincodeProbes(),
          lifecycle: leaveServicesFirst(),
          volumeMounts: [
            { name: "tls", mountPath: tlsPath, readOnly: true },
            { name: "tmp", mountPath: "/tmp" },
          ],
        },
      ],
      volumes: [
        { name: "tls", secret: { secretName: spec.tls, defaultMode: 0o440 } },
        { name: "tmp", emptyDir: {} },
      ],
    }),
  });
}

/**
 * Address, id, key and certificate, in the variables of Fabric's documentation and of the shims for Go, Node.js and
 * Java. Java's shim requires five files for TLS (ChaincodeBase.java); a server reads `_KEY_FILE` and `_CERT_FILE` only.
 */
function chaincodeEnv({ chaincode, packageId, resources, secretEnv }: ChaincodeDeploymentSpec): EnvVar[] {
  const address = `0.0.0.0:${ports.chaincode}`;
  const memoryLimit = goMemoryLimit(resources.limits.memory);
  const settings: Record<(typeof chaincodeVariables)[number], pulumi.Input<string>> = {
    CHAINCODE_ID: packageId,
    CORE_CHAINCODE_ID: packageId,
    CORE_CHAINCODE_ID_NAME: packageId,
    CHAINCODE_SERVER_ADDRESS: address,
    CORE_CHAINCODE_ADDRESS: address,
    CHAINCODE_TLS_DISABLED: "false",
    CORE_PEER_TLS_ENABLED: "true",
    CHAINCODE_TLS_KEY: keyFile,
    CORE_CHAINCODE_TLS_KEY_FILE: keyFile,
    CHAINCODE_TLS_CERT: certificateFile,
    CORE_CHAINCODE_TLS_CERT_FILE: certificateFile,
    CORE_TLS_CLIENT_KEY_FILE: keyFile,
    CORE_TLS_CLIENT_CERT_FILE: certificateFile,
    CORE_TLS_CLIENT_KEY_PATH: keyFile,
    CORE_TLS_CLIENT_CERT_PATH: certificateFile,
    CORE_PEER_TLS_ROOTCERT_FILE: certificateFile,
  };
  const variables = { ...settings, [memoryLimit.name]: memoryLimit.value, ...chaincode.env };
  return Object.entries(variables).map(([name, value]) =>
    secretEnv !== undefined && name in chaincode.env
      ? { name, valueFrom: { secretKeyRef: { name: secretEnv, key: name } } }
      : { name, value },
  );
}

/** Secrets whose every key is a variable. A variable of the list above takes precedence. */
function envFrom({ envFrom: sources }: ChaincodeConfig): { envFrom?: k8s.types.input.core.v1.EnvFromSource[] } {
  return sources.length === 0 ? {} : { envFrom: sources.map(({ secret }) => ({ secretRef: { name: secret } })) };
}

/** Probes of the port, which is all that chaincode servers of every language have in common. */
function chaincodeProbes(): { startupProbe: Probe; readinessProbe: Probe; livenessProbe: Probe } {
  const tcpSocket = { port: ports.chaincode };
  return {
    startupProbe: { tcpSocket, periodSeconds: 1, timeoutSeconds: 3, failureThreshold: 300 },
    readinessProbe: { tcpSocket, periodSeconds: 1, timeoutSeconds: 3, failureThreshold: 3 },
    livenessProbe: { tcpSocket, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
  };
}
