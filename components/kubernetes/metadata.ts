import type * as pulumi from "@pulumi/pulumi";
import type { Labels } from "./labels";

/** Metadata of a namespaced object. Without a name Pulumi makes one, and a changed object gets a new one. */
export interface Metadata {
  name?: string;
  namespace: pulumi.Input<string>;
  labels?: Labels;
  annotations?: Record<string, string>;
}

/**
 * Annotation for objects that Pulumi does not wait for: Services and claims that become ready only with a pod of a later
 * step, and workloads, whose rollout waits for them and can also mend them. Pulumi itself would wait ten minutes for a
 * pod that the next step replaces.
 */
export const skipAwait: Record<string, string> = { "pulumi.com/skipAwait": "true" };

/**
 * Annotation by which Pulumi waits for the address of a LoadBalancer Service and for nothing else. By itself it also
 * waits until the Service's endpoints have been the same for ten seconds, which whoever waits for the pods need not.
 * Words of the annotation: those of `kubectl wait --for`.
 */
export const awaitAddress: Record<string, string> = {
  "pulumi.com/waitFor": "jsonpath={.status.loadBalancer.ingress}",
};
