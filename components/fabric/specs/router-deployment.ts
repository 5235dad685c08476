/** Pods of an organisation's router. Each may go at any time. */
import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { RouterConfig } from "../../../config";
import {
  anyUser,
  buildDeployment,
  buildPodTemplate,
  containerSecurityContext,
  leaveServicesFirst,
  type Labels,
  type Metadata,
  type Placement,
  type TemplatedDeployment,
} from "../../kubernetes";
import { ports } from "../names";
import { routerHealthPath } from "./router-config";

type Probe = k8s.types.input.core.v1.Probe;

export interface RouterDeploymentSpec {
  metadata: Metadata & { name: string; labels: Labels };
  /** Labels that select its pods, and never change. */
  selector: Labels;
  router: Pick<RouterConfig, "image" | "replicas" | "resources">;
  pullPolicy: string;
  serviceAccount: pulumi.Input<string>;
  /** ConfigMap with the file `haproxy.cfg`. Another one replaces the pods, one at a time. */
  configMap: pulumi.Input<string>;
  /** Default: any node without a taint. */
  placement?: Placement | undefined;
}

/** Key of the ConfigMap. */
export const routerConfigFile = "haproxy.cfg";

const configPath = "/etc/haproxy";

export function buildRouterDeployment(spec: RouterDeploymentSpec): TemplatedDeployment {
  const { metadata, selector, router } = spec;
  return buildDeployment({
    metadata,
    selector,
    replicas: router.replicas,
    template: buildPodTemplate({
      labels: metadata.labels,
      serviceAccount: spec.serviceAccount,
      user: anyUser,
      looksUpNodes: true,
      spread: { labels: selector, hosts: "wish" },
      placement: spec.placement,
      // Longer than `hard-stop-after`, and the time to leave the Service.
      graceSeconds: 30,
      containers: [
        {
          name: "haproxy",
          image: router.image,
          imagePullPolicy: spec.pullPolicy,
          command: ["haproxy", "-db", "-f", `${configPath}/${routerConfigFile}`],
          ports: Object.entries(ports.router).map(([name, containerPort]) => ({ name, containerPort })),
          resources: router.resources,
          securityContext: containerSecurityContext(),
          ...routerProbes(),
          lifecycle: leaveServicesFirst(),
          volumeMounts: [{ name: "config", mountPath: configPath, readOnly: true }],
        },
      ],
      volumes: [{ name: "config", configMap: { name: spec.configMap } }],
    }),
  });
}

/** Probes of the router alone: without its nodes it is as good as any other. */
function routerProbes(): { startupProbe: Probe; readinessProbe: Probe; livenessProbe: Probe } {
  const httpGet = { path: routerHealthPath, port: ports.router.health };
  return {
    startupProbe: { httpGet, periodSeconds: 1, timeoutSeconds: 3, failureThreshold: 60 },
    readinessProbe: { httpGet, periodSeconds: 1, timeoutSeconds: 3, failureThreshold: 3 },
    livenessProbe: { httpGet, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
  };
}
