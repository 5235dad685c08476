/** Pod of the dashboard: Node.js, which runs the program of the folder `dashboard` from source. */
import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { ResourcesConfig } from "../../../config";
import {
  anyUser,
  buildDeployment,
  buildPodTemplate,
  containerSecurityContext,
  type Labels,
  type Metadata,
  type Placement,
  type TemplatedDeployment,
} from "../../kubernetes";
import { ethstatsPort } from "../names";
import { ethstatsKey } from "./node-pod";

export interface EthstatsSpec {
  metadata: Metadata & { name: string; labels: Labels };
  /** Labels that select its pod; they never change. */
  selector: Labels;
  image: string;
  pullPolicy: string;
  resources: ResourcesConfig;
  /** Nodes of the cluster that may run it. Default: any node without a taint. */
  placement?: Placement | undefined;
  serviceAccount: pulumi.Input<string>;
  /** Name of the ConfigMap with the program. */
  program: pulumi.Input<string>;
  /** Name of the Secret that nodes report with. */
  secret: pulumi.Input<string>;
}

const programPath = "/app";

/** One pod: all nodes report to one dashboard. It needs no storage, since nodes report again to the next pod. */
export function buildEthstatsDeployment(spec: EthstatsSpec): TemplatedDeployment {
  const { metadata, selector } = spec;
  return buildDeployment({
    metadata,
    selector,
    replicas: 1,
    template: buildPodTemplate({
      labels: metadata.labels,
      serviceAccount: spec.serviceAccount,
      user: anyUser,
      placement: spec.placement,
      graceSeconds: 5,
      containers: [buildContainer(spec)],
      volumes: [{ name: "program", configMap: { name: spec.program } }],
    }),
  });
}

function buildContainer(spec: EthstatsSpec): k8s.types.input.core.v1.Container {
  const check = { httpGet: { path: "/nodes", port: ethstatsPort } };
  return {
    name: "ethstats",
    image: spec.image,
    imagePullPolicy: spec.pullPolicy,
    resources: spec.resources,
    securityContext: containerSecurityContext(),
    command: ["node", `${programPath}/main.ts`],
    env: [
      { name: "PORT", value: String(ethstatsPort) },
      { name: "SECRET", valueFrom: { secretKeyRef: { name: spec.secret, key: ethstatsKey } } },
    ],
    ports: [{ name: "http", containerPort: ethstatsPort }],
    startupProbe: { ...check, periodSeconds: 1, failureThreshold: 60 },
    readinessProbe: { ...check, periodSeconds: 5, failureThreshold: 2 },
    livenessProbe: { ...check, periodSeconds: 15, timeoutSeconds: 5, failureThreshold: 4 },
    volumeMounts: [{ name: "program", mountPath: programPath, readOnly: true }],
  };
}
