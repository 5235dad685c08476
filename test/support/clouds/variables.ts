/** Environment variables with which tests, plugins and helper programs find the same cloud. */

/** Folder of {@link import("./cloud").Cloud}. */
export const cloudVariable = "STAND_IN_CLOUD";

/** Kubeconfig files, JSON, separated as in PATH: clusters that the cloud can assign. */
export const kubeconfigsVariable = "STAND_IN_KUBECONFIGS";
