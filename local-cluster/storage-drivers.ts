/**
 * The storage contract of the local cluster: driver names for StorageClasses. The classes themselves belong to
 * the Pulumi program.
 *
 * The drivers take no parameters and ignore unknown ones. They grant volume expansion (`allowVolumeExpansion`) but for
 * one, and honour `Delete` and `Retain`. Sizes are recorded, not enforced.
 */
export const storageDrivers = {
  /**
   * Block volumes: ReadWriteOnce and ReadWriteOncePod; other modes are refused with an event on the claim.
   * Use `volumeBindingMode: WaitForFirstConsumer`. A volume belongs to the zone of its first pod's node. Its root
   * is `0755 root:root`, so that a pod without `fsGroup` cannot write, as on a freshly formatted cloud disk.
   */
  block: "blockchain-clusters.local/block",
  /**
   * File volumes: every access mode, mounted by any number of nodes. Use `volumeBindingMode: Immediate`.
   * The root is `0777`; `fsGroup` is not applied, as on an NFS export.
   */
  file: "blockchain-clusters.local/file",
  /**
   * Block volumes as above that can be copied by VolumeSnapshots and made of them, once the add-on `snapshots` has
   * started. They do not grow. A name that is also one for CSI: it has no slash.
   */
  blockWithSnapshots: "block.blockchain-clusters.local",
} as const;
