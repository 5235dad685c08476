import type * as pulumi from "@pulumi/pulumi";
import type { Labels } from "./labels";

/** Metadata of a namespaced object. Without a name Pulumi generates one, and a changed object gets a new one. */
export interface Metadata {
  name?: string;
  namespace: pulumi.Input<string>;
  labels?: Labels;
  annotations?: Record<string, pulumi.Input<string>>;
}

/**
 * Annotation for objects that Pulumi does not wait for: Services and claims, which become ready only with a pod of a
 * later step, and workloads, whose rollout waits for them and can repair them. Pulumi itself would wait ten minutes for
 * a pod that the next step replaces.
 */
export const skipAwait: Record<string, string> = { "pulumi.com/skipAwait": "true" };

/** Metadata with further annotations, for an object that Pulumi does not wait for. */
export function unawaited<M extends Metadata>(metadata: M, annotations: Record<string, string> = {}): M {
  return { ...metadata, annotations: { ...metadata.annotations, ...annotations, ...skipAwait } };
}

/**
 * Annotation by which Pulumi waits for the address of a LoadBalancer Service and nothing else. By default Pulumi also
 * waits until the Service's endpoints have been the same for ten seconds, which resources that wait for the pods do not
 * need. The condition has the form of `kubectl wait --for`.
 */
export const awaitAddress: Record<string, string> = {
  "pulumi.com/waitFor": "jsonpath={.status.loadBalancer.ingress}",
};
