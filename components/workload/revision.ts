import { createHash } from "node:crypto";
import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

/** Digest of a pod template: a new digest means that the pod must be replaced. */
export function revisionOf(template: pulumi.Input<k8s.types.input.core.v1.PodTemplateSpec>): pulumi.Output<string> {
  return pulumi.jsonStringify(template).apply((text) => createHash("sha256").update(text).digest("hex"));
}
