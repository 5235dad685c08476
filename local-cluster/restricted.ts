/** Security contexts of add-ons that need no right on their node, as the Pod Security Standard "restricted" asks for. */

/** User and group of their programs: no account of the machine has this number. */
const user = 10_001;

export const restrictedPod = {
  runAsNonRoot: true,
  runAsUser: user,
  runAsGroup: user,
  fsGroup: user,
  seccompProfile: { type: "RuntimeDefault" },
};

export const restrictedContainer = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ["ALL"] },
};
