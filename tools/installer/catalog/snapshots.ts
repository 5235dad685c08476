import type { Tool } from "../tool";

/** Programs that take snapshots of volumes on the local cluster. Always built here: images need static programs. */
export const snapshotTools: readonly Tool[] = [
  {
    name: "csi-driver",
    group: "snapshots",
    version: "1.0.0",
    programs: ["csi-driver"],
    builds: [{ module: "csi", packages: { "csi-driver": "." } }],
  },
  {
    name: "csi-provisioner",
    group: "snapshots",
    version: "6.3.0",
    programs: ["csi-provisioner"],
    builds: [
      {
        module: "csi",
        packages: { "csi-provisioner": "github.com/kubernetes-csi/external-provisioner/v6/cmd/csi-provisioner" },
        variables: { "main.version": "v6.3.0" },
      },
    ],
  },
  {
    name: "external-snapshotter",
    group: "snapshots",
    version: "8.6.0",
    programs: ["csi-snapshotter", "snapshot-controller"],
    builds: [
      {
        module: "csi",
        packages: {
          "csi-snapshotter": "github.com/kubernetes-csi/external-snapshotter/v8/cmd/csi-snapshotter",
          "snapshot-controller": "github.com/kubernetes-csi/external-snapshotter/v8/cmd/snapshot-controller",
        },
        variables: { "main.version": "v8.6.0" },
      },
    ],
  },
];
