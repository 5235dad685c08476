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
 * For objects whose readiness is not theirs to have: a Service of pods that come later, a claim that waits for its
 * pod. Without it `pulumi up` would wait for something that waits for `pulumi up`.
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
