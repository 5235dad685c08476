/** Environment variables by which tests, plugins and helper programs find the same cloud. */

/** Folder of {@link import("./cloud").Cloud}. */
export const cloudVariable = "STAND_IN_CLOUD";

/** Kubeconfig files, JSON, separated as in PATH: each is a cluster that the cloud gives out when one is made. */
export const kubeconfigsVariable = "STAND_IN_KUBECONFIGS";
