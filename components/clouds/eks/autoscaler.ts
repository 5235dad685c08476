import * as eks from "@pulumi/aws/eks";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { VendorConfig } from "../../../config";
import { buildDisruptionBudget } from "../../kubernetes";
import type { CloudContext } from "../cloud-cluster";
import { autoscalerStatements, createRole } from "./roles";
import {
  autoscaler,
  autoscalerClusterMetadata,
  autoscalerMetadata,
  autoscalerSelector,
  buildAutoscaler,
  clusterRules,
  namespaceRules,
} from "./specs/autoscaler";

export interface EksAutoscalerArgs {
  /** Section `cluster` of the stack file. */
  config: VendorConfig<"eks">;
  /** Name of the cluster at AWS. */
  cluster: string;
  /** Pod Identity association that gives its service account the permissions at AWS. */
  identity: pulumi.Resource;
}

/**
 * Permissions of the autoscaler's service account at AWS. A pod gets its identity at its start, so this resource
 * precedes the pods.
 */
export function createAutoscalerIdentity(context: CloudContext<"eks">, cluster: eks.Cluster): pulumi.Resource {
  const { prefix, cloudName, resourceOptions } = context;
  const { arn, policies } = createRole(context, "autoscaler", {
    service: "pods.eks.amazonaws.com",
    statements: autoscalerStatements(cloudName),
  });
  const { name: serviceAccount, namespace } = autoscaler;
  return new eks.PodIdentityAssociation(
    `${prefix}-autoscaler`,
    { clusterName: cluster.name, namespace, serviceAccount, roleArn: arn },
    { ...resourceOptions, dependsOn: policies },
  );
}

/** The cluster autoscaler, which EKS does not include. */
export class EksAutoscaler extends pulumi.ComponentResource {
  constructor(
    private readonly name: string,
    { config, cluster, identity }: EksAutoscalerArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("blockchain-clusters:cluster:EksAutoscaler", name, {}, opts);
    const account = new k8s.core.v1.ServiceAccount(name, { metadata: autoscalerMetadata }, { parent: this });
    const allowed = [...this.allowInCluster(), ...this.allowInNamespace()];
    const replicas = config.environment === "production" ? 2 : 1;
    const { region, kubernetesVersion, addonVersions } = config;
    const version = addonVersions[autoscaler.name];
    new k8s.apps.v1.Deployment(name, buildAutoscaler({ cluster, region, kubernetesVersion, version, replicas }), {
      parent: this,
      dependsOn: [identity, account, ...allowed],
    });
    if (replicas > 1) this.createDisruptionBudget();
    this.registerOutputs();
  }

  private allowInCluster(): pulumi.Resource[] {
    const metadata = autoscalerClusterMetadata;
    const role = new k8s.rbac.v1.ClusterRole(this.name, { metadata, rules: clusterRules }, { parent: this });
    const binding = new k8s.rbac.v1.ClusterRoleBinding(
      this.name,
      { metadata, ...bind("ClusterRole") },
      { parent: this },
    );
    return [role, binding];
  }

  private allowInNamespace(): pulumi.Resource[] {
    const metadata = autoscalerMetadata;
    const role = new k8s.rbac.v1.Role(this.name, { metadata, rules: namespaceRules }, { parent: this });
    const binding = new k8s.rbac.v1.RoleBinding(this.name, { metadata, ...bind("Role") }, { parent: this });
    return [role, binding];
  }

  private createDisruptionBudget(): void {
    const budget = buildDisruptionBudget(autoscalerMetadata, autoscalerSelector);
    new k8s.policy.v1.PodDisruptionBudget(this.name, budget, { parent: this });
  }
}

/** Binds the service account to the role of the same name. */
function bind(kind: "Role" | "ClusterRole") {
  return {
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind, name: autoscaler.name },
    subjects: [{ kind: "ServiceAccount", ...autoscaler }],
  };
}
